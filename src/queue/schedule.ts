import { type Clock, msSince } from '../clock.ts';
import type { RiffFiles } from '../riff/engine.ts';
import type { RiffRequest } from '../riff/request.ts';
import type { BlockedReason } from './blocked-reasons.ts';
import type { QueueListing } from './contract.ts';
import {
  type Accepted,
  type Blocked,
  type ByReach,
  isInScope,
  type Job,
  type Pause,
  type QueuePosition,
  type QueueScope,
} from './job.ts';
import type { JobStore, Snapshot, WaitingJob } from './job-store.ts';
import { forecast, Paces, remainingMs, renderTimeMs } from './pace.ts';
import type { RenderWorker } from './render-worker.ts';
import { inTurnOrder, prioritiesForMove, tenantOf } from './turn-order.ts';

/** Other processes may change the store unnoticed. */
const MAX_AGE_MS = 1000;
const DEAD_LETTERS_SHOWN = 10;

/** What positions and estimates need to know about the workers. */
export interface Capacity {
  readonly paces: Paces;
  readonly slots: number;
  readonly blocked: BlockedReason | null;
  /** Epoch ms. */
  readonly now: number;
}

interface Times {
  /** In ms from now. */
  readonly startMs: number;
  readonly endMs: number;
}

/** Turn order, positions and estimates of one snapshot. */
export class Schedule {
  readonly snapshot: Snapshot;
  #waiting: readonly Job[] | null = null;

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot;
  }

  /**
   * In the order in which they will start if nothing changes; paused and delayed ones come last. Lined up when it is first
   * read: a request that is accepted needs the line with its own job alone.
   */
  get waiting(): readonly Job[] {
    this.#waiting ??= lineUp(this.snapshot.waiting);
    return this.#waiting;
  }

  /** A schedule with more jobs. */
  with(jobs: readonly WaitingJob[]): Schedule {
    return new Schedule({ ...this.snapshot, waiting: [...this.snapshot.waiting, ...jobs] });
  }

  /** In the order of the line. */
  waitingIn(scope: QueueScope): readonly Job[] {
    return this.waiting.filter((job) => isInScope(scope, job));
  }

  countWaiting(userId: string, guildId: string | null): ByReach<number> {
    const { waiting } = this.snapshot;
    const count = (isWanted: (job: Job) => boolean) => waiting.filter(({ job }) => isWanted(job)).length;
    return {
      user: count((job) => job.userId === userId),
      guild: count((job) => guildId !== null && job.guildId === guildId),
      total: waiting.length,
    };
  }

  /** All waiting and running jobs by id. `liveOf` returns the job with its newest progress. */
  positions(capacity: Capacity, liveOf: (job: Job) => Job): ReadonlyMap<string, QueuePosition> {
    const { running, pauses } = this.snapshot;
    const { waiting } = this;
    const total = waiting.length;
    const live = running.map(liveOf);
    const positions = new Map<string, QueuePosition>();
    for (const job of live)
      positions.set(job.id, { number: 0, total, etaMs: leftMs(job, capacity), blocked: null });
    const times = this.#times(capacity, live);
    for (const [index, job] of waiting.entries()) {
      const blocked = blockedOf(job, pauses, capacity);
      const etaMs = blocked ? null : (times?.[index]?.endMs ?? null);
      positions.set(job.id, { number: index + 1, total, etaMs, blocked });
    }
    return positions;
  }

  /**
   * Time until the first waiting job of the user, of the guild, and of all starts. Null: not measured, or none waits;
   * Infinity: it is paused. Each is computed when it is read: hardly any request needs one, none needs all.
   */
  nextStartsMs(userId: string, guildId: string | null, capacity: Capacity): ByReach<number | null> {
    const nextOf = (isWanted: (job: Job) => boolean) => this.#nextStartMs(isWanted, capacity);
    return {
      get user() {
        return nextOf((job) => job.userId === userId);
      },
      get guild() {
        return nextOf((job) => job.guildId === guildId);
      },
      get total() {
        return nextOf(() => true);
      },
    };
  }

  #nextStartMs(isWanted: (job: Job) => boolean, capacity: Capacity): number | null {
    const { running, pauses } = this.snapshot;
    const index = this.waiting.findIndex(isWanted);
    const next = this.waiting[index];
    if (next && pauseFor(next.guildId, pauses)) return Number.POSITIVE_INFINITY;
    return this.#times(capacity, running)?.[index]?.startMs ?? null;
  }

  /** By index in `waiting`; null: not measured yet, or no job can start. */
  #times(capacity: Capacity, running: readonly Job[]): readonly Times[] | null {
    if (capacity.blocked) return null;
    const waitingMs: number[] = [];
    for (const { request } of this.waiting) {
      const pace = capacity.paces.of(request);
      if (pace === null) return null;
      waitingMs.push(renderTimeMs(pace, request));
    }
    const runningMs = running.map((job) => leftMs(job, capacity) ?? 0);
    return forecast(waitingMs, runningMs, Math.max(capacity.slots, running.length));
  }
}

function lineUp(waiting: readonly WaitingJob[]): readonly Job[] {
  const ready = waiting.filter(({ isReady }) => isReady);
  const delayed = waiting.filter(({ isReady }) => !isReady);
  return [...inTurnOrder(ready), ...inTurnOrder(delayed)];
}

