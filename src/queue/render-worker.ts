import type { EngineDescription, RenderProgress, RiffFiles } from '../riff/engine.ts';
import type { RiffRequest } from '../riff/request.ts';
import type { BlockedReasons } from './blocked-reasons.ts';
import type { Job } from './job.ts';
import type { Recovery } from './job-store.ts';

export interface WorkerEvents {
  /** An engine is ready. */
  ready: [description: EngineDescription];
  started: [job: Job];
  /** Not throttled; `job.state` is running and carries the same progress. */
  progress: [job: Job, progress: RenderProgress];
  /** Its files exist: what a render costs is known better. */
  measured: [request: RiffRequest, files: RiffFiles];
  /** The job is no longer running: `job.state` says what it became. It is tried again in `delayMs` where it waits. */
  settled: [job: Job, delayMs: number];
  /** Jobs of workers that are gone were taken over. */
  recovered: [recovery: Recovery];
}

/** What the queue knows of whoever renders its jobs: it claims them from the store by itself, on this machine or elsewhere. */
export interface RenderWorker {
  /** Holds the leases of this process, on jobs to render and to deliver. */
  readonly id: string;
  /** How many renders it runs at once. */
  readonly slots: number;
  /** How many it runs now. */
  readonly running: number;
  /** Nothing is started while there is one. */
  readonly blocked: BlockedReasons;
  on<Name extends keyof WorkerEvents>(event: Name, listener: (...args: WorkerEvents[Name]) => void): unknown;
  /** Takes over what an earlier run left behind, then claims. Rejects with RiffError('store_failed'). */
  start(): Promise<void>;
  /** There may be something to claim. */
  wake(): void;
  /** The job with its newest progress, where it runs here. */
  live(jobId: string): Job | null;
  /** Aborts the render and resolves when the engine has settled; null: it does not run here. */
  abort(jobId: string): Promise<Job | null>;
  /** Claims nothing more. */
  close(): void;
  /** Resolves when nothing runs any more. */
  idle(): Promise<void>;
  /** Aborts everything and requeues it; gives up waiting for engines after some seconds. */
  abortAll(): Promise<void>;
  /** Renews no more leases. */
  stop(): void;
}
