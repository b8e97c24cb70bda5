import { EventEmitter } from 'node:events';
import { type Clock, within } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { reasonTexts } from '../messages/reasons.ts';
import { BlockedReasons } from '../queue/blocked-reasons.ts';
import { damagedJob } from '../queue/damaged-job.ts';
import type { Job } from '../queue/job.ts';
import type { JobStore } from '../queue/job-store.ts';
import type { QueueLog } from '../queue/ports.ts';
import type { NewsFeed, Presence, RegisteredWorker, StoreNews, WorkerRegistry } from '../queue/processes.ts';
import type { RenderWorker, WorkerEvents } from '../queue/render-worker.ts';
import type { EngineDescription } from '../riff/engine.ts';
import { Leases } from './leases.ts';

export interface RemoteWorkersOptions {
  readonly store: JobStore;
  readonly registry: WorkerRegistry;
  readonly presence: Presence;
  readonly news: NewsFeed;
  readonly clock: Clock;
  readonly log: QueueLog;
}

/** How often the store is read although no news came. */
const LOOK_EVERY_MS = 1000;
/** Workers store their progress every second; changes within this time are announced as one. */
const CHANGES_WITHIN_MS = 250;
/** How long a user waits for a worker to stop a cancelled render; the request is stored anyway. */
const ABORT_PATIENCE_MS = 5000;
const NO_WORKER = reasonTexts.en.noWorker;

/**
 * The workers of other processes, as the bot sees them through the store: what becomes of the jobs of this bot comes as
 * events, soon after the news of it and a second later at the latest.
 */
export class RemoteWorkers extends EventEmitter<WorkerEvents> implements RenderWorker {
  readonly id: string;
  readonly blocked: BlockedReasons;
  readonly running = 0;
  readonly #options: RemoteWorkersOptions;
  readonly #leases: Leases;
  /** This bot's jobs that run or are rendered, as last seen. */
  readonly #active = new Map<string, Job>();
  readonly #aborting = new Map<string, (job: Job) => void>();
  /** Jobs that are to be read again. */
  readonly #dirty = new Set<string>();
  readonly #described = Promise.withResolvers<EngineDescription>();
  #workers: readonly RegisteredWorker[] = [];
  #isReading = false;
  #isStopped = false;
  #cancelLook = () => {};
  #cancelChange: (() => void) | null = null;
  #stopNews = () => {};

  constructor(options: RemoteWorkersOptions) {
    super();
    this.#options = options;
    this.id = options.presence.id;
    this.blocked = new BlockedReasons(options.clock, options.log);
    this.#leases = new Leases({ ...options, isBot: true });
  }

  get slots(): number {
    return Math.max(
      1,
      this.#workers.reduce((sum, { slots }) => sum + slots, 0),
    );
  }

  /** Resolves with the model of the workers, as soon as one has ever registered. */
  async describe(): Promise<EngineDescription> {
    await this.#readWorkers();
    const last = await this.#options.registry.last();
    if (last) return last.description;
    this.#options.log.info({}, 'waiting for the first worker');
    this.#lookLater();
    return this.#described.promise;
  }

  async start(): Promise<void> {
    this.#stopNews = this.#options.news.onNews((news) => this.#hear(news));
    await this.#look();
    this.#lookLater();
  }

  /** Workers hear of waiting jobs from the store. */
  wake(): void {}

  live(jobId: string): Job | null {
    const job = this.#active.get(jobId);
    return job?.state.kind === 'running' ? job : null;
  }

