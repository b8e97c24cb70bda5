import type { RenderProgress, RiffFiles } from '../riff/engine.ts';
import type { Act, ByReach, Job, JobDraft, Pause, PauseScope, QueueScope, Refused } from './job.ts';
import type { InLine } from './turn-order.ts';

export interface NewJob extends Omit<JobDraft, 'upload'> {
  readonly id: string;
  readonly createdAt: number;
  /** The process that tells the user about this job and delivers it. */
  readonly botId: string;
  /** What it counts as in the hourly limit; absent: 1. */
  readonly clips?: number;
}

export interface WaitingJob extends InLine<Job> {
  /** Neither paused nor delayed. */
  readonly isReady: boolean;
}

/** What the limits count, at the moment at which a job would come in. */
export interface LimitCounts {
  readonly waiting: ByReach<number>;
  /** When the user's jobs of the last hour were accepted, oldest first, once for each clip; cancelled ones count. */
  readonly acceptedAt: readonly number[];
}

/** Null: there is room for the job. */
export type LimitCheck = (counts: LimitCounts) => Refused | null;

/** Everything that positions and estimates depend on, read at one moment. */
export interface Snapshot {
  /** Longest running first. */
  readonly running: readonly Job[];
  /** In order of arrival. */
  readonly waiting: readonly WaitingJob[];
  readonly pauses: readonly Pause[];
}

/** A worker's claim on jobs. `leaseUntil` is epoch ms; past it, others may take the jobs over. */
export interface Lease {
  readonly workerId: string;
  readonly leaseUntil: number;
}

/** The longest delay before a next attempt. */
export const LONGEST_BACK_OFF_MS = 60_000;

export interface Failure {
  readonly code: string;
  /** A sentence that may be shown to the user. */
  readonly reason: string;
  readonly errorId: string;
}

/** How a render ended. */
export type RenderResult =
  | { readonly kind: 'rendered'; readonly files: RiffFiles }
  /** Waits again and keeps its turn: it stands where it stood, and counts once. It may start after `delayMs`. */
  | { readonly kind: 'requeued'; readonly delayMs: number; readonly countsAttempt: boolean }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** How a delivery ended. */
export type DeliveryResult =
  | { readonly kind: 'done'; readonly messageId: string | null }
  /** Its files are gone, so it waits again; the attempt counts. */
  | { readonly kind: 'requeued' }
  | { readonly kind: 'failed'; readonly failure: Failure };

export type CancelOutcome =
  | { readonly kind: 'cancelled'; readonly job: Job }
  /** Running: the request is stored, survives a crash, and overrides any result of the render. */
  | { readonly kind: 'requested' }
  | { readonly kind: 'too_late'; readonly job: Job }
  | { readonly kind: 'unknown' };

export interface RecoveryTerms extends Lease {
  readonly now: number;
  /** False only if the process has certainly ended; its jobs are then taken over before their lease expires. */
  readonly workerIsAlive: (workerId: string) => boolean;
  /** The caller delivers riffs and tells users, so it takes over whole jobs; others take over renders alone. */
  readonly isBot: boolean;
  /** A job is given up after the bot's process has died this often while rendering it. */
  readonly maxBotDeaths: number;
  readonly tooManyBotDeaths: Failure;
}

export interface RunningJob {
  readonly id: string;
  readonly isCancelled: boolean;
}

/** The recovered jobs of a worker that is gone. */
export interface Recovery {
  readonly requeued: readonly Job[];
  readonly failed: readonly Job[];
  /** Their cancellation was requested while they ran, before the worker went away. */
  readonly cancelled: readonly Job[];
  /** Rendered but not delivered; the caller has to deliver them now. */
  readonly undelivered: readonly Job[];
  /** Their bot is gone, and they wait, run, or ended without notice to their users: the caller tells users from now on. */
  readonly adopted: readonly Job[];
}

/** Sorts recovered jobs by their new states. */
export function sortRecovered(jobs: readonly (Job | null)[], adopted: readonly Job[] = []): Recovery {
  const became = (kind: Job['state']['kind']) => jobs.filter((job): job is Job => job?.state.kind === kind);
  return {
    requeued: became('waiting'),
    failed: became('failed'),
    cancelled: became('cancelled'),
    undelivered: became('rendered'),
    adopted,
  };
}