/** The pause in force for this guild's jobs (null: for DMs). A pause of the whole queue takes precedence. */
function pauseFor(guildId: string | null, pauses: readonly Pause[]): Pause | null {
  const isOfGuild = ({ scope }: Pause): boolean => scope.kind === 'guild' && scope.guildId === guildId;
  return pauses.find(({ scope }) => scope.kind === 'all') ?? pauses.find(isOfGuild) ?? null;
}

function leftMs({ state, request }: Job, { paces, now }: Capacity): number | null {
  const pace = paces.of(request);
  if (pace === null || state.kind !== 'running') return null;
  return remainingMs(pace, request, state.progress, now - state.startedAt);
}

function blockedOf(job: Job, pauses: readonly Pause[], capacity: Capacity): Blocked | null {
  const pause = pauseFor(job.guildId, pauses);
  if (pause) return { kind: 'paused', reason: pause.reason };
  return capacity.blocked && { kind: 'blocked', reason: capacity.blocked.reason };
}

export interface ScheduleReaderOptions {
  readonly store: JobStore;
  readonly worker: RenderWorker;
  readonly clock: Clock;
}

/** The schedule as it is now, read from the store at most once a second while nothing changes here; and the paces. */
export class ScheduleReader {
  readonly #options: ScheduleReaderOptions;
  readonly #paces = new Paces();
  #last: Schedule | null = null;
  #known: { readonly takenAt: number; readonly reading: Promise<Schedule> } | null = null;

  constructor(options: ScheduleReaderOptions) {
    this.#options = options;
    const { worker } = options;
    worker.on('ready', (description) => this.#paces.assume(description));
  }

  read(): Promise<Schedule> {
    const { store, clock } = this.#options;
    const now = clock.now();
    if (this.#known && msSince(this.#known.takenAt, now) < MAX_AGE_MS) return this.#known.reading;
    const reading = store.snapshot(now).then((snapshot) => {
      this.#last = new Schedule(snapshot);
      return this.#last;
    });
    this.#known = { takenAt: now, reading };
    reading.catch(() => this.forget());
    return reading;
  }

  /** The same; while the store cannot be read and therefore nothing starts, the last that could, so that users can be told. */
  async readOrLast(): Promise<Schedule> {
    try {
      return await this.read();
    } catch (error) {
      if (this.#last === null || this.capacity.blocked === null) throw error;
      return this.#last;
    }
  }

  /** A render was completed; its timings improve the estimates. */
  learn(request: RiffRequest, files: RiffFiles): void {
    this.#paces.learn(request, files);
  }

  /** The order changed, so the next call reads the store again. */
  forget(): void {
    this.#known = null;
  }

  /**
   * What the users of new jobs are answered, by job id. If these are the only change since `reading`, which resolved with
   * `before`, the schedule with them is kept; otherwise the next call reads the store again.
   */
  add(
    added: readonly WaitingJob[],
    reading: Promise<Schedule>,
    before: Schedule,
  ): ReadonlyMap<string, Accepted> {
    const after = before.with(added);
    const isOnlyChange = this.#known?.reading === reading;
    this.#known = isOnlyChange
      ? { takenAt: this.#options.clock.now(), reading: Promise.resolve(after) }
      : null;
    const total = after.waiting.length;
    const last: QueuePosition = { number: total, total, etaMs: null, blocked: null };
    const positions = this.positionsIn(after);
    return new Map(
      added.map(({ job }) => [job.id, { kind: 'accepted', job, position: positions.get(job.id) ?? last }]),
    );
  }

  /** The priorities that bring a waiting job to this position among its tenant's; only those that change. */
  async prioritiesFor(job: Job, position: number): Promise<ReadonlyMap<string, number>> {
    this.forget();
    const { waiting } = await this.read();
    const peers = waiting.filter((other) => tenantOf(other) === tenantOf(job));
    return prioritiesForMove(peers, job, position);
  }

  positionsIn(schedule: Schedule): ReadonlyMap<string, QueuePosition> {
    return schedule.positions(this.capacity, (job) => this.live(job));
  }

  /** What the hourly limit counts a request as: at least one plain clip. */
  clipsOf(request: RiffRequest): number {
    return Math.max(1, Math.round(this.#paces.costOf(request).windows));
  }

  /** The jobs of the scope that run, wait or were given up, and the pause that holds there. */
  async list(scope: QueueScope): Promise<Omit<QueueListing, 'blocked'>> {
    const schedule = await this.read();
    const { snapshot } = schedule;
    return {
      running: snapshot.running.filter((job) => isInScope(scope, job)).map((job) => this.live(job)),
      waiting: schedule.waitingIn(scope),
      deadLetters: await this.#options.store.deadLetters(scope, DEAD_LETTERS_SHOWN),
      pause: pauseFor(scope.kind === 'guild' ? scope.guildId : null, snapshot.pauses),
    };
  }

  get capacity(): Capacity {
    const { worker, clock } = this.#options;
    const { slots, blocked } = worker;
    return { paces: this.#paces, slots, blocked: blocked.current, now: clock.now() };
  }

  /** The job with its newest progress if it runs in this process. */
  live(job: Job): Job {
    return this.#options.worker.live(job.id) ?? job;
  }
}
