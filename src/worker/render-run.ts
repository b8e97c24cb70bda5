import { type Clock, msSince } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { QueueLog } from '../queue/contract.ts';
import type { Job } from '../queue/job.ts';
import type { JobStore } from '../queue/job-store.ts';
import type { RenderProgress, RiffEngine, RiffFiles } from '../riff/engine.ts';

export type Outcome =
  | { readonly kind: 'files'; readonly files: RiffFiles }
  /** Cancelled, or handed back by an orderly stop. */
  | { readonly kind: 'aborted' }
  | { readonly kind: 'thrown'; readonly fault: unknown };

export interface RunOptions {
  readonly store: Pick<JobStore, 'saveProgress'>;
  readonly clock: Clock;
  readonly log: QueueLog;
}

/** How often progress is stored, for other processes and after a crash; listeners get every message. */
const SAVE_EVERY_MS = 1000;

/** One claimed job on one engine. */
export class RenderRun {
  /** Resolves when the result is stored; with null if the job belonged to another worker by then. */
  readonly settled = Promise.withResolvers<Job | null>();
  readonly #options: RunOptions;
  readonly #workerId: string;
  readonly #controller = new AbortController();
  #job: Job;
  #savedAt: number;

  constructor(job: Job, workerId: string, options: RunOptions) {
    this.#job = job;
    this.#workerId = workerId;
    this.#options = options;
    this.#savedAt = options.clock.now();
  }

  /** With its newest progress. */
  get job(): Job {
    return this.#job;
  }

  abort(): void {
    this.#controller.abort();
  }

  /** Resolves when the engine has settled. `onProgress` is called after `job` has changed, and not after the end. */
  async render(engine: RiffEngine, onProgress: (progress: RenderProgress) => void): Promise<Outcome> {
    const { id, request } = this.#job;
    const { signal } = this.#controller;
    let isOver = false;
    try {
      const files = await engine.render(id, request, {
        signal,
        onProgress: (progress) => {
          if (isOver || this.#job.state.kind !== 'running') return;
          this.#job = { ...this.#job, state: { ...this.#job.state, progress } };
          onProgress(progress);
          this.#save(progress);
        },
      });
      return { kind: 'files', files };
    } catch (fault) {
      return signal.aborted ? { kind: 'aborted' } : { kind: 'thrown', fault };
    } finally {
      isOver = true;
    }
  }

  #save(progress: RenderProgress): void {
    const { store, clock, log } = this.#options;
    if (msSince(this.#savedAt, clock.now()) < SAVE_EVERY_MS) return;
    this.#savedAt = clock.now();
    const { id } = this.#job;
    store.saveProgress(id, this.#workerId, progress).catch((error: unknown) => {
      log.warn({ jobId: id, error: messageOf(error) }, 'progress could not be stored');
    });
  }
}