/**
 * All jobs and their states. Everything is durable when its promise resolves; every change of state is conditional, so a
 * worker that lost its lease changes nothing (`false`, `null`). Rejects with RiffError('store_failed').
 *
 * waiting → running → rendered → done; from running and rendered also → failed; from waiting and running also →
 * cancelled; from running back → waiting.
 *
 * A job whose row is damaged becomes failed (`damaged`) when it is read, is logged, and no longer counts among those
 * that wait or run.
 */
export interface JobStore {
  /** How often the store failed within the last minute, damaged jobs included. */
  readonly recentFaults: number;
  /** Resolves if the store can be written, rejects otherwise. */
  checkWritable(): Promise<void>;

  /**
   * Adds waiting jobs of one user in one guild, asked for at one moment: all come in, in their order, or none. Remembers that
   * the user was accepted at `createdAt`, once for each clip that they count as. `check` may refuse them; absent: there are no
   * limits. No job comes in elsewhere between the count and the insert.
   */
  insert(jobs: readonly NewJob[], check?: LimitCheck): Promise<readonly WaitingJob[] | Refused>;
  get(id: string): Promise<Job | null>;
  /** Those of them that are there, in any order. */
  getAll(ids: readonly string[]): Promise<readonly Job[]>;
  /** The user's jobs that wait or run, newest first. */
  unfinishedOf(userId: string): Promise<readonly Job[]>;
  /** Everything that waits or runs, at one moment. */
  snapshot(now: number): Promise<Snapshot>;

  /** Claims the ready job whose turn it is (turn-order.ts); atomic across processes. */
  claimNext(lease: Lease, now: number): Promise<Job | null>;
  /** How many jobs `claimNext` could claim now; counts no further than `atMost`. */
  countReady(now: number, atMost: number): Promise<number>;
  /** Renews the leases on all running and rendered jobs of the worker, and the worker's own: without it, it counts as gone. */
  renewLeases(lease: Lease): Promise<void>;
  saveProgress(id: string, workerId: string, progress: RenderProgress): Promise<boolean>;
  /**
   * Ends a running job by its result. If its cancellation was requested it becomes cancelled instead, whatever the
   * result; the returned job shows which. What was claimed counts: whether its row can still be read does not matter here.
   */
  settle(job: Job, workerId: string, result: RenderResult, now: number): Promise<Job | null>;
  /** Counts a delivery attempt before it is made; 1: the first. Null: the job belongs to another worker. */
  beginDelivery(id: string, workerId: string): Promise<number | null>;
  /** Ends a rendered job by the result of its delivery. */
  settleDelivery(job: Job, workerId: string, result: DeliveryResult, now: number): Promise<Job | null>;
  /** Cancels a waiting job; of a running one it stores the request. */
  cancel(id: string, act: Act, now: number): Promise<CancelOutcome>;
  /** The worker's running jobs; `isCancelled`: a cancellation was requested. */
  runningOf(workerId: string): Promise<readonly RunningJob[]>;
  /** The jobs that run or are rendered and of which this bot tells. */
  activeOf(botId: string): Promise<readonly Pick<Job, 'id'>[]>;
  /** The worker ends in order: others need not wait for the end of its lease. */
  leave(workerId: string): Promise<void>;
  /** Takes over the jobs of workers and bots that are gone. Never touches the caller's own jobs. */
  recover(terms: RecoveryTerms): Promise<Recovery>;

  /** Jobs given up after too many crashes, newest first. */
  deadLetters(scope: QueueScope, limit: number): Promise<readonly Job[]>;

  /** The user was told that the job failed or was cancelled, or cannot be reached; remembered across restarts. */
  markNotified(id: string, now: number): Promise<void>;

  setPriorities(priorities: ReadonlyMap<string, number>): Promise<void>;
  /** A second pause replaces the reason. False: it was already paused for the same reason. */
  pause(scope: PauseScope, reason: string): Promise<boolean>;
  /** False: it was not paused. */
  resume(scope: PauseScope): Promise<boolean>;
}
