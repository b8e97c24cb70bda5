import type { RenderProgress, RiffFiles } from '../riff/engine.ts';
import type { Act, Job, JobDraft, Pause, PauseScope, QueueScope } from './job.ts';

export interface NewJob extends JobDraft {
  readonly id: string;
  readonly createdAt: number;
}

/** A worker process's hold on jobs. `leaseUntil` is epoch ms; past it, others may take the jobs over. */
export interface Lease {
  readonly holder: string;
  readonly leaseUntil: number;
}

/** No job is put off for longer. */
export const LONGEST_BACK_OFF_MS = 60_000;

export interface Failure {
  readonly code: string;
  /** A sentence that may be shown to the person. */
  readonly reason: string;
  readonly errorId: string;
}

export interface PutBack {
  /** Not to be started before this moment, epoch ms; 0: at once. */
  readonly notBefore: number;
  /** The attempt does not count: we gave the job back ourselves. */
  readonly refund: boolean;
}

export type CancelOutcome =
  | { readonly kind: 'cancelled'; readonly job: Job }
  /** Running: the wish is kept (it survives a crash) and wins over whatever the run ends with. */
  | { readonly kind: 'stopping'; readonly job: Job }
  | { readonly kind: 'too_late'; readonly job: Job }
  | { readonly kind: 'unknown' };

export interface RecoveryTerms extends Lease {
  readonly now: number;
  /** False only when the process is certainly gone; its jobs are then taken over before the lease ends. */
  readonly holderIsAlive: (holder: string) => boolean;
  /** A job over which this many bots died is not started again. */
  readonly maxBotDeaths: number;
  readonly tooManyBotDeaths: Failure;
}

/** What a dead holder left behind, and what became of it. */
export interface Recovery {
  readonly putBack: readonly Job[];
  readonly quarantined: readonly Job[];
  /** Cancelled while running; the holder died before it could say so. */
  readonly cancelled: readonly Job[];
  /** Rendered, not confirmed by Discord; held by the caller from now on. */
  readonly undelivered: readonly Job[];
}

/** Sorts recovered jobs by what became of them. */
export function sortRecovered(jobs: readonly (Job | null)[]): Recovery {
  const became = (kind: Job['state']['kind']) => jobs.filter((job): job is Job => job?.state.kind === kind);
  return {
    putBack: became('waiting'),
    quarantined: became('failed'),
    cancelled: became('cancelled'),
    undelivered: became('rendered'),
  };
}

export interface WaitingCounts {
  readonly user: number;
  /** 0 where there is no guild. */
  readonly guild: number;
  readonly total: number;
}

/**
 * The truth about jobs. Everything is durable when its promise resolves; every change of state is conditional,
 * so a holder that lost its lease changes nothing (`false`, `null`). Rejects with RiffError('store_failed').
 *
 * A job whose stored form is damaged becomes failed (`damaged`) when it is met, is logged, and is no longer among those that wait or run.
 *
 * waiting → running → rendered → done; from running and rendered also → failed; from waiting and running also →
 * cancelled; from running back → waiting. What leaves running after a wish to cancel becomes cancelled, whichever
 * method was called: the returned job says what it became.
 */
export interface JobStore {
  /** Adds a waiting job and remembers that its user was accepted at `createdAt`. */
  insert(job: NewJob): Promise<Job>;
  get(id: string): Promise<Job | null>;

  /**
   * Atomic fair pick: the turn goes to the user served longest ago (never served first, then oldest job); in that
   * job's guild the job with the highest priority takes the turn. Leaves out paused guilds and jobs put off.
   */
  claimNext(lease: Lease, now: number): Promise<Job | null>;
  /** How often the store failed within the last minute, damaged jobs included. */
  readonly recentFaults: number;
  /** Resolves where the store can be written. */
  checkWritable(): Promise<void>;
  /** How many jobs `claimNext` could give out now. */
  countReady(now: number): Promise<number>;
  /** Prolongs everything the holder holds (running and rendered). */
  renewLeases(lease: Lease): Promise<void>;
  saveProgress(id: string, holder: string, progress: RenderProgress): Promise<boolean>;
  markRendered(id: string, holder: string, files: RiffFiles, now: number): Promise<Job | null>;
  /** Running → waiting; the user's turn is given back with it. */
  putBack(id: string, holder: string, terms: PutBack, now: number): Promise<Job | null>;
  /** Counts a try to deliver before it is made: 1 says that nothing was ever sent. Null: not ours to deliver. */
  beginDelivery(id: string, holder: string): Promise<number | null>;
  markDone(id: string, holder: string, messageId: string | null, now: number): Promise<Job | null>;
  /** From running or rendered. */
  fail(id: string, holder: string, failure: Failure, now: number): Promise<Job | null>;
  cancel(id: string, act: Act, now: number): Promise<CancelOutcome>;
  /** Takes over from holders that are gone: at start, and from time to time. Never touches the caller's own jobs. */
  recover(terms: RecoveryTerms): Promise<Recovery>;

  /** Waiting jobs in the order in which they would be started; paused and put-off ones come last. */
  waiting(scope: QueueScope, now: number): Promise<readonly Job[]>;
  /** Running jobs, longest running first. */
  running(scope: QueueScope): Promise<readonly Job[]>;
  /** Jobs given up after too many crashes, newest first. */
  quarantined(scope: QueueScope, limit: number): Promise<readonly Job[]>;
  /** A user's jobs in any state, newest first. */
  recentOf(userId: string, limit: number): Promise<readonly Job[]>;

  setPriorities(priorities: ReadonlyMap<string, number>): Promise<void>;
  /** A second pause replaces the reason. False: it was paused for this very reason. */
  pause(scope: PauseScope, reason: string): Promise<boolean>;
  /** False: it was not paused. */
  resume(scope: PauseScope): Promise<boolean>;
  pauses(): Promise<readonly Pause[]>;

  countWaiting(userId: string, guildId: string | null): Promise<WaitingCounts>;
  /** When the user's jobs were accepted, oldest first, since a moment at most an hour ago; cancelled ones count. */
  acceptedSince(userId: string, since: number): Promise<readonly number[]>;
}
