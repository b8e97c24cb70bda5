/** The facts that decide whose turn it is. */
export interface Waiter {
  readonly id: string;
  readonly userId: string;
  readonly guildId: string | null;
  readonly priority: number;
}

/** A waiting job and its place in the line. */
export interface InLine<Job extends Waiter> {
  readonly job: Job;
  /** The number of its user's last turn before its own, larger is later; 0: never served. */
  readonly turn: number;
  /** Its user had a turn for it already, and the render was lost: its next start is the same turn. */
  readonly keepsTurn: boolean;
}

/** Jobs with the same moderators: those of a guild, or those of one user outside guilds. */
export function tenantOf(job: Pick<Waiter, 'guildId' | 'userId'>): string {
  return job.guildId ?? `@${job.userId}`;
}

/**
 * The order in which the waiting jobs will start if nothing changes. `waiting` is in order of arrival.
 * The least recently served user has the turn, on a tie the older job; within that job's tenant the highest priority
 * runs. A job that keeps its turn stands where it stood, whatever turns its user has had since.
 */
export function inTurnOrder<Job extends Waiter>(waiting: readonly InLine<Job>[]): readonly Job[] {
  const line = new Line(waiting);
  return Array.from(waiting, () => line.take()).filter((job) => job !== null);
}

interface Entry<Job> {
  readonly job: Job;
  readonly arrival: number;
  readonly user: User<Job>;
}

/** Whose turn it can be: a user, or a job by itself that keeps its turn. */
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

  constructor(waiting: readonly InLine<Job>[]) {
    this.#lastTurn = waiting.reduce((last, { turn }) => Math.max(last, turn), 0);
    this.#isMoved = waiting.some(({ job }) => job.priority !== 0);
    const users = new Map<string, User<Job>>();
    for (const [arrival, { job, turn, keepsTurn }] of waiting.entries()) {
      const key = keepsTurn ? `job ${job.id}` : `user ${job.userId}`;
      const user = users.get(key) ?? { turn, entries: [] };
      users.set(key, user);
      this.#add({ job, arrival, user });
    }
    // Users stand in order of their oldest job, and a stable sort keeps that order on a tie.
    this.#users = new Set([...users.values()].sort((a, b) => a.turn - b.turn));
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