  async abort(jobId: string): Promise<Job | null> {
    const settled = Promise.withResolvers<Job>();
    this.#aborting.set(jobId, settled.resolve);
    this.#readSoon(jobId);
    const isSettled = await within(settled.promise, ABORT_PATIENCE_MS, this.#options.clock);
    this.#aborting.delete(jobId);
    return isSettled ? settled.promise : null;
  }

  close(): void {}

  async idle(): Promise<void> {}

  async abortAll(): Promise<void> {}

  stop(): void {
    this.#isStopped = true;
    this.#stopNews();
    this.#cancelLook();
    this.#cancelChange?.();
  }

  #hear({ jobId, botId }: StoreNews): void {
    if (jobId !== null && botId === this.id) this.#readSoon(jobId);
    this.#cancelChange ??= this.#options.clock.after(CHANGES_WITHIN_MS, () => {
      this.#cancelChange = null;
      this.emit('changed');
    });
  }

  #readSoon(jobId: string): void {
    this.#dirty.add(jobId);
    void this.#readDirty();
  }

  /** One at a time, so that no older state follows a newer one. Never rejects. */
  async #readDirty(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    while (this.#dirty.size > 0) {
      const ids = [...this.#dirty];
      this.#dirty.clear();
      try {
        const jobs = new Map((await this.#options.store.getAll(ids)).map((job) => [job.id, job]));
        for (const id of ids) {
          const job = jobs.get(id) ?? this.#ifDamaged(id);
          if (job) this.#observe(job);
        }
      } catch (error) {
        this.#options.log.warn({ jobIds: ids, error: messageOf(error) }, 'jobs could not be read yet');
      }
    }
    this.#isReading = false;
  }

  /** The end of a job of which the store no longer says whose it is. Null: it was not followed here as a running one. */
  #ifDamaged(id: string): Job | null {
    const job = this.live(id);
    return job && damagedJob(job, this.#options);
  }

  #observe(job: Job): void {
    const before = this.#active.get(job.id);
    const { kind } = job.state;
    if (kind === 'running' || kind === 'rendered') this.#active.set(job.id, job);
    else this.#active.delete(job.id);
    if (kind !== 'running') this.#aborting.get(job.id)?.(job);
    if (job.state.kind === 'running') this.#announceRun(job, before);
    else if (kind === 'rendered' ? before?.state.kind !== 'rendered' : before?.state.kind === 'running')
      this.emit('result', job, 0);
  }

  #announceRun(job: Job, before: Job | undefined): void {
    if (job.state.kind !== 'running') return;
    const { progress, startedAt } = job.state;
    const known = before?.state.kind === 'running' ? before.state : null;
    if (known?.startedAt !== startedAt) this.emit('started', job);
    else if (JSON.stringify(known.progress) !== JSON.stringify(progress))
      this.emit('progress', job, progress);
  }

  #lookLater(): void {
    this.#cancelLook();
    if (this.#isStopped) return;
    const { clock, log } = this.#options;
    this.#cancelLook = clock.after(LOOK_EVERY_MS, () => {
      void this.#look()
        .then(
          () => this.blocked.set('store', null),
          (error: unknown) => {
            if (!this.blocked.has('store'))
              log.error({ error: messageOf(error) }, 'the store cannot be read');
            this.blocked.set('store', reasonTexts.en.storeUnreadable);
          },
        )
        .then(() => this.#lookLater());
    });
  }

  async #look(): Promise<void> {
    await this.#leases.renew();
    const recovery = await this.#leases.recover();
    if (recovery) this.emit('recovered', recovery);
    await this.#readWorkers();
    for (const job of await this.#options.store.activeOf(this.id)) this.#dirty.add(job.id);
    for (const id of this.#active.keys()) this.#dirty.add(id);
    await this.#readDirty();
  }

  async #readWorkers(): Promise<void> {
    const { registry, clock } = this.#options;
    const before = JSON.stringify(this.#workers);
    this.#workers = await registry.living(clock.now());
    const able = this.#workers.filter(({ blocked }) => blocked === null);
    const [first] = this.#workers;
    this.blocked.set('engine', able.length > 0 ? null : (first?.blocked ?? NO_WORKER));
    if (!first) return;
    this.#described.resolve(first.description);
    if (JSON.stringify(this.#workers) !== before) this.emit('ready', averageOf(this.#workers));
  }
}

/** The description of one, with the pace that all of them have together: each slot renders as fast as the mean. */
function averageOf(workers: readonly RegisteredWorker[]): EngineDescription {
  const [first] = workers;
  if (!first) throw new RangeError('expected at least one worker');
  const slots = workers.reduce((sum, worker) => sum + worker.slots, 0);
  const meanOf = (timeOf: (description: EngineDescription) => number): number =>
    slots / workers.reduce((sum, worker) => sum + worker.slots / timeOf(worker.description), 0);
  return {
    ...first.description,
    msPerStep: meanOf(({ msPerStep }) => msPerStep),
    msFixed: meanOf(({ msFixed }) => msFixed),
  };
}
