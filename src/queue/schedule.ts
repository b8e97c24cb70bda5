import type { ByReach } from './admission.ts';
import type { BlockedReason } from './blocked-reasons.ts';
import { type Blocked, type Job, type Pause, pauseFor, type QueuePosition } from './job.ts';
import { forecast, type Paces, remainingMs, renderTimeMs } from './pace.ts';

export interface WaitingJob {
  readonly job: Job;
  /** The number of its user's last turn; 0: never served. */
  readonly turn: number;
  /** Neither paused nor delayed. */
  readonly isReady: boolean;
}

/** Everything that positions and estimates depend on, read at one moment. */
export interface Snapshot {
  /** Longest running first. */
  readonly running: readonly Job[];
  /** In order of arrival. */
  readonly waiting: readonly WaitingJob[];
  readonly pauses: readonly Pause[];
}

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
  /** In the order in which they will start if nothing changes; paused and delayed ones come last. */
  readonly waiting: readonly Job[];

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot;
    this.waiting = lineUp(snapshot.waiting);
  }

  /** A schedule with one more job. */
  with(job: WaitingJob): Schedule {
    return new Schedule({ ...this.snapshot, waiting: [...this.snapshot.waiting, job] });
  }

  countWaiting(userId: string, guildId: string | null): ByReach<number> {
    const count = (isWanted: (job: Job) => boolean) => this.waiting.filter(isWanted).length;
    return {
      user: count((job) => job.userId === userId),
      guild: count((job) => guildId !== null && job.guildId === guildId),
      total: this.waiting.length,
    };
  }

  /** All waiting and running jobs by id. `liveOf` returns the job with its newest progress. */
  positions(capacity: Capacity, liveOf: (job: Job) => Job): ReadonlyMap<string, QueuePosition> {
    const { running, pauses } = this.snapshot;
    const total = this.waiting.length;
    const live = running.map(liveOf);
    const positions = new Map<string, QueuePosition>();
    for (const job of live)
      positions.set(job.id, { number: 0, total, etaMs: leftMs(job, capacity), blocked: null });
    const times = this.#times(capacity, live);
    for (const [index, job] of this.waiting.entries()) {
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
  const turns = new Map(waiting.map(({ job, turn }) => [job.userId, turn]));
  const jobsOf = (isReady: boolean) =>
    waiting.filter((entry) => entry.isReady === isReady).map(({ job }) => job);
  return [...inTurnOrder(jobsOf(true), turns), ...inTurnOrder(jobsOf(false), turns)];
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

/** By user id: the number of their last turn, larger is later. Users who were never served are missing. */
export type Turns = ReadonlyMap<string, number>;

/** The facts that decide whose turn it is. */
export interface Waiter {
  readonly id: string;
  readonly userId: string;
  readonly guildId: string | null;
  readonly priority: number;
}

/** Jobs with the same moderators: those of a guild, or those of one user outside guilds. */
export function tenantOf(job: Pick<Waiter, 'guildId' | 'userId'>): string {
  return job.guildId ?? `@${job.userId}`;
}

/**
 * The job that runs next. `waiting` is in order of arrival.
 * The least recently served user has the turn, on a tie the older job; within that job's tenant the highest priority
 * runs.
 */
export function nextTurn<Job extends Waiter>(waiting: readonly Job[], turns: Turns): Job | null {
  return new Line(waiting, turns).next();
}

/** The order in which the waiting jobs will start if nothing changes. */
export function inTurnOrder<Job extends Waiter>(waiting: readonly Job[], turns: Turns): readonly Job[] {
  const line = new Line(waiting, turns);
  return Array.from(waiting, () => line.take()).filter((job) => job !== null);
}

interface Entry<Job> {
  readonly job: Job;
  readonly arrival: number;
  readonly user: User<Job>;
}

interface User<Job> {
  turn: number;
  /** The user's waiting jobs, in order of arrival. */
  readonly entries: Entry<Job>[];
}

/** Waiting jobs by user and by tenant, so that lining all of them up scans hardly more than each once. */
class Line<Job extends Waiter> {
  /** In turn order: whoever takes a turn goes to the end. */
  readonly #users: Set<User<Job>>;
  readonly #tenants = new Map<string, Set<Entry<Job>>>();
  readonly #isMoved: boolean;
  #lastTurn: number;

  constructor(waiting: readonly Job[], turns: Turns) {
    this.#lastTurn = Math.max(0, ...turns.values());
    this.#isMoved = waiting.some(({ priority }) => priority !== 0);
    const users = new Map<string, User<Job>>();
    for (const [arrival, job] of waiting.entries()) {
      const user = users.get(job.userId) ?? { turn: turns.get(job.userId) ?? 0, entries: [] };
      users.set(job.userId, user);
      this.#add({ job, arrival, user });
    }
    // Users stand in order of their oldest job, and a stable sort keeps that order on a tie.
    this.#users = new Set([...users.values()].sort((a, b) => a.turn - b.turn));
  }

  next(): Job | null {
    return this.#next()?.job ?? null;
  }

  /** Removes the next job and counts its turn. */
  take(): Job | null {
    const next = this.#next();
    if (!next) return null;
    this.#lastTurn += 1;
    next.user.turn = this.#lastTurn;
    next.user.entries.splice(next.user.entries.indexOf(next), 1);
    this.#users.delete(next.user);
    if (next.user.entries.length > 0) this.#users.add(next.user);
    this.#tenants.get(tenantOf(next.job))?.delete(next);
    return next.job;
  }

  #add(entry: Entry<Job>): void {
    entry.user.entries.push(entry);
    const peers = this.#tenants.get(tenantOf(entry.job)) ?? new Set();
    this.#tenants.set(tenantOf(entry.job), peers.add(entry));
  }

  #next(): Entry<Job> | null {
    const [user] = this.#users;
    const owner = user?.entries[0] ?? null;
    // With equal priorities the tenant's first by turn is the owner.
    if (!owner || !this.#isMoved) return owner;
    const peers = this.#tenants.get(tenantOf(owner.job)) ?? [];
    return firstBy(peers, (a, b) => b.job.priority - a.job.priority || byTurn(a, b));
  }
}

function byTurn<Job>(a: Entry<Job>, b: Entry<Job>): number {
  return a.user.turn - b.user.turn || a.arrival - b.arrival;
}

/**
 * Priorities that bring a job to a position (1 = the tenant's next turn, clamped) and keep the order of those before it.
 * `waiting` holds the waiting jobs of that tenant in turn order. Returns only the priorities that change.
 */
export function prioritiesForMove(
  waiting: readonly Waiter[],
  moved: Waiter,
  position: number,
): ReadonlyMap<string, number> {
  const others = waiting.filter((job) => job.id !== moved.id);
  const index = Math.min(Math.max(Math.trunc(position), 1), waiting.length) - 1;
  if (others.length > 0 && index === others.length) {
    return new Map([[moved.id, Math.min(0, ...others.map((job) => job.priority)) - 1]]);
  }
  const floor = Math.max(0, ...others.slice(index).map((job) => job.priority));
  const head = [...others.slice(0, index), moved];
  return new Map(head.map((job, rank) => [job.id, floor + head.length - rank]));
}

/** The smallest item by `compare`; null: none. */
function firstBy<T>(items: Iterable<T>, compare: (a: T, b: T) => number): T | null {
  let best: T | null = null;
  for (const item of items) if (best === null || compare(item, best) < 0) best = item;
  return best;
}
