import { EventEmitter } from 'node:events';
import PQueue from 'p-queue';
import { type Clock, msSince, within } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { reasonTexts } from '../messages/reasons.ts';
import { BlockedReasons } from '../queue/blocked-reasons.ts';
import type { Job } from '../queue/job.ts';
import type { JobStore, RenderResult } from '../queue/job-store.ts';
import type { QueueLog, ResultStore } from '../queue/ports.ts';
import type { NewsFeed, Presence, StoreNews } from '../queue/processes.ts';
import type { RenderWorker, WorkerEvents } from '../queue/render-worker.ts';
import type { RenderProgress, RiffEngine, RiffFiles } from '../riff/engine.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { ABORTED, ClaimedJobs } from './claimed-jobs.ts';
import { Leases } from './leases.ts';
import { localPresence } from './presence.ts';

export interface WorkerOptions {
  readonly store: JobStore;
  readonly results: Pick<ResultStore, 'checkWritable'>;
  /** One render at a time each: their number is the concurrency. */
  readonly engines: readonly RiffEngine[];
  readonly clock: Clock;
  readonly log: QueueLog;
  /** At most `starts` renders begin in any `intervalMs`. */
  readonly startRate?: { readonly starts: number; readonly intervalMs: number };
  /** Jobs of a worker that is gone are taken over after this time at most; leases are renewed three times as often. */
  readonly leaseMs?: number;
  /** By default those of this machine's processes. */
  readonly presence?: Presence;
  /** Whether this process delivers riffs and tells users as well; true by default. */
  readonly isBot?: boolean;
  /** Where other processes share the store. */
  readonly news?: NewsFeed;
  /** How often leases are renewed and the store is looked at; by default a third of a lease. */
  readonly beatMs?: number;
}

export const STORE_BLOCKED = reasonTexts.en.storeUnwritable;

/** How long aborted engines may take to settle in an orderly stop. */
const ABORT_GRACE_MS = 5000;
/** How often progress is stored, for other processes and after a crash; listeners get every message. */
const SAVE_EVERY_MS = 1000;

/** One claimed job on one engine. */
interface Run {
  /** With its newest progress. */
  job: Job;
  /** When its progress was last stored, epoch ms. */
  savedAt: number;
  readonly abort: AbortController;
  /** Resolves when the result is stored; with null if the job belonged to another worker by then. */
  readonly settled: PromiseWithResolvers<Job | null>;
}

/** Claims jobs from the store, renders them on its engines and stores what became of them. */
export class Worker extends EventEmitter<WorkerEvents> implements RenderWorker {
  readonly id: string;
  readonly slots: number;
  readonly blocked: BlockedReasons;
  readonly #options: WorkerOptions;
  readonly #leases: Leases;
  readonly #breaker: CircuitBreaker;
  readonly #idleEngines: RiffEngine[];
  /**
   * Limits the concurrency and the start rate, nothing else: its own timeout and signal would free the slot while
   * the work goes on. It measures the interval by its own timers; a start rate protects the machine, not the order.
   */
  readonly #starts: PQueue;
  readonly #runs = new Map<string, Run>();
  readonly #claims = new Set<Promise<unknown>>();
  readonly #claimed: ClaimedJobs;
  /** Results that could not be stored; retried until they are. */
  readonly #unsettled = new Map<string, () => Promise<void>>();
  #isClosed = false;
  #stopNews = () => {};

