import type { Clock } from '../clock.ts';
import type { RenderProgress, RiffEngine, RiffFiles } from '../riff/engine.ts';
import type { Obstacle, QueueLimits } from './admission.ts';
import type { Admission, Job, Pause } from './job.ts';
import type { JobStore } from './job-store.ts';
import type { QueueLog } from './queue-log.ts';
import type { Retention } from './retention.ts';

/** Every event carries the job as it is after the change. */
export interface QueueEvents {
  /** A request was taken in or refused. */
  answered: [admission: Admission];
  /** Order, length, pause or hold changed: positions and ETAs are worth showing again. */
  changed: [];
  started: [job: Job];
  /** Every beat of the engine, not throttled. `job.state` is running and carries the same progress. */
  progress: [job: Job, progress: RenderProgress];
  /** The engine failed, or the bot stopped; the job waits for another try, in `delayMs`. */
  retrying: [job: Job, delayMs: number];
  /** Files exist; delivery begins. */
  rendered: [job: Job, files: RiffFiles];
  /** Delivered. */
  done: [job: Job];
  failed: [job: Job];
  cancelled: [job: Job];
}

export type Delivery =
  | { readonly kind: 'delivered'; readonly messageId: string | null }
  /** Another try would not help (deleted channel, no permission, …). `reason` may be shown. */
  | { readonly kind: 'undeliverable'; readonly reason: string };

/**
 * Brings the files to the person. Called outside of the render slot; a rejection is tried again with back-off.
 * `attempt` is counted durably before the call: 1 says that nothing was ever sent for this job; with more, an earlier
 * try may have got through, before a crash or a lost answer.
 */
export type Deliver = (job: Job, files: RiffFiles, attempt: number) => Promise<Delivery>;

export interface StartRate {
  /** At most `starts` renders begin in any `intervalMs`. */
  readonly starts: number;
  readonly intervalMs: number;
}

export interface RiffQueueOptions {
  readonly store: JobStore;
  /** One render at a time each: their number is the concurrency. */
  readonly engines: readonly RiffEngine[];
  readonly clock: Clock;
  readonly log: QueueLog;
  /** Without it a rendered job is done at once. */
  readonly deliver?: Deliver;
  /** The limits that hold in a guild (null: DMs). */
  readonly limitsFor: (guildId: string | null) => QueueLimits;
  /** The block that holds for the user there now. */
  readonly blockFor?: (userId: string, guildId: string | null, now: number) => Obstacle | null;
  /** Needed for `forgetUser`. */
  readonly retention?: Retention;
  readonly startRate?: StartRate;
  /** After a crash elsewhere, jobs are taken over this late at most. Beats come three times as often. */
  readonly leaseMs?: number;
  /** Waits between tries to deliver; one try more than there are waits. */
  readonly deliveryBackoffMs?: readonly number[];
  readonly newId?: () => string;
}

/** No engine can render, so nothing is started; not the pause of a moderator. */
export interface Hold {
  /** What the engine does, for everybody's eyes. */
  readonly reason: string;
  /** Epoch ms. */
  readonly since: number;
}

export interface QueueListing {
  /** Longest running first. */
  readonly running: readonly Job[];
  /** In the order in which they will be started. */
  readonly waiting: readonly Job[];
  /** Given up after three crashes, newest first, at most ten. */
  readonly quarantined: readonly Job[];
  /** Of the whole queue or of the scope's guild. */
  readonly pause: Pause | null;
  readonly hold: Hold | null;
}

export interface DrainReport {
  /** Still waiting or running when time was up; they go on after the next start. */
  readonly handedBack: number;
  readonly undelivered: number;
}
