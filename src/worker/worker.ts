import { EventEmitter } from 'node:events';
import PQueue from 'p-queue';
import { type Clock, within } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { BlockedReasons } from '../queue/blocked-reasons.ts';
import type { QueueLog } from '../queue/contract.ts';
import type { Job } from '../queue/job.ts';
import type { JobStore, RenderResult } from '../queue/job-store.ts';
import { randomId } from '../queue/random-id.ts';
import type { RenderWorker, WorkerEvents } from '../queue/render-worker.ts';
import type { ResultStore } from '../queue/result-store.ts';
import { decide, engineAfter } from '../queue/retry-policy.ts';
import type { RiffEngine } from '../riff/engine.ts';
import { EngineBreaker } from './engine-breaker.ts';
import { Leases } from './leases.ts';
import { OutputGate } from './output-gate.ts';
import { type Outcome, RenderRun } from './render-run.ts';

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
}

const LEASE_MS = 9000;
/** How long aborted engines may take to settle in an orderly stop. */
const ABORT_GRACE_MS = 5000;
/** The delay of a job when the engines are at fault, so that the next attempt goes to another job. */
const BLAMELESS: RenderResult = { kind: 'requeued', delayMs: 60_000, countsAttempt: false };

/** Claims jobs from the store, renders them on its engines and stores what became of them. */
export class Worker extends EventEmitter<WorkerEvents> implements RenderWorker {
  readonly blocked: BlockedReasons;
  readonly #options: WorkerOptions;
  readonly #leases: Leases;
  readonly #breaker: EngineBreaker;
  readonly #output: OutputGate;
  readonly #idleEngines: RiffEngine[];
  /**
   * Limits the concurrency and the start rate, nothing else: its own timeout and signal would free the slot while
   * the work goes on. It measures the interval by its own timers; a start rate protects the machine, not the order.
   */
  readonly #starts: PQueue;
  readonly #runs = new Map<string, RenderRun>();
  readonly #claims = new Set<Promise<unknown>>();
  /** Results that could not be stored; retried until they are. */
  readonly #unsettled = new Map<string, () => Promise<void>>();
  #isClosed = false;
  #isStopped = false;
  #cancelBeat = () => {};

  constructor(options: WorkerOptions) {
    super();
    this.#options = options;
    const { store, engines, results, clock, log, startRate, leaseMs = LEASE_MS } = options;
    this.blocked = new BlockedReasons(clock, log);
    this.#leases = new Leases(store, clock, leaseMs);
    this.#breaker = new EngineBreaker({ engines: engines.length, clock, log, blocked: this.blocked });
    this.#output = new OutputGate({ results, clock, log, blocked: this.blocked });
    this.#idleEngines = [...engines];
    this.#starts = new PQueue({
      concurrency: engines.length,
      ...(startRate && { interval: startRate.intervalMs, intervalCap: startRate.starts, strict: true }),
    });
  }

  get id(): string {
    return this.#leases.workerId;
  }

  get slots(): number {
    return this.#options.engines.length;
  }

  get running(): number {
    return this.#runs.size;
  }

  async start(): Promise<void> {
    void this.#greetEngine();
    await this.#recover();
    await this.#startReady();
    this.#renewLater();
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
    run?.abort();
    return run?.settled.promise ?? null;
  }

  close(): void {
    this.#isClosed = true;
    this.#starts.clear();
    this.#breaker.dispose();
    this.#output.dispose();
  }

  async idle(): Promise<void> {
    await this.#starts.onIdle();
  }

  async abortAll(): Promise<void> {
    for (const run of this.#runs.values()) run.abort();
    await within(this.idle(), ABORT_GRACE_MS, this.#options.clock);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelBeat();
  }

  get #mayStart(): boolean {
    return !this.#isClosed && !this.blocked.isFinal;
  }

  /** Starts a render for every ready job and free engine. Never rejects. */
  async #startReady(): Promise<void> {
    if (!this.#mayStart) return;
    try {
      const ready = await this.#options.store.countReady(this.#options.clock.now());
      const wanted = Math.min(ready, this.slots);
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
      this.#storeFailed();
      return null;
    });
    this.#claims.add(claim);
    const job = await claim;
    this.#claims.delete(claim);
    return job;
  }

  async #run(job: Job, engine: RiffEngine): Promise<void> {
    const run = new RenderRun(job, this.id, this.#options);
    this.#runs.set(job.id, run);
    this.emit('started', job);
    const outcome = await run.render(engine, (progress) => this.emit('progress', run.job, progress));
    if (outcome.kind === 'files') this.emit('measured', job.request, outcome.files);
    await this.#settle(run, this.#resultOf(run.job, outcome));
    // The next job waits in the store, not in an engine that may not recover.
    if (outcome.kind !== 'thrown') return;
    await this.#output.untilOpen();
    await this.#breaker.untilReady(engine);
  }

  /** The result of a render, by the state of its engine. A requested cancellation overrides it in `JobStore.settle`. */
  #resultOf(job: Job, outcome: Outcome): RenderResult {
    switch (outcome.kind) {
      case 'files':
        this.#breaker.succeeded();
        this.#output.succeeded();
        return { kind: 'rendered', files: outcome.files };
      case 'aborted':
        return { kind: 'requeued', delayMs: 0, countsAttempt: false };
      case 'thrown':
        return this.#resultOfFault(job, outcome.fault);
    }
  }

  #resultOfFault({ id: jobId, attempts }: Job, fault: unknown): RenderResult {
    const { log } = this.#options;
    const error = messageOf(fault);
    const engine = engineAfter(fault);
    if (engine === 'works') this.#breaker.succeeded();
    if (engine === 'unwritable') this.#output.failed();
    if (engine === 'crashed' && this.#breaker.crashed(jobId)) {
      log.warn({ jobId, attempts, error }, 'an engine crashed as it did on others, the job is put off');
      return BLAMELESS;
    }
    const decision = decide(fault, attempts);
    if (decision.kind === 'retry') {
      log.warn({ jobId, attempts, ...decision, error }, 'a render failed, it is tried again');
      return { ...decision, kind: 'requeued' };
    }
    const failure = { code: decision.code, reason: decision.reason, errorId: randomId(6) };
    log.error({ jobId, attempts, ...failure, error }, 'a render failed for good');
    return { kind: 'failed', failure };
  }

  /** If the store fails, the job stays with this worker and is retried. Never rejects. */
  async #settle(run: RenderRun, result: RenderResult): Promise<void> {
    const { store, clock, log } = this.#options;
    const { id } = run.job;
    const settle = async () => {
      const job = await store.settle(id, this.id, result, clock.now());
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
      this.#storeFailed();
    }
  }

  #storeFailed(): void {
    this.blocked.set('store', 'the queue cannot be written');
  }

  #renewLater(): void {
    if (this.#isStopped) return;
    const { clock, log, leaseMs = LEASE_MS } = this.#options;
    this.#cancelBeat = clock.after(leaseMs / 3, () => {
      void this.#renewLeases()
        .catch((error: unknown) =>
          log.error({ error: messageOf(error) }, 'the store failed at a lease renewal'),
        )
        .then(() => this.#renewLater());
    });
  }

  /** Renews the leases, takes over the jobs of workers that are gone, and starts delayed jobs that are due. */
  async #renewLeases(): Promise<void> {
    await this.#leases.renew();
    await this.#settleLeftovers();
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
    if (Object.values(recovery).some((jobs) => jobs.length > 0)) this.emit('recovered', recovery);
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
