import { within } from '../clock.ts';
import { messageOf, RiffError } from '../errors.ts';
import { BlockedReasons } from './blocked-reasons.ts';
import type {
  DrainReport,
  Hold,
  QueueEvents,
  QueueHealth,
  QueueListing,
  RiffQueueOptions,
} from './contract.ts';
import { Deliveries } from './deliveries.ts';
import { laneOf, prioritiesForMove } from './fair-turn.ts';
import { Intake } from './intake.ts';
import {
  type Act,
  type Admission,
  type CancelResult,
  type Job,
  type JobDraft,
  type MoveResult,
  type PauseScope,
  pauseFor,
  type QueuePlace,
  type QueueScope,
} from './job.ts';
import type { Recovery } from './job-store.ts';
import { Listeners } from './listeners.ts';
import { Outlook } from './outlook.ts';
import { Renders } from './renders.ts';
import type { Deletion, Holdings, Retention } from './retention.ts';
import { Upkeep } from './upkeep.ts';

const LEASE_MS = 9000;
const DELIVERY_BACKOFF_MS = [1000, 5000, 30_000, 120_000, 600_000];
/** How long an aborted engine may take to stop within `drain`. */
const ABORT_GRACE_MS = 5000;
const QUARANTINED_SHOWN = 10;

/**
 * Takes jobs in, has them rendered in fair turns and delivered. The store is the truth: every answer is durable when
 * its promise resolves, and a new RiffQueue on the same store goes on where a killed one stopped.
 */
export class RiffQueue {
  readonly #options: RiffQueueOptions;
  readonly #listeners: Listeners<QueueEvents>;
  readonly #outlook: Outlook;
  readonly #renders: Renders;
  readonly #deliveries: Deliveries;
  readonly #upkeep: Upkeep;
  readonly #blocked: BlockedReasons;
  readonly #intake: Intake;
  #started = false;

