/** By user: the number of their last turn, larger is later. Nobody there: never served. */
export type Turns = ReadonlyMap<string, number>;

/** What a turn is made of. */
export interface Waiter {
  readonly id: string;
  readonly userId: string;
  readonly guildId: string | null;
  readonly priority: number;
}

/** Jobs that share moderators: those of a guild, or those of one user outside of guilds. */
export function laneOf(job: Pick<Waiter, 'guildId' | 'userId'>): string {
  return job.guildId ?? `@${job.userId}`;
}

/**
 * The job that takes the next turn. `waiting` stands in order of arrival.
 * The turn belongs to the user served longest ago, ties to the older job; within that job's lane a higher priority
 * takes it.
 */
export function nextTurn<Job extends Waiter>(waiting: readonly Job[], turns: Turns): Job | null {
  return new Line(waiting, turns).next();
}

/** The order in which the waiting jobs will be started if nothing changes. */
export function inTurnOrder<Job extends Waiter>(waiting: readonly Job[], turns: Turns): readonly Job[] {
  const line = new Line(waiting, turns);
  return Array.from(waiting, () => line.take()).filter((job) => job !== null);
}

interface Place<Job> {
  readonly job: Job;
  readonly arrival: number;
  readonly user: User<Job>;
}

interface User<Job> {
  turn: number;
  /** Theirs that wait, in order of arrival. */
  readonly places: Place<Job>[];
}

/** Waiting jobs by user and by lane, so that a turn costs no look at every job. */
class Line<Job extends Waiter> {
  readonly #users = new Map<string, User<Job>>();
  readonly #lanes = new Map<string, Set<Place<Job>>>();
  readonly #isMoved: boolean;
  #lastTurn: number;

  constructor(waiting: readonly Job[], turns: Turns) {
    this.#lastTurn = Math.max(0, ...turns.values());
    this.#isMoved = waiting.some(({ priority }) => priority !== 0);
    for (const [arrival, job] of waiting.entries()) this.#add(job, arrival, turns.get(job.userId) ?? 0);
  }

  next(): Job | null {
    return this.#next()?.job ?? null;
  }

  /** Gives the next job its turn and takes it out of the line. */
  take(): Job | null {
    const next = this.#next();
    if (!next) return null;
    this.#lastTurn += 1;
    next.user.turn = this.#lastTurn;
    next.user.places.splice(next.user.places.indexOf(next), 1);
    if (next.user.places.length === 0) this.#users.delete(next.job.userId);
    this.#lanes.get(laneOf(next.job))?.delete(next);
    return next.job;
  }

  #add(job: Job, arrival: number, turn: number): void {
    const user = this.#users.get(job.userId) ?? { turn, places: [] };
    this.#users.set(job.userId, user);
    const place = { job, arrival, user };
    user.places.push(place);
    const lane = this.#lanes.get(laneOf(job)) ?? new Set();
    this.#lanes.set(laneOf(job), lane.add(place));
  }

  #next(): Place<Job> | null {
    const oldest = Array.from(this.#users.values(), ({ places }) => places[0]).filter(
      (place) => place !== undefined,
    );
    const owner = firstBy(oldest, byTurn);
    // With equal priorities the lane's first by turn is the owner.
    if (!owner || !this.#isMoved) return owner;
    const peers = this.#lanes.get(laneOf(owner.job)) ?? [];
    return firstBy(peers, (a, b) => b.job.priority - a.job.priority || byTurn(a, b));
  }
}

function byTurn<Job>(a: Place<Job>, b: Place<Job>): number {
  return a.user.turn - b.user.turn || a.arrival - b.arrival;
}

/**
 * Priorities that bring a job to a position (1 = the lane's next turn, clamped) and keep the order of those before it.
 * `lane` holds the waiting jobs of one lane in turn order. Only the jobs whose priority changes are named.
 */
export function prioritiesForMove(
  lane: readonly Waiter[],
  moved: Waiter,
  position: number,
): ReadonlyMap<string, number> {
  const others = lane.filter((job) => job.id !== moved.id);
  const index = Math.min(Math.max(Math.trunc(position), 1), lane.length) - 1;
  if (others.length > 0 && index === others.length) {
    return new Map([[moved.id, Math.min(0, ...others.map((job) => job.priority)) - 1]]);
  }
  const floor = Math.max(0, ...others.slice(index).map((job) => job.priority));
  const head = [...others.slice(0, index), moved];
  return new Map(head.map((job, place) => [job.id, floor + head.length - place]));
}

/** The smallest. */
function firstBy<T>(items: Iterable<T>, compare: (a: T, b: T) => number): T | null {
  let best: T | null = null;
  for (const item of items) if (best === null || compare(item, best) < 0) best = item;
  return best;
}
