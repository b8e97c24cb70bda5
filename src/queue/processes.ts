/** What the processes that share a store know of each other. */
import type { EngineDescription } from '../riff/engine.ts';

/** Shows other processes that this one lives, and tells which of them live. */
export interface Presence {
  /** Names one run of this process. */
  readonly id: string;
  /** Reads the signs of life. The returned function tells whether a process may be alive: false only if it is certainly gone. */
  look(): Promise<(processId: string) => boolean>;
}

/** What another process changed in the store. */
export interface StoreNews {
  /** Null: anything may have changed. */
  readonly jobId: string | null;
  /** What the job is now; `waiting` where jobs may be claimed. */
  readonly state: string;
  readonly botId: string | null;
}

/** Reports changes by other processes soon, but not reliably: those that are missed are found when the store is read next. */
export interface NewsFeed {
  /** Returns the function that takes the listener off again. */
  onNews(listener: (news: StoreNews) => void): () => void;
}

/** A worker on this or another machine. */
export interface RegisteredWorker {
  readonly id: string;
  /** How many riffs it renders at once. */
  readonly slots: number;
  readonly description: EngineDescription;
  /** Why it starts nothing; null: it does. A clause that users may see. */
  readonly blocked: string | null;
}

/** Who renders. All methods reject with RiffError('store_failed'). */
export interface WorkerRegistry {
  /**
   * Adds the worker, or changes what is known of it, until its lease ends.
   * Rejects with RiffError('invalid_model') while another model is rendered with, because riffs would differ by chance.
   */
  register(worker: RegisteredWorker, leaseUntil: number, now: number): Promise<void>;
  /** Those whose lease is not over. */
  living(now: number): Promise<readonly RegisteredWorker[]>;
  /** The last that registered, alive or not; null: none ever did. */
  last(): Promise<RegisteredWorker | null>;
}