  constructor(options: WorkerOptions) {
    super();
    this.#options = options;
    const { store, engines, results, clock, log, startRate, leaseMs, beatMs } = options;
    const { presence = localPresence(), isBot = true } = options;
    this.id = presence.id;
    this.slots = engines.length;
    this.blocked = new BlockedReasons(clock, log);
    this.#leases = new Leases({ store, presence, clock, log, isBot, leaseMs, beatMs });
    this.#claimed = new ClaimedJobs({ store, clock, log, workerId: this.id, runs: this.#runs });
    this.#breaker = new CircuitBreaker({ engines: this.slots, results, clock, log, blocked: this.blocked });
    this.#idleEngines = [...engines];
    this.#starts = new PQueue({
      concurrency: this.slots,
      ...(startRate && { interval: startRate.intervalMs, intervalCap: startRate.starts, strict: true }),
    });
  }

  get running(): number {
    return this.#runs.size;
  }

  async start(): Promise<void> {
    void this.#greetEngine();
    this.#stopNews = this.#options.news?.onNews((news) => this.#hear(news)) ?? this.#stopNews;
    await this.#leases.renew();
    await this.#recover();
    await this.#startReady();
    this.#leases.keep(() => this.#review());
  }

  wake(): void {
    void this.#startReady();
  }

  live(jobId: string): Job | null {
    return this.#runs.get(jobId)?.job ?? null;
  }

  async abort(jobId: string): Promise<Job | null> {
    if (!this.#runs.has(jobId)) await Promise.all(this.#claims);
    const run = this.#runs.get(jobId);
    run?.abort.abort();
    return run?.settled.promise ?? null;
  }

  close(): void {
    this.#isClosed = true;
    this.#starts.clear();
    this.#breaker.dispose();
  }

  async idle(): Promise<void> {
    await this.#starts.onIdle();
  }

  async abortAll(): Promise<void> {
    for (const { abort } of this.#runs.values()) abort.abort();
    await within(this.idle(), ABORT_GRACE_MS, this.#options.clock);
  }

  stop(): void {
    this.#leases.stop();
    this.#stopNews();
  }

  get #mayStart(): boolean {
    return !this.#isClosed && !this.blocked.isFinal;
  }

  /** Starts a render for every ready job and free engine. Never rejects. */
  async #startReady(): Promise<void> {
    if (!this.#mayStart) return;
    try {
      const wanted = await this.#options.store.countReady(this.#options.clock.now(), this.slots);
      while (this.#mayStart && this.#starts.size + this.#claims.size < wanted)
        void this.#starts.add(() => this.#work());
    } catch (error) {
      this.#options.log.error({ error: messageOf(error) }, 'the waiting jobs could not be read');
    }
  }

  /** Claim, render, settle. Never rejects. There are as many at once as engines, so one is always idle. */
  async #work(): Promise<void> {
    const engine = this.#idleEngines.pop();
    if (!engine) return;
    const job = await this.#claim();
    if (job) await this.#run(job, engine);
    this.#idleEngines.push(engine);
    // Also after an empty claim: a job may have come in while it was under way.
    this.wake();
  }

  /** Null: there is nothing to do, or the store failed. */
  async #claim(): Promise<Job | null> {
    if (!this.#mayStart) return null;
    const { store, clock, log } = this.#options;
    const claim = store.claimNext(this.#leases.next(), clock.now()).catch((error: unknown) => {
      log.error({ error: messageOf(error) }, 'no job could be claimed');
      this.blocked.set('store', STORE_BLOCKED);
      return null;
    });
    this.#claims.add(claim);
    const job = await claim;
    this.#claims.delete(claim);
    return job;
  }

  async #run(job: Job, engine: RiffEngine): Promise<void> {
    const savedAt = this.#options.clock.now();
    const run: Run = { job, savedAt, abort: new AbortController(), settled: Promise.withResolvers() };
    this.#runs.set(job.id, run);
    this.emit('started', job);
    const result = await this.#render(run, engine).then(
      (files): RenderResult => ({ kind: 'rendered', files }),
      (fault: unknown) => (run.abort.signal.aborted ? ABORTED : this.#breaker.failed(run.job, fault)),
    );
    if (result.kind === 'rendered') this.#breaker.succeeded();
    await this.#settle(run, result);
    // The next job waits in the store, not in an engine that may not recover.
    if (result.kind !== 'rendered' && result !== ABORTED) await this.#breaker.untilReady(engine);
  }

  /** Settles when the engine has; no progress is announced after that. */
  async #render(run: Run, engine: RiffEngine): Promise<RiffFiles> {
    const { id, request } = run.job;
    let isOver = false;
    const onProgress = (progress: RenderProgress): void => {
      if (!isOver) this.#noteProgress(run, progress);
    };
    const onPreview = (jpeg: Uint8Array): void => {
      if (!isOver) this.emit('preview', run.job, jpeg);
    };
    // Where the bot is another process nobody here would show it.
    const preview = this.listenerCount('preview') > 0 && { onPreview };
    try {
      return await engine.render(id, request, { signal: run.abort.signal, onProgress, ...preview });
    } finally {
      isOver = true;
    }
  }

  #noteProgress(run: Run, progress: RenderProgress): void {
    const { store, clock, log } = this.#options;
    if (run.job.state.kind !== 'running') return;
    run.job = { ...run.job, state: { ...run.job.state, progress } };
    this.emit('progress', run.job, progress);
    const now = clock.now();
    if (msSince(run.savedAt, now) < SAVE_EVERY_MS) return;
    run.savedAt = now;
    const { id } = run.job;
    store.saveProgress(id, this.id, progress).catch((error: unknown) => {
      log.warn({ jobId: id, error: messageOf(error) }, 'progress could not be stored');
    });
  }

  /**
   * Stores the result; a requested cancellation overrides it in `JobStore.settle`. If the store fails, the job stays with
   * this worker and is retried. Never rejects.
   */
  async #settle(run: Run, result: RenderResult): Promise<void> {
    const { store, clock, log } = this.#options;
    const { id } = run.job;
    const settle = async () => {
      const job =
        (await store.settle(run.job, this.id, result, clock.now())) ??
        (await this.#claimed.endOfDamaged(run.job));
      this.#runs.delete(id);
      this.#unsettled.delete(id);
      if (job) this.emit('result', job, result.kind === 'requeued' ? result.delayMs : 0);
      run.settled.resolve(job);
    };
    try {
      await settle();
    } catch (error) {
      log.error({ jobId: id, error: messageOf(error) }, 'the end of a render could not be stored yet');
      this.#unsettled.set(id, settle);
      this.blocked.set('store', STORE_BLOCKED);
    }
  }

  /** Another process changed a job: it may wait to be claimed, or be one of these and be cancelled. */
  #hear({ jobId, state }: StoreNews): void {
    if (state === 'waiting' && this.#runs.size < this.slots) this.wake();
    // The stored progress of other workers is news too, and none of these.
    if (state === 'running' && jobId !== null && this.#runs.has(jobId)) void this.#claimed.lookForCancelled();
  }

  /** At every renewal: takes over the jobs of workers that are gone, and starts delayed jobs that are due. */
  async #review(): Promise<void> {
    await this.#settleLeftovers();
    await this.#claimed.review();
    if (!this.#isClosed) await this.#recover();
    await this.#startReady();
  }

  async #settleLeftovers(): Promise<void> {
    if (!this.blocked.has('store')) return;
    await this.#options.store.checkWritable();
    for (const settle of this.#unsettled.values()) await settle();
    this.blocked.set('store', null);
  }

  async #recover(): Promise<void> {
    const recovery = await this.#leases.recover();
    if (recovery) this.emit('recovered', recovery);
  }

  async #greetEngine(): Promise<void> {
    try {
      const description = await this.#options.engines[0]?.describe();
      if (description) this.emit('ready', description);
    } catch (error) {
      this.#options.log.error({ error: messageOf(error) }, 'the engine is not ready');
    }
  }
}
