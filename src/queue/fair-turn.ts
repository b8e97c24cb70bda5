import type { Job } from './job.ts';

/** By user: the number of their last turn, larger is later. Nobody there: never served. */
export type Turns = ReadonlyMap<string, number>;

/** Jobs that share moderators: those of a guild, or those of one user outside of guilds. */
export function laneOf(job: Pick<Job, 'guildId' | 'userId'>): string {
  return job.guildId ?? `@${job.userId}`;
}

/**
 * The job that takes the next turn. `waiting` stands in order of arrival.
 * The turn belongs to the user served longest ago, ties to the older job; within that job's lane a higher priority
 * takes it. The SQL of the SQLite store says the same.
 */
export function nextTurn(waiting: readonly Job[], turns: Turns): Job | null {
  const owner = firstBy(waiting, (a, b) => turnOf(a, turns) - turnOf(b, turns));
  if (owner === null) return null;
  const lane = laneOf(owner);
  const peers = waiting.filter((job) => laneOf(job) === lane);
  return firstBy(peers, (a, b) => b.priority - a.priority || turnOf(a, turns) - turnOf(b, turns));
}

/** The order in which the waiting jobs will be started if nothing changes. Quadratic in their number. */
export function inTurnOrder(waiting: readonly Job[], turns: Turns): readonly Job[] {
  const left = [...waiting];
  const simulated = new Map(turns);
  let turn = Math.max(0, ...turns.values());
  const order: Job[] = [];
  for (let next = nextTurn(left, simulated); next !== null; next = nextTurn(left, simulated)) {
    order.push(next);
    left.splice(left.indexOf(next), 1);
    turn += 1;
    simulated.set(next.userId, turn);
  }
  return order;
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

function turnOf(job: Job, turns: Turns): number {
  return turns.get(job.userId) ?? 0;
}

/** The first of the smallest. */
function firstBy(jobs: readonly Job[], compare: (a: Job, b: Job) => number): Job | null {
  let best: Job | null = null;
  for (const job of jobs) if (best === null || compare(job, best) < 0) best = job;
  return best;
}
