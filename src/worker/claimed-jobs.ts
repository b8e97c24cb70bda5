import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { DAMAGED_CODE, damagedJob } from '../queue/damaged-job.ts';
import type { Job } from '../queue/job.ts';
import type { JobStore, RenderResult, RunningJob } from '../queue/job-store.ts';
import type { QueueLog } from '../queue/ports.ts';

/** The render was cancelled, which `JobStore.settle` sees by itself, or handed back, or never began. */
export const ABORTED: RenderResult = { kind: 'requeued', delayMs: 0, countsAttempt: false };

export interface ClaimedJobsOptions {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly log: QueueLog;
  readonly workerId: string;
  /** The renders under way, by job id. */
  readonly runs: ReadonlyMap<string, { readonly abort: AbortController }>;
}

/** Holds what a worker renders against what the store says it renders: other processes change jobs, and answers get lost. */
export class ClaimedJobs {
  readonly #options: ClaimedJobsOptions;
  /** Jobs that run here by the store, but not in fact, as of the last look. */
  #strays: ReadonlySet<string> = new Set();

  constructor(options: ClaimedJobsOptions) {
    this.#options = options;
  }

  /** Rejects with RiffError('store_failed'). */
  async review(): Promise<void> {
    await this.#returnStrays(await this.#abortUnwanted());
  }

  /** Aborts renders of jobs that were cancelled or taken over. Returns the jobs that run here by the store. */
  async #abortUnwanted(): Promise<readonly RunningJob[]> {
    const { store, workerId, runs } = this.#options;
    const before = [...runs];
    const running = await store.runningOf(workerId);
    const wanted = new Set(running.filter(({ isCancelled }) => !isCancelled).map(({ id }) => id));
    for (const [id, { abort }] of before) if (!wanted.has(id)) abort.abort();
    return running;
  }

  /** Another process changed one of these: it may have been cancelled. Never rejects. */
  async lookForCancelled(): Promise<void> {
    await this.#abortUnwanted().catch((error: unknown) =>
      this.#options.log.warn({ error: messageOf(error) }, 'cancellations could not be read yet'),
    );
  }

  /** The end of a job that the store gave up as damaged, perhaps unable to read whose it is. Null: another worker has it. */
  async endOfDamaged(job: Job): Promise<Job | null> {
    const stored = await this.#options.store.get(job.id);
    if (stored === null) return damagedJob(job, this.#options);
    return stored.state.kind === 'failed' && stored.state.code === DAMAGED_CODE ? stored : null;
  }

  /** A claim whose answer was lost on the way leaves a job that nobody renders: it waits again. */
  async #returnStrays(running: readonly RunningJob[]): Promise<void> {
    const { store, clock, workerId, runs } = this.#options;
    const unknown = running.filter(({ id }) => !runs.has(id)).map(({ id }) => id);
    // One that is new may be a claim that is just coming in.
    for (const id of unknown) {
      const stray = this.#strays.has(id) ? await store.get(id) : null;
      if (stray) await store.settle(stray, workerId, ABORTED, clock.now());
    }
    this.#strays = new Set(unknown);
  }
}
