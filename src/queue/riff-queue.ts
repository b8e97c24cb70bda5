import { EventEmitter } from 'node:events';
import { within } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { type EnqueueContext, type Entry, earlyRefusal, enqueueAll, type QueueLimits } from './admission.ts';
import type { BlockedReason } from './blocked-reasons.ts';
import type { DrainReport, QueueEvents, QueueHealth, QueueListing, RiffQueueOptions } from './contract.ts';
import { Deliveries } from './delivery.ts';
import { inGroups } from './in-groups.ts';
import type {
  Accepted,
  Act,
  Admission,
  BatchAdmission,
  CancelResult,
  Job,
  JobDraft,
  MoveResult,
  PauseScope,
  QueuePosition,
  QueueScope,
  Refused,
} from './job.ts';
import type { Recovery } from './job-store.ts';
import { ScheduleReader } from './schedule.ts';
import { uploadDropper } from './uploads.ts';

/**
 * Accepts jobs, orders them fairly and delivers the finished ones; a worker renders them.
 * All state is in the store: every result is durable when its promise resolves, and a new RiffQueue on the same store goes
 * on where a killed one stopped.
 */
export class RiffQueue {
  readonly #options: RiffQueueOptions;
  readonly #events = new EventEmitter<QueueEvents>();
  readonly #deliveries: Deliveries;
  readonly #schedule: ScheduleReader;
  /** One group at a time: each takes the schedule that the one before has left. */
  readonly #admit = inGroups((entries: readonly Entry[]) => enqueueAll(entries, this.#enqueueContext));
  #lastAdmission: Promise<unknown> = Promise.resolve();
  #state: 'new' | 'started' | 'draining' = 'new';

