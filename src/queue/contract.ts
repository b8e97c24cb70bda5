import type { Clock } from '../clock.ts';
import type { RenderProgress, RiffFiles } from '../riff/engine.ts';
import type { BlockedReason } from './blocked-reasons.ts';
import type { Admission, Job, Pause } from './job.ts';
import type { JobStore } from './job-store.ts';
import type { BlockList, QueueLog, ResultStore } from './ports.ts';
import type { RenderWorker } from './render-worker.ts';

/** Every event carries the job as it is after the change. */
export interface QueueEvents {
  /** A request was taken in or refused. */
  answered: [admission: Admission];
  /** The order, the length, a pause or a blocked reason changed, so positions and ETAs may have changed. */
  changed: [];
  started: [job: Job];
  /** Every progress message of the engine, not throttled. `job.state` is running and carries the same progress. */
  progress: [job: Job, progress: RenderProgress];
  /** The unfinished picture of a long render, as a JPEG; only for renders in this process. */
  preview: [job: Job, jpeg: Uint8Array];
  /** The engine failed or the bot stopped; the job waits for its next attempt, in `delayMs`. */
  retrying: [job: Job, delayMs: number];
  /** Files exist; delivery begins. */
  rendered: [job: Job, files: RiffFiles];
  /** Its bot is gone and had not told the user all: this one does so from now on. */
  adopted: [job: Job];
  /** Delivered. */
  done: [job: Job];
  failed: [job: Job];
  cancelled: [job: Job];
}

export type Delivery =
  | { readonly kind: 'delivered'; readonly messageId: string | null }
  /** A permanent failure (deleted channel, no permission, …). `reason` may be shown to the user. */
  | { readonly kind: 'undeliverable'; readonly reason: string }
  /** Nothing was sent because the files of the result are gone. */
  | { readonly kind: 'files_gone' };

/**
 * Sends the files to the user. Does not occupy a render slot. A rejection is a temporary fault: the delivery is tried
 * again with back-off for as long as results are kept.
 * `attempt` is stored before the call: 1 means that nothing was sent for this job yet; with more, an earlier
 * attempt may have succeeded before a crash or a lost response.
 */
export type Deliver = (job: Job, files: RiffFiles, attempt: number) => Promise<Delivery>;

export interface RiffQueueOptions {
  readonly store: JobStore;
  readonly worker: RenderWorker;
  /** Where sounds of users wait for their jobs. Without it no draft may have one. */
  readonly uploads?: Pick<ResultStore, 'keepUpload' | 'deleteUpload'>;
  readonly clock: Clock;
  readonly log: QueueLog;
  /** Without it a rendered job is done at once. */
  readonly deliver?: Deliver;
  /** Without it nobody is blocked. */
  readonly blocks?: Pick<BlockList, 'find'>;
  /** Waits between attempts to deliver; the last one is repeated. */
  readonly deliveryBackoffMs?: readonly number[];
  /** The longest time to keep trying to deliver a riff; null or left out: no limit. */
  readonly deliverForMs?: number | null;
  readonly newId?: () => string;
}

/** Facts for the operator; reading them does not touch the store. */
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
  /** Jobs still waiting or running at the timeout; they continue after the next start. */
  readonly handedBack: number;
  readonly undelivered: number;
}
