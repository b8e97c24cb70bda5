import type { RenderProgress, RiffFiles } from '../riff/engine.ts';
import type { Act, Job, JobDraft, PauseScope, QueueScope } from './job.ts';
import type { Snapshot, WaitingJob } from './schedule.ts';

export interface NewJob extends JobDraft {
  readonly id: string;
  readonly createdAt: number;
}

/** A worker's claim on jobs. `leaseUntil` is epoch ms; past it, others may take the jobs over. */
export interface Lease {
  readonly workerId: string;
  readonly leaseUntil: number;
}

/** No job is put off for longer. */
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
  /** Waits again and keeps its turn. `delayMs`: not to be started before; 0: at once. */
  | { readonly kind: 'requeued'; readonly delayMs: number; readonly countsAttempt: boolean }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** How a delivery ended. */
export type DeliveryResult =
  | { readonly kind: 'done'; readonly messageId: string | null }
  /** Its files are gone: it waits again, and the attempt counts. */
  | { readonly kind: 'requeued' }
  | { readonly kind: 'failed'; readonly failure: Failure };

export type CancelOutcome =
  | { readonly kind: 'cancelled'; readonly job: Job }
  /** Running: the request is kept (it survives a crash) and wins over whatever the render ends with. */
  | { readonly kind: 'requested'; readonly job: Job }
  | { readonly kind: 'too_late'; readonly job: Job }
  | { readonly kind: 'unknown' };

export interface RecoveryTerms extends Lease {
  readonly now: number;
  /** False only when the process is certainly gone; its jobs are then taken over before the lease ends. */
  readonly workerIsAlive: (workerId: string) => boolean;
  /** A job over which this many bots died is not started again. */
  readonly maxBotDeaths: number;
  readonly tooManyBotDeaths: Failure;
}

/** What a worker that is gone left behind, and what became of it. */
export interface Recovery {
  readonly requeued: readonly Job[];
  readonly failed: readonly Job[];
  /** Cancelled while running; the worker was gone before it could say so. */
  readonly cancelled: readonly Job[];
  /** Rendered, not confirmed by Discord; the caller's to deliver from now on. */
  readonly undelivered: readonly Job[];
}

/** Sorts recovered jobs by what became of them. */
export function sortRecovered(jobs: readonly (Job | null)[]): Recovery {
  const became = (kind: Job['state']['kind']) => jobs.filter((job): job is Job => job?.state.kind === kind);
  return {
    requeued: became('waiting'),
    failed: became('failed'),
    cancelled: became('cancelled'),
    undelivered: became('rendered'),
  };
}

/**
 * The truth about jobs. Everything is durable when its promise resolves; every change of state is conditional, so a
 * worker that lost its lease changes nothing (`false`, `null`). Rejects with RiffError('store_failed').
 *
 * waiting → running → rendered → done; from running and rendered also → failed; from waiting and running also →
 * cancelled; from running back → waiting.
 *
 * A job whose stored form is damaged becomes failed (`damaged`) when it is met, is logged, and is no longer among those
 * that wait or run.
 */
export interface JobStore {
  /** How often the store failed within the last minute, damaged jobs included. */
  readonly recentFaults: number;
  /** Resolves where the store can be written. */
  checkWritable(): Promise<void>;

  /** Adds a waiting job and remembers that its user was accepted at `createdAt`. */
  insert(job: NewJob): Promise<WaitingJob>;
  get(id: string): Promise<Job | null>;
  /** Everything that waits or runs, at one moment. */
  snapshot(now: number): Promise<Snapshot>;

  /** Claims the job that `nextTurn` says among those that are ready; atomic between processes. */
  claimNext(lease: Lease, now: number): Promise<Job | null>;
  /** How many jobs `claimNext` could give out now. */
  countReady(now: number): Promise<number>;
  /** Prolongs everything that the worker holds (running and rendered). */
  renewLeases(lease: Lease): Promise<void>;
  saveProgress(id: string, workerId: string, progress: RenderProgress): Promise<boolean>;
  /**
   * Running → what the result says. A job whose cancellation was requested becomes cancelled instead, whatever the
   * result: the returned job says what it became.
   */
  settle(id: string, workerId: string, result: RenderResult, now: number): Promise<Job | null>;
  /** Counts an attempt to deliver before it is made: 1 says that nothing was ever sent. Null: not ours to deliver. */
  beginDelivery(id: string, workerId: string): Promise<number | null>;
  /** Rendered → what the result says. */
  settleDelivery(id: string, workerId: string, result: DeliveryResult, now: number): Promise<Job | null>;
  /** Waiting → cancelled; running: requests it. */
  cancel(id: string, act: Act, now: number): Promise<CancelOutcome>;
  /** Takes over from workers that are gone: at start, and from time to time. Never touches the caller's own jobs. */
  recover(terms: RecoveryTerms): Promise<Recovery>;

  /** Jobs given up after too many crashes, newest first. */
  deadLetters(scope: QueueScope, limit: number): Promise<readonly Job[]>;
  /** A user's jobs in any state, newest first. */
  recentOf(userId: string, limit: number): Promise<readonly Job[]>;

  setPriorities(priorities: ReadonlyMap<string, number>): Promise<void>;
  /** A second pause replaces the reason. False: it was paused for this very reason. */
  pause(scope: PauseScope, reason: string): Promise<boolean>;
  /** False: it was not paused. */
  resume(scope: PauseScope): Promise<boolean>;

  /** When the user's jobs were accepted, oldest first, since a moment at most an hour ago; cancelled ones count. */
  acceptedSince(userId: string, since: number): Promise<readonly number[]>;
}