  constructor(options: RiffQueueOptions) {
    const { store, engines, clock, log, startRate = null } = options;
    this.#options = options;
    this.#listeners = new Listeners(log);
    this.#blocked = new BlockedReasons({ clock, log, onChanged: () => this.#changed() });
    this.#upkeep = new Upkeep({ store, clock, log, leaseMs: options.leaseMs ?? LEASE_MS });
    this.#outlook = new Outlook({
      store,
      clock,
      slots: engines.length,
      live: (id) => this.#renders.live(id),
      hold: () => this.#blocked.current,
    });
    this.#renders = new Renders({
      store,
      engines,
      clock,
      log,
      startRate,
      lease: () => this.#upkeep.lease(),
      onStarted: (job) => this.#announce('started', job),
      onProgress: (job, progress) => this.#listeners.emit('progress', job, progress),
      onMeasured: (measured) => this.#outlook.learn(measured),
      onSettled: (job, delayMs) => this.#onRenderSettled(job, delayMs),
      blocked: this.#blocked,
      results: options.results ?? null,
    });
    this.#deliveries = new Deliveries({
      store,
      clock,
      log,
      holder: this.#upkeep.holder,
      deliver: options.deliver ?? (async () => ({ kind: 'delivered', messageId: null })),
      backoffMs: options.deliveryBackoffMs ?? DELIVERY_BACKOFF_MS,
      deliverForMs: options.deliverForMs ?? null,
      blocked: this.#blocked,
      onUnblocked: () => void this.#renders.pump(),
      onSettled: (job) => this.#listeners.emit(job.state.kind === 'done' ? 'done' : 'failed', job),
    });
    this.#intake = new Intake(options, this.#outlook, () => this.#onAccepted());
  }

  /** Returns the function that takes the listener off again. Attach before `start`: recovery has events too. */
  on<Name extends keyof QueueEvents>(
    event: Name,
    listener: (...args: QueueEvents[Name]) => void,
  ): () => void {
    return this.#listeners.on(event, listener);
  }

  /** Takes over what an earlier life left behind, then goes on. Rejects with RiffError('store_failed'). */
  async start(): Promise<void> {
    this.#started = true;
    void this.#learnFromEngine();
    this.#announceRecovery(await this.#upkeep.recover());
    await this.#renders.pump();
    this.#upkeep.start(() => this.#onBeat());
  }

  /**
   * Refuses new jobs and starts none; waits for what runs and what is being delivered, at most `timeoutMs`; then stops
   * the engines (5 s at most) and hands their jobs back. Nothing is lost: the next start goes on.
   */
  async drain(timeoutMs: number): Promise<DrainReport> {
    const { clock } = this.#options;
    this.#renders.close();
    await this.#intake.close();
    const settled = this.#renders.idle().then(() => this.#deliveries.idle());
    if (!(await within(settled, timeoutMs, clock))) {
      this.#renders.abortAll();
      await within(this.#renders.idle(), ABORT_GRACE_MS, clock);
    }
    this.#upkeep.stop();
    this.#deliveries.stop();
    const waiting = await this.#options.store.waiting({ kind: 'all' }, clock.now());
    return { handedBack: waiting.length + this.#renders.size, undelivered: this.#deliveries.size };
  }

  /** Durable when it resolves. Never rejects: a failing store is a refusal too. */
  async enqueue(draft: JobDraft): Promise<Admission> {
    const admission = await this.#intake.enqueue(draft);
    this.#listeners.emit('answered', admission);
    return admission;
  }

  /** Ends a waiting job at once and a running one when its engine has settled. Who may do it is the caller's to check. */
  async cancel(jobId: string, act: Act): Promise<CancelResult> {
    const result = await this.#cancelOne(jobId, act);
    if (result.kind === 'cancelled') this.#changed();
    return result;
  }

  /** Cancels every waiting job of the scope; running ones go on. Returns those cancelled. */
  async clear(scope: QueueScope, act: Act): Promise<readonly Job[]> {
    const cancelled: Job[] = [];
    for (const job of await this.#options.store.waiting(scope, this.#options.clock.now())) {
      const result = await this.#cancelOne(job.id, act);
      if (result.kind === 'cancelled') cancelled.push(result.job);
    }
    if (cancelled.length > 0) this.#changed();
    return cancelled;
  }

  /**
   * Brings a waiting job to a position among those of its guild (its user, outside of guilds): 1 takes the next turn
   * of that guild; beyond the ends counts as the end. Turns of other guilds stay as they are.
   */
  async move(jobId: string, position: number): Promise<MoveResult> {
    const { store, clock } = this.#options;
    const job = await store.get(jobId);
    if (!job) return { kind: 'unknown' };
    if (job.state.kind !== 'waiting') return { kind: 'not_waiting', job };
    const waiting = await store.waiting({ kind: 'all' }, clock.now());
    const lane = waiting.filter((other) => laneOf(other) === laneOf(job));
    await store.setPriorities(prioritiesForMove(lane, job, position));
    this.#changed();
    const place = await this.place(jobId);
    const moved = (await store.get(jobId)) ?? job;
    return place && moved.state.kind === 'waiting'
      ? { kind: 'moved', job: moved, place }
      : { kind: 'not_waiting', job: moved };
  }

  /** Starts nothing more there; what runs goes on. It outlives restarts. False: it was paused for this very reason. */
  async pause(scope: PauseScope, reason = ''): Promise<boolean> {
    const isNew = await this.#options.store.pause(scope, reason);
    if (isNew) this.#changed();
    return isNew;
  }

  /** A pause of the whole queue and one of a guild are separate: each is resumed by itself. False: it was not paused. */
  async resume(scope: PauseScope): Promise<boolean> {
    if (!(await this.#options.store.resume(scope))) return false;
    this.#changed();
    if (this.#started) void this.#renders.pump();
    return true;
  }

  /** Null while riffs can be started. */
  get hold(): Hold | null {
    return this.#blocked.current;
  }

  get health(): QueueHealth {
    return {
      hold: this.#blocked.current,
      undelivered: this.#deliveries.size,
      oldestUndeliveredSince: this.#deliveries.oldestSince,
      recentStoreFaults: this.#options.store.recentFaults,
    };
  }

  async get(jobId: string): Promise<Job | null> {
    return this.#renders.live(jobId) ?? this.#options.store.get(jobId);
  }

  /** Null: it neither waits nor runs. */
  async place(jobId: string): Promise<QueuePlace | null> {
    return (await this.places()).get(jobId) ?? null;
  }

  /** Places of all waiting and running jobs by job id, for showing many at once. */
  places(): Promise<ReadonlyMap<string, QueuePlace>> {
    return this.#outlook.places();
  }

  async list(scope: QueueScope): Promise<QueueListing> {
    const { store, clock } = this.#options;
    const [running, waiting, quarantined, pauses] = await Promise.all([
      store.running(scope),
      store.waiting(scope, clock.now()),
      store.quarantined(scope, QUARANTINED_SHOWN),
      store.pauses(),
    ]);
    return {
      running: running.map((job) => this.#renders.live(job.id) ?? job),
      waiting,
      quarantined,
      pause: pauseFor(scope.kind === 'guild' ? scope.guildId : null, pauses),
      hold: this.#blocked.current,
    };
  }

  /** The user's jobs in any state, newest first. */
  recentOf(userId: string, limit: number): Promise<readonly Job[]> {
    return this.#options.store.recentOf(userId, limit);
  }

  /** What `forgetUser` would delete. */
  holdingsOf(userId: string): Promise<Holdings> {
    return this.#retention.holdingsOf(userId);
  }

  /** Cancels what the user has waiting and running, then deletes all their jobs and files. */
  async forgetUser(userId: string): Promise<Deletion> {
    const { store } = this.#options;
    const retention = this.#retention;
    const scope: QueueScope = { kind: 'user', userId };
    const act: Act = { by: userId, reason: 'forgotten on request' };
    await this.clear(scope, act);
    for (const job of await store.running(scope)) await this.cancel(job.id, act);
    return retention.forgetUser(userId);
  }

  get #retention(): Retention {
    const { retention } = this.#options;
    if (retention) return retention;
    throw new RiffError('invalid_config', 'RiffQueue: expected a retention, got none');
  }

  async #cancelOne(jobId: string, act: Act): Promise<CancelResult> {
    const outcome = await this.#options.store.cancel(jobId, act, this.#options.clock.now());
    if (outcome.kind === 'cancelled') this.#listeners.emit('cancelled', outcome.job);
    if (outcome.kind !== 'stopping') return outcome;
    const settled = await this.#renders.stop(jobId);
    // Null: another process renders it; the wish is stored and wins when that render ends.
    if (settled && settled.state.kind !== 'cancelled') return { kind: 'too_late', job: settled };
    return { kind: 'cancelled', job: settled ?? outcome.job };
  }

  #onAccepted(): void {
    this.#changed();
    if (this.#started) void this.#renders.pump();
  }

  /** Keeps our leases, takes over from the dead, and starts what was put off and is due. */
  async #onBeat(): Promise<void> {
    if (this.#renders.size + this.#deliveries.size > 0) await this.#upkeep.renew();
    await this.#renders.settleLeftovers();
    if (!this.#renders.isClosed) this.#announceRecovery(await this.#upkeep.recover());
    await this.#renders.pump();
  }

  #onRenderSettled(job: Job, delayMs: number | null): void {
    switch (job.state.kind) {
      case 'rendered':
        this.#announce('rendered', job, job.state.files);
        this.#deliveries.begin(job);
        break;
      case 'waiting':
        this.#announce('retrying', job, delayMs ?? 0);
        break;
      case 'cancelled':
        this.#announce('cancelled', job);
        break;
      case 'failed':
        this.#announce('failed', job);
        break;
      case 'running':
      case 'done':
    }
  }

  #announceRecovery(recovery: Recovery): void {
    for (const job of recovery.cancelled) this.#listeners.emit('cancelled', job);
    for (const job of recovery.quarantined) this.#listeners.emit('failed', job);
    for (const job of recovery.putBack) this.#listeners.emit('retrying', job, 0);
    for (const job of recovery.undelivered) this.#deliveries.begin(job);
    if (Object.values(recovery).some((jobs) => jobs.length > 0)) this.#changed();
  }

  async #learnFromEngine(): Promise<void> {
    try {
      const description = await this.#options.engines[0]?.describe();
      if (description) this.#outlook.assume(description);
    } catch (error) {
      this.#options.log.error({ error: messageOf(error) }, 'the engine is not ready');
    }
  }

  #announce<Name extends keyof QueueEvents>(event: Name, ...args: QueueEvents[Name]): void {
    this.#outlook.forget();
    this.#listeners.emit(event, ...args);
    this.#listeners.emit('changed');
  }

  #changed(): void {
    this.#outlook.forget();
    this.#listeners.emit('changed');
  }
}