  constructor(options: RiffQueueOptions) {
    this.#options = options;
    const { store, clock, log, worker } = options;
    this.#schedule = new ScheduleReader({ store, worker, clock });
    this.#deliveries = new Deliveries({
      store,
      clock,
      log,
      workerId: worker.id,
      deliver: options.deliver ?? (async () => ({ kind: 'delivered', messageId: null })),
      backoffMs: options.deliveryBackoffMs,
      deliverForMs: options.deliverForMs ?? null,
      blocked: worker.blocked,
      onUnblocked: () => worker.wake(),
      onSettled: (job) => this.#onDeliveryResult(job),
    });
    this.#followWorker();
    const drop = uploadDropper(options);
    for (const end of ['done', 'failed', 'cancelled'] as const) this.#events.on(end, drop);
  }

  /** Returns the function that takes the listener off again. Attach before `start`: recovery has events too. */
  on<Name extends keyof QueueEvents>(
    event: Name,
    listener: (...args: QueueEvents[Name]) => void,
  ): () => void {
    const guarded = (...args: QueueEvents[Name]): void => {
      try {
        listener(...args);
      } catch (error) {
        this.#options.log.error({ event, error: messageOf(error) }, 'a queue listener threw');
      }
    };
    const events = this.#events as EventEmitter;
    events.on(event, guarded as () => void);
    return () => events.off(event, guarded as () => void);
  }

  /** Takes over the jobs of an earlier run, then starts. Rejects with RiffError('store_failed'). */
  async start(): Promise<void> {
    this.#state = 'started';
    await this.#options.worker.start();
    this.#changed();
  }

  /**
   * Refuses new jobs and starts none; waits for what runs and what is being delivered, at most `timeoutMs`; then stops
   * the engines (5 s at most) and requeues their jobs. Nothing is lost: the next start goes on.
   */
  async drain(timeoutMs: number): Promise<DrainReport> {
    const { clock, worker } = this.#options;
    this.#state = 'draining';
    worker.close();
    await this.#lastAdmission;
    const settled = worker.idle().then(() => this.#deliveries.idle());
    if (!(await within(settled, timeoutMs, clock))) await worker.abortAll();
    worker.stop();
    this.#deliveries.stop();
    const undelivered = this.#deliveries.size;
    return { handedBack: (await this.#leave()) + worker.running, undelivered };
  }

  /** How many jobs wait for others. Only a courtesy: without it the others wait for the end of the lease. */
  async #leave(): Promise<number> {
    const { clock, worker, store, log } = this.#options;
    try {
      await store.leave(worker.id);
      return (await store.snapshot(clock.now())).waiting.length;
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'the end of this process could not be stored');
      return 0;
    }
  }

  /** Durable when it resolves. `limits`: those of the draft's guild. Never rejects: a failing store is a refusal too. */
  async enqueue(draft: JobDraft, limits: QueueLimits): Promise<Admission> {
    const admission = await this.enqueueAll([draft], limits);
    return admission.kind === 'accepted' ? (admission.all[0] as Accepted) : admission;
  }

  /** The same for several of one user, of the same length: all of them or none. */
  async enqueueAll(drafts: readonly JobDraft[], limits: QueueLimits): Promise<BatchAdmission> {
    const admitted = this.#admit({ drafts, limits });
    this.#lastAdmission = admitted;
    const admission = await admitted;
    const answers = admission.kind === 'accepted' ? admission.all : [admission];
    for (const answer of answers) this.#events.emit('answered', answer);
    if (admission.kind !== 'accepted') return admission;
    // The schedule has them already.
    this.#events.emit('changed');
    if (this.#state === 'started') this.#options.worker.wake();
    return admission;
  }

  /** What would refuse the draft as things stand; null: perhaps nothing. Rejects with RiffError('store_failed'). */
  earlyRefusal(draft: JobDraft, limits: QueueLimits): Promise<Refused | null> {
    return earlyRefusal(draft, limits, this.#enqueueContext);
  }

  /**
   * Cancels a waiting job at once. For a running one the request is stored and the worker
   * aborts the render; once the engine has stopped, the store marks the job cancelled, whatever the render's result.
   * The caller checks permissions.
   */
  async cancel(jobId: string, act: Act): Promise<CancelResult> {
    const { store, clock, worker } = this.#options;
    const outcome = await store.cancel(jobId, act, clock.now());
    if (outcome.kind === 'cancelled') this.#announce('cancelled', outcome.job);
    if (outcome.kind !== 'requested') return outcome;
    const settled = await worker.abort(jobId);
    if (settled && settled.state.kind !== 'cancelled') return { kind: 'too_late', job: settled };
    // Null: another process renders it; the request is stored and wins when that render ends.
    const job = settled ?? (await store.get(jobId));
    return job ? { kind: 'cancelled', job } : { kind: 'unknown' };
  }

  /** Cancels every waiting job of the scope; running ones go on. Returns those cancelled. */
  async clear(scope: QueueScope, act: Act): Promise<readonly Job[]> {
    this.#schedule.forget();
    const schedule = await this.#schedule.read();
    const cancelled: Job[] = [];
    for (const { id } of schedule.waitingIn(scope)) {
      const result = await this.cancel(id, act);
      if (result.kind === 'cancelled') cancelled.push(result.job);
    }
    return cancelled;
  }

  /**
   * Brings a waiting job to position `number` among those of its guild (its user, outside of guilds): 1 takes the next turn
   * of that guild; beyond the ends counts as the end. Turns of other guilds stay as they are.
   */
  async move(jobId: string, number: number): Promise<MoveResult> {
    const { store } = this.#options;
    const job = await store.get(jobId);
    if (!job) return { kind: 'unknown' };
    if (job.state.kind !== 'waiting') return { kind: 'not_waiting', job };
    await store.setPriorities(await this.#schedule.prioritiesFor(job, number));
    this.#changed();
    const position = await this.position(jobId);
    const moved = (await store.get(jobId)) ?? job;
    if (!position || moved.state.kind !== 'waiting') return { kind: 'not_waiting', job: moved };
    return { kind: 'moved', job: moved, position };
  }

  /** Starts no more jobs there; running ones go on. Survives restarts. False: it was already paused for this reason. */
  async pause(scope: PauseScope, reason = ''): Promise<boolean> {
    const isNew = await this.#options.store.pause(scope, reason);
    if (isNew) this.#changed();
    return isNew;
  }

  /** A pause of the whole queue and that of a guild are separate; each is resumed by itself. False: it was not paused. */
  async resume(scope: PauseScope): Promise<boolean> {
    if (!(await this.#options.store.resume(scope))) return false;
    this.#changed();
    if (this.#state === 'started') this.#options.worker.wake();
    return true;
  }

  /** Why no job starts although no moderator paused the queue; null: jobs can start. */
  get blocked(): BlockedReason | null {
    return this.#options.worker.blocked.current;
  }

  get health(): QueueHealth {
    return {
      blocked: this.blocked,
      undelivered: this.#deliveries.size,
      oldestUndeliveredSince: this.#deliveries.oldestSince,
      recentStoreFaults: this.#options.store.recentFaults,
    };
  }

  /** The job with its newest progress; null: it does not run in this process. */
  live(jobId: string): Job | null {
    return this.#options.worker.live(jobId);
  }

  async get(jobId: string): Promise<Job | null> {
    return this.live(jobId) ?? this.#options.store.get(jobId);
  }

  /** Null: it neither waits nor runs. */
  async position(jobId: string): Promise<QueuePosition | null> {
    return (await this.positions()).get(jobId) ?? null;
  }

  /** Positions of all waiting and running jobs by job id, for showing many at once. */
  async positions(): Promise<ReadonlyMap<string, QueuePosition>> {
    return this.#schedule.positionsIn(await this.#schedule.readOrLast());
  }

  async list(scope: QueueScope): Promise<QueueListing> {
    return { ...(await this.#schedule.list(scope)), blocked: this.blocked };
  }

  /** The user's waiting and running jobs, newest first. */
  unfinishedOf(userId: string): Promise<readonly Job[]> {
    return this.#options.store.unfinishedOf(userId);
  }

  get #enqueueContext(): EnqueueContext {
    const isDraining = this.#state === 'draining';
    return { ...this.#options, schedule: this.#schedule, botId: this.#options.worker.id, isDraining };
  }

  #followWorker(): void {
    const { worker } = this.#options;
    worker.on('started', (job) => this.#announce('started', job));
    worker.on('progress', (job, progress) => this.#events.emit('progress', job, progress));
    worker.on('preview', (job, jpeg) => this.#events.emit('preview', job, jpeg));
    worker.on('result', (job, delayMs) => this.#onResult(job, delayMs));
    worker.on('recovered', (recovery) => this.#onRecovered(recovery));
    worker.on('changed', () => this.#changed());
    worker.blocked.on('changed', () => this.#changed());
  }

  #onDeliveryResult(job: Job): void {
    if (job.state.kind === 'waiting') {
      this.#announce('retrying', job, 0);
      this.#options.worker.wake();
      return;
    }
    this.#events.emit(job.state.kind === 'done' ? 'done' : 'failed', job);
  }

  #onResult(job: Job, delayMs: number): void {
    switch (job.state.kind) {
      case 'rendered':
        this.#schedule.learn(job.request, job.state.files);
        this.#announce('rendered', job, job.state.files);
        this.#deliveries.begin(job);
        break;
      case 'waiting':
        this.#announce('retrying', job, delayMs);
        break;
      case 'cancelled':
      case 'failed':
        this.#announce(job.state.kind, job);
        break;
      case 'running':
      case 'done':
    }
  }

  #onRecovered({ adopted, cancelled, failed, requeued, undelivered }: Recovery): void {
    for (const job of adopted) this.#events.emit('adopted', job);
    for (const job of cancelled) this.#events.emit('cancelled', job);
    for (const job of failed) this.#events.emit('failed', job);
    for (const job of requeued) this.#events.emit('retrying', job, 0);
    for (const job of undelivered) this.#deliveries.begin(job);
    this.#changed();
  }

  #announce<Name extends keyof QueueEvents>(event: Name, ...args: QueueEvents[Name]): void {
    this.#schedule.forget();
    (this.#events as EventEmitter).emit(event, ...args);
    this.#events.emit('changed');
  }

  #changed(): void {
    this.#schedule.forget();
    this.#events.emit('changed');
  }
}
