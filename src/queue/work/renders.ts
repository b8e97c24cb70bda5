import PQueue from 'p-queue';
import type { RenderProgress, RiffEngine, RiffFiles } from '../../engine/engine.ts';
import { messageOf } from '../../errors.ts';
import type { Failure, JobStore, Lease } from '../../store/job-store.ts';
import type { Clock } from '../clock.ts';
import type { StartRate } from '../contract.ts';
import type { Measured } from '../eta.ts';
import type { Job } from '../job.ts';
import type { QueueLog } from '../sight/queue-log.ts';
import { judge } from './failures.ts';
import { randomId } from './holder.ts';
import { Stopwatch } from './stopwatch.ts';

interface RendersOptions {
  readonly store: JobStore;
  readonly engines: readonly RiffEngine[];
  readonly clock: Clock;
  readonly log: QueueLog;
  readonly lease: () => Lease;
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

type Outcome =
  | { readonly kind: 'files'; readonly files: RiffFiles }
  | { readonly kind: 'thrown'; readonly thrown: unknown };

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
  readonly #runs = new Map<string, Run>();
  readonly #claims = new Set<Promise<Claim>>();
  /** Ends that the store did not take; tried again at every beat. */
  readonly #unsettled = new Map<string, () => Promise<unknown>>();
  #closed = false;

  constructor(options: RendersOptions) {
    this.#options = options;
    this.#idleEngines = [...options.engines];
    const { startRate } = options;
    this.#starts = new PQueue({
      concurrency: options.engines.length,
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
    if (this.#closed) return;
    try {
      const ready = await this.#options.store.countReady(this.#options.clock.now());
      const wanted = Math.min(ready, this.#options.engines.length);
      while (!this.#closed && this.#starts.size + this.#claims.size < wanted) {
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
  }

  abortAll(): void {
    for (const run of this.#runs.values()) run.controller.abort();
  }

  async idle(): Promise<void> {
    await this.#starts.onIdle();
  }

  async settleLeftovers(): Promise<void> {
    for (const [jobId, settle] of this.#unsettled) {
      await settle();
      this.#unsettled.delete(jobId);
    }
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
    const { settled, delayMs } = await this.#run(run, engine);
    this.#runs.delete(job.id);
    if (settled) this.#options.onSettled(settled, delayMs);
    run.settled.resolve(settled);
  }

  async #claim(): Promise<Claim> {
    if (this.#closed) return null;
    const { store, clock, lease, log } = this.#options;
    const claim = store.claimNext(lease(), clock.now()).catch((error: unknown): Claim => {
      log.error({ error: messageOf(error) }, 'no job could be claimed');
      return 'failed';
    });
    this.#claims.add(claim);
    const job = await claim;
    this.#claims.delete(claim);
    return job;
  }

  async #run(run: Run, engine: RiffEngine): Promise<{ settled: Job | null; delayMs: number | null }> {
    this.#options.onStarted(run.job);
    const outcome = await this.#render(run, engine);
    try {
      return await this.#settle(run, outcome);
    } catch (error) {
      return { settled: this.#giveUpStoring(run.job, error), delayMs: null };
    }
  }

  async #render(run: Run, engine: RiffEngine): Promise<Outcome> {
    const { clock, onMeasured } = this.#options;
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
      return { kind: 'thrown', thrown };
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

  async #settle(run: Run, outcome: Outcome): Promise<{ settled: Job | null; delayMs: number | null }> {
    const { store, clock, lease, log } = this.#options;
    const { id, attempts } = run.job;
    const { holder } = lease();
    const now = clock.now();
    if (outcome.kind === 'files') {
      return { settled: await store.markRendered(id, holder, outcome.files, now), delayMs: null };
    }
    if (run.controller.signal.aborted) {
      // Cancelled, or handed back by an orderly stop: the store knows which.
      const settled = await store.putBack(id, holder, { notBefore: 0, refund: true }, now);
      return { settled, delayMs: null };
    }
    const verdict = judge(outcome.thrown, attempts);
    const error = messageOf(outcome.thrown);
    if (verdict.kind === 'retry') {
      log.warn(
        { jobId: id, attempts, delayMs: verdict.delayMs, error },
        'a render failed, it is tried again',
      );
      const terms = { notBefore: now + verdict.delayMs, refund: false };
      return { settled: await store.putBack(id, holder, terms, now), delayMs: verdict.delayMs };
    }
    const failure = { code: verdict.code, reason: verdict.reason, errorId: randomId(6) };
    log.error({ jobId: id, attempts, ...failure, error }, 'a render failed for good');
    return { settled: await store.fail(id, holder, failure, now), delayMs: null };
  }

  /** The render is over but the store does not take its end: the person is told, the store is told later. */
  #giveUpStoring(job: Job, error: unknown): Job {
    const { store, clock, lease, log } = this.#options;
    const failure: Failure = {
      code: 'store_failed',
      reason: 'The riff could not be stored. The owner of the bot can see why.',
      errorId: randomId(6),
    };
    const failedAt = clock.now();
    log.error({ jobId: job.id, ...failure, error: messageOf(error) }, 'the end of a render was not stored');
    this.#unsettled.set(job.id, () => store.fail(job.id, lease().holder, failure, failedAt));
    return { ...job, state: { kind: 'failed', ...failure, failedAt } };
  }
}
