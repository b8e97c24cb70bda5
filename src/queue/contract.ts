import type { Clock } from '../clock.ts';
import type { RenderProgress, RiffEngine, RiffFiles } from '../riff/engine.ts';
import type { Obstacle, QueueLimits } from './admission.ts';
import type { Admission, Job, Pause } from './job.ts';
import type { JobStore } from './job-store.ts';
import type { QueueLog } from './queue-log.ts';
import type { ResultStore } from './result-store.ts';
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
 * Brings the files to the person. Called outside of the render slot; a rejection is a fault that passes and is tried
 * again with back-off for as long as results are kept.
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
  /** Whether results can be written, asked until they can after one could not be. */
  readonly results?: Pick<ResultStore, 'checkWritable'>;
  /** Waits between tries to deliver; the last one is repeated. */
  readonly deliveryBackoffMs?: readonly number[];
  /** How long a riff is tried to be delivered at most; null or left out: without end. */
  readonly deliverForMs?: number | null;
  readonly newId?: () => string;
}

/** Why nothing is started although no moderator paused it. */
export interface Hold {
  readonly cause: 'engine' | 'output' | 'store' | 'delivery';
  /** A clause for everybody's eyes, without paths and names: the log has the fault itself. */
  readonly reason: string;
  /** Epoch ms. */
  readonly since: number;
}

/** What an operator should know of the queue; read without a look into the store. */
export interface QueueHealth {
  readonly hold: Hold | null;
  /** Rendered, not confirmed by Discord. */
  readonly undelivered: number;
  /** When the oldest of them was rendered, epoch ms. */
  readonly oldestUndeliveredSince: number | null;
  /** How often the store failed within the last minute. */
  readonly recentStoreFaults: number;
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
