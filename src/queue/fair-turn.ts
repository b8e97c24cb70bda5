import type { Job } from './job.ts';

/** By user: the number of their last turn, larger is later. Nobody there: never served. */
export type Turns = ReadonlyMap<string, number>;

/** Jobs that share moderators: those of a guild, or those of one user outside of guilds. */
export function laneOf(job: Pick<Job, 'guildId' | 'userId'>): string {
  return job.guildId ?? `@${job.userId}`;
}

/** A waiting job with what the order is made of, looked up once. */
interface Candidate {
  readonly job: Job;
  readonly lane: string;
  /** Shared by all jobs of the user. */
  readonly user: { turn: number };
}

/**
 * The job that takes the next turn. `waiting` stands in order of arrival.
 * The turn belongs to the user served longest ago, ties to the older job; within that job's lane a higher priority
 * takes it. The SQL of the SQLite store says the same.
 */
export function nextTurn(waiting: readonly Job[], turns: Turns): Job | null {
  return nextOf(candidatesOf(waiting, turns))?.job ?? null;
}

/** The order in which the waiting jobs will be started if nothing changes. Quadratic in their number. */
export function inTurnOrder(waiting: readonly Job[], turns: Turns): readonly Job[] {
  const left = candidatesOf(waiting, turns);
  let turn = Math.max(0, ...turns.values());
  const order: Job[] = [];
  for (let next = nextOf(left); next !== null; next = nextOf(left)) {
    order.push(next.job);
    left.splice(left.indexOf(next), 1);
    turn += 1;
    next.user.turn = turn;
  }
  return order;
}

function candidatesOf(waiting: readonly Job[], turns: Turns): Candidate[] {
  const users = new Map<string, { turn: number }>();
  return waiting.map((job) => {
    const user = users.get(job.userId) ?? { turn: turns.get(job.userId) ?? 0 };
    users.set(job.userId, user);
    return { job, lane: laneOf(job), user };
  });
}

function nextOf(candidates: readonly Candidate[]): Candidate | null {
  const owner = firstBy(candidates, (a, b) => a.user.turn - b.user.turn);
  if (owner === null) return null;
  const peers = candidates.filter(({ lane }) => lane === owner.lane);
  return firstBy(peers, (a, b) => b.job.priority - a.job.priority || a.user.turn - b.user.turn);
}

/**
 * Priorities that bring a job to a position (1 = the lane's next turn, clamped) and keep the order of those before it.
 * `lane` holds the waiting jobs of one lane in turn order. Only the jobs whose priority changes are named.
 */
export function prioritiesForMove(
  lane: readonly Job[],
  moved: Job,
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

/** The first of the smallest. */
function firstBy<T>(items: readonly T[], compare: (a: T, b: T) => number): T | null {
  let best: T | null = null;
  for (const item of items) if (best === null || compare(item, best) < 0) best = item;
  return best;
}
