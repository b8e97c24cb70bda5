import type { EngineDescription } from '../riff/engine.ts';

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
