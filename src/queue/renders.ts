import PQueue from 'p-queue';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { RenderProgress, RiffEngine } from '../riff/engine.ts';
import type { BlockedReasons } from './blocked-reasons.ts';
import type { StartRate } from './contract.ts';
import { Endings, type Outcome, STORE_CANNOT_BE_WRITTEN } from './endings.ts';
import type { Measured } from './eta.ts';
import type { Job } from './job.ts';
import type { JobStore, Lease } from './job-store.ts';
import type { QueueLog } from './queue-log.ts';
import { Readiness } from './readiness.ts';
import type { ResultStore } from './result-store.ts';
import { Stopwatch } from './stopwatch.ts';

interface RendersOptions {
  readonly store: JobStore;
  readonly engines: readonly RiffEngine[];
  readonly clock: Clock;
  readonly log: QueueLog;
  readonly lease: () => Lease;
  readonly blocked: BlockedReasons;
  readonly results: Pick<ResultStore, 'checkWritable'> | null;
  readonly startRate: StartRate | null;
  readonly onStarted: (job: Job) => void;
  readonly onProgress: (job: Job, progress: RenderProgress) => void;
  readonly onMeasured: (measured: Measured) => void;
  /** The job left running; `delayMs` where it will be tried again. */
  readonly onSettled: (job: Job, delayMs: number | null) => void;
}

interface Run {
  job: Job;
  readonly controller: AbortController;
  readonly settled: PromiseWithResolvers<Job | null>;
}

type Claim = Job | null | 'failed';

/** Progress in the store is for other processes and for after a crash; listeners get every beat. */
const SAVE_EVERY_MS = 1000;

/**
 * Claims and renders, one job per engine at a time. A task of the p-queue is claim, render until the engine has really
 * settled, and store; p-queue's own timeout and signal stay unused, because they free the slot while the work goes on.
 */
export class Renders {
  readonly #options: RendersOptions;
  readonly #starts: PQueue;
  readonly #idleEngines: RiffEngine[];
  readonly #readiness: Readiness;
  readonly #endings: Endings;
  readonly #runs = new Map<string, Run>();
  readonly #claims = new Set<Promise<Claim>>();
  #closed = false;

