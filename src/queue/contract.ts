import type { Clock } from '../clock.ts';
import type { RenderProgress, RiffFiles } from '../riff/engine.ts';
import type { Obstacle, QueueLimits } from './admission.ts';
import type { BlockedReason } from './blocked-reasons.ts';
import type { Admission, Job, Pause } from './job.ts';
import type { JobStore } from './job-store.ts';
import type { RenderWorker } from './render-worker.ts';
import type { Retention } from './retention.ts';

/** Every event carries the job as it is after the change. */
export interface QueueEvents {
  /** A request was taken in or refused. */
  answered: [admission: Admission];
  /** Order, length, a pause or a blocked reason changed: positions and ETAs are worth showing again. */
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
  | { readonly kind: 'undeliverable'; readonly reason: string }
  /** Nothing was sent: the files of the result are not there any more. */
  | { readonly kind: 'files_gone' };

/**
 * Brings the files to the user. Called outside of the render slot; a rejection is a fault that passes and is tried
 * again with back-off for as long as results are kept.
 * `attempt` is counted durably before the call: 1 says that nothing was ever sent for this job; with more, an earlier
 * try may have got through, before a crash or a lost answer.
 */
export type Deliver = (job: Job, files: RiffFiles, attempt: number) => Promise<Delivery>;

/** The part of pino that the queue needs. Prompts never go here. */
export interface QueueLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface RiffQueueOptions {
  readonly store: JobStore;
  readonly worker: RenderWorker;
  readonly clock: Clock;
  readonly log: QueueLog;
  /** Without it a rendered job is done at once. */
  readonly deliver?: Deliver;
  /** The limits that hold in a guild (null: DMs). */
  readonly limitsFor: (guildId: string | null) => QueueLimits;
  /** The block that holds for the user there now. */
  readonly blockFor?: (userId: string, guildId: string | null, now: number) => Obstacle | null;
  /** Needed for `forgetUser` and `holdingsOf`. */
  readonly retention?: Retention;
  /** Waits between attempts to deliver; the last one is repeated. */
  readonly deliveryBackoffMs?: readonly number[];
  /** How long a riff is tried to be delivered at most; null or left out: without end. */
  readonly deliverForMs?: number | null;
  readonly newId?: () => string;
}

/** What an operator should know of the queue; read without a look into the store. */
export interface QueueHealth {
  readonly blocked: BlockedReason | null;
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
  /** Given up after too many crashes, newest first, at most ten. */
  readonly deadLetters: readonly Job[];
  /** Of the whole queue or of the scope's guild. */
  readonly pause: Pause | null;
  readonly blocked: BlockedReason | null;
}

export interface DrainReport {
  /** Still waiting or running when time was up; they go on after the next start. */
  readonly handedBack: number;
  readonly undelivered: number;
}
