import type { EngineDescription, RenderProgress } from '../riff/engine.ts';
import type { BlockedReasons } from './blocked-reasons.ts';
import type { Job } from './job.ts';
import type { Recovery } from './job-store.ts';

export interface WorkerEvents {
  /** An engine is ready. */
  ready: [description: EngineDescription];
  started: [job: Job];
  /** Not throttled; `job.state` is running and carries the same progress. */
  progress: [job: Job, progress: RenderProgress];
  /** The unfinished picture of a long render, as a JPEG. It is not stored, so other processes do not get it. */
  preview: [job: Job, jpeg: Uint8Array];
  /** The job is no longer running; `job.state` says why. If it waits, its next attempt starts in `delayMs`. */
  result: [job: Job, delayMs: number];
  /** Jobs of workers that are gone were taken over. */
  recovered: [recovery: Recovery];
  /** Other processes changed the order. */
  changed: [];
}

/** The queue's view of a worker, which claims jobs from the store by itself, here or on another machine. */
export interface RenderWorker {
  /** Holds the leases of this process, on jobs to render and to deliver. */
  readonly id: string;
  /** How many renders it runs at once. */
  readonly slots: number;
  /** How many it runs now. */
  readonly running: number;
  /** While there is a reason, no job starts. */
  readonly blocked: BlockedReasons;
  on<Name extends keyof WorkerEvents>(event: Name, listener: (...args: WorkerEvents[Name]) => void): unknown;
  /** Takes over what an earlier run left behind, then claims. Rejects with RiffError('store_failed'). */
  start(): Promise<void>;
  /** Tells the worker to look for a job to claim. */
  wake(): void;
  /** The job with its newest progress if it runs here. */
  live(jobId: string): Job | null;
  /** Aborts the render and resolves when the engine has settled; null: it does not run here. */
  abort(jobId: string): Promise<Job | null>;
  /** Claims nothing more. */
  close(): void;
  /** Resolves when nothing runs any more. */
  idle(): Promise<void>;
  /** Aborts all renders and requeues their jobs; waits for the engines for some seconds at most. */
  abortAll(): Promise<void>;
  /** Renews no more leases. */
  stop(): void;
}
