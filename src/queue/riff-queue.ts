import type { RenderProgress, RiffEngine, RiffFiles } from '../engine/engine.ts';
import type { JobStore } from '../store/job-store.ts';
import type { Retention } from '../store/retention.ts';
import type { QueueLimits } from './admission.ts';
import type { Clock } from './clock.ts';
import type { Job } from './job.ts';
import type { QueueLog } from './work/queue-log.ts';

/** Every event carries the job as it is after the change. */
export interface QueueEvents {
  /** Order, length or pause changed: positions and ETAs are worth showing again. */
  changed: [];
  started: [job: Job];
  /** Every beat of the engine, not throttled. `job.state` is running and carries the same progress. */
  progress: [job: Job, progress: RenderProgress];
  /** The engine failed; the job waits for another try, in `delayMs`. */
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

export interface Obstacle {
  readonly reason: string;
  /** Epoch ms; null: without end. */
  readonly until: number | null;
}

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
  readonly leaseMs?: number;
  /** Waits between tries to deliver; one try more than there are waits. */
  readonly deliveryBackoffMs?: readonly number[];
  readonly newId?: () => string;
}

export interface QueueListing {
  /** Longest running first. */
  readonly running: readonly Job[];
  /** In the order in which they will be started. */
  readonly waiting: readonly Job[];
  /** Given up after three crashes, newest first, at most ten. */
  readonly quarantined: readonly Job[];
  /** The whole queue, or the guild of the scope, is paused. */
  readonly paused: boolean;
}

export interface DrainReport {
  readonly handedBack: number;
  readonly undelivered: number;
}

/*
 * class RiffQueue, to come in this file:
 *
 *   constructor(options: RiffQueueOptions)
 *   on<Name extends keyof QueueEvents>(event: Name, listener: (...args: QueueEvents[Name]) => void): () => void
 *   start(): Promise<void>                                     recover, then go on
 *   drain(timeoutMs: number): Promise<DrainReport>             refuse new ones; wait for running or hand them back
 *   enqueue(draft: JobDraft): Promise<Admission>               durable when it resolves; never rejects
 *   cancel(jobId: string, act: Act): Promise<CancelResult>     waiting or running; also `/queue remove`
 *   clear(scope: QueueScope, act: Act): Promise<readonly Job[]>   every waiting job of the scope
 *   move(jobId: string, position: number): Promise<MoveResult>    position among the waiting jobs of its guild, 1 = next
 *   pause(scope: PauseScope): Promise<void>
 *   resume(scope: PauseScope): Promise<void>
 *   get(jobId: string): Promise<Job | null>
 *   place(jobId: string): Promise<QueuePlace | null>           null: neither waiting nor running
 *   list(scope: QueueScope): Promise<QueueListing>
 *   recentOf(userId: string, limit: number): Promise<readonly Job[]>
 *   forgetUser(userId: string): Promise<Deletion>
 */