  constructor(options: RendersOptions) {
    this.#options = options;
    const { engines, startRate, clock, log, blocked, results } = options;
    this.#idleEngines = [...engines];
    this.#readiness = new Readiness({ engines: engines.length, clock, log, blocked, results });
    this.#endings = new Endings(options, this.#readiness);
    this.#starts = new PQueue({
      concurrency: engines.length,
      ...(startRate && { interval: startRate.intervalMs, intervalCap: startRate.starts, strict: true }),
    });
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  get size(): number {
    return this.#runs.size;
  }

  /** The job with its newest progress, where it runs here. */
  live(jobId: string): Job | null {
    return this.#runs.get(jobId)?.job ?? null;
  }

  /** Starts as many as there are jobs ready and engines free; the p-queue holds the others back. Never rejects. */
  async pump(): Promise<void> {
    if (this.#isAtRest) return;
    try {
      const ready = await this.#options.store.countReady(this.#options.clock.now());
      const wanted = Math.min(ready, this.#options.engines.length);
      while (!this.#isAtRest && this.#starts.size + this.#claims.size < wanted) {
        void this.#starts.add(() => this.#work());
      }
    } catch (error) {
      this.#options.log.error({ error: messageOf(error) }, 'the waiting jobs could not be read');
    }
  }

  /** Aborts the render and resolves when the engine has settled; null: it does not run in this process. */
  async stop(jobId: string): Promise<Job | null> {
    if (!this.#runs.has(jobId)) await Promise.all(this.#claims);
    const run = this.#runs.get(jobId);
    run?.controller.abort();
    return run?.settled.promise ?? null;
  }

  /** Starts nothing more. */
  close(): void {
    this.#closed = true;
    this.#starts.clear();
    this.#readiness.close();
  }

  abortAll(): void {
    for (const run of this.#runs.values()) run.controller.abort();
  }

  async idle(): Promise<void> {
    await this.#starts.onIdle();
  }

  /** Ends that the store did not take; and whether it takes anything again. Rejects where it does not. */
  async settleLeftovers(): Promise<void> {
    if (!this.#options.blocked.has('store')) return;
    await this.#options.store.checkWritable();
    await this.#endings.settleLeftovers();
    this.#options.blocked.set('store', null);
  }

  get #isAtRest(): boolean {
    return (
      this.#closed ||
      this.#readiness.isResting ||
      this.#options.blocked.has('delivery') ||
      this.#options.blocked.has('store')
    );
  }

  /** A task of the p-queue; never rejects. There are as many tasks at once as engines, so one is always idle. */
  async #work(): Promise<void> {
    const engine = this.#idleEngines.pop();
    if (!engine) return;
    const job = await this.#claim();
    if (job !== null && job !== 'failed') await this.#runToEnd(job, engine);
    this.#idleEngines.push(engine);
    // Also after an empty claim: a job may have come in while it was under way. After a failed one the beat goes on.
    if (job !== 'failed') void this.pump();
  }

  async #runToEnd(job: Job, engine: RiffEngine): Promise<void> {
    const run: Run = { job, controller: new AbortController(), settled: Promise.withResolvers() };
    this.#runs.set(job.id, run);
    const outcome = await this.#render(run, engine);
    await this.#endings.settle(run.job, outcome, ({ job: settled, delayMs }) => {
      this.#runs.delete(job.id);
      if (settled) this.#options.onSettled(settled, delayMs);
      run.settled.resolve(settled);
    });
    // The next job waits in the store, not in an engine that may not come back.
    if (outcome.kind === 'thrown') await this.#readiness.untilReady(engine);
  }

  async #claim(): Promise<Claim> {
    if (this.#isAtRest) return null;
    const { store, clock, lease, log } = this.#options;
    const claim = store.claimNext(lease(), clock.now()).catch((error: unknown): Claim => {
      log.error({ error: messageOf(error) }, 'no job could be claimed');
      this.#options.blocked.set('store', STORE_CANNOT_BE_WRITTEN);
      return 'failed';
    });
    this.#claims.add(claim);
    const job = await claim;
    this.#claims.delete(claim);
    return job;
  }

  async #render(run: Run, engine: RiffEngine): Promise<Outcome> {
    const { clock, onStarted, onMeasured } = this.#options;
    onStarted(run.job);
    const { id, request } = run.job;
    const { signal } = run.controller;
    const stopwatch = new Stopwatch(clock.now());
    let isOver = false;
    try {
      const onProgress = (progress: RenderProgress) => {
        if (!isOver) this.#beat(run, progress, stopwatch);
      };
      const files = await engine.render(id, request, { onProgress, signal });
      onMeasured(stopwatch.measured(request, clock.now()));
      return { kind: 'files', files };
    } catch (thrown) {
      return signal.aborted ? { kind: 'aborted' } : { kind: 'thrown', thrown };
    } finally {
      isOver = true;
    }
  }

  #beat(run: Run, progress: RenderProgress, stopwatch: Stopwatch): void {
    const { store, clock, lease, log, onProgress } = this.#options;
    if (run.job.state.kind !== 'running') return;
    run.job = { ...run.job, state: { ...run.job.state, progress } };
    stopwatch.beat(progress, clock.now());
    if (stopwatch.isTimeToSave(clock.now(), SAVE_EVERY_MS)) {
      store.saveProgress(run.job.id, lease().holder, progress).catch((error: unknown) => {
        log.warn({ jobId: run.job.id, error: messageOf(error) }, 'progress could not be stored');
      });
    }
    onProgress(run.job, progress);
  }
}
