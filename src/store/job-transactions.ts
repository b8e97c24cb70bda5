import type { ByReach, Job, Refused } from '../queue/job.ts';
import type * as port from '../queue/job-store.ts';
import { type JobRow, rowOf, type WaitingRow } from './job-row.ts';
import * as sql from './job-statements.ts';
import { all, get, run, type Steps } from './sql.ts';

const HOUR_MS = 3_600_000;
/** The clock may be set back by this much before times of acceptance count as wrong. */
const CLOCK_SLACK_MS = 60_000;
const NOBODY: ByReach<number> = { user: 0, guild: 0, total: 0 };

type HeldRow = Pick<JobRow, 'id' | 'worker_id' | 'lease_until'>;

/** Jobs of one user that come in together. */
export interface Insertion {
  readonly jobs: readonly port.NewJob[];
  readonly check: port.LimitCheck;
}

/** Run it alone. */
export function* insertAll(
  insertions: readonly Insertion[],
): Steps<readonly (readonly port.WaitingJob[] | Refused)[]> {
  const outcomes: (readonly port.WaitingJob[] | Refused)[] = [];
  for (const { jobs, check } of insertions) {
    const [first] = jobs;
    outcomes.push((first && (yield* refusalOf(first, check))) ?? (yield* insert(jobs)));
  }
  return outcomes;
}

function* insert(jobs: readonly port.NewJob[]): Steps<readonly port.WaitingJob[]> {
  const inserted: port.WaitingJob[] = [];
  for (const { botId, clips = 1, ...draft } of jobs) {
    const { userId, createdAt } = draft;
    const values = rowOf({ ...draft, botId });
    yield* run(sql.PRUNE_ACCEPTANCES, { since: createdAt - HOUR_MS, until: createdAt + HOUR_MS });
    const row = yield* get<Pick<WaitingRow, 'turn' | 'ready'>>(sql.INSERT, values);
    yield* run(sql.ACCEPT, { userId, at: createdAt, clips });
    const job: Job = { ...draft, attempts: 0, priority: 0, state: { kind: 'waiting' } };
    inserted.push({ job, turn: row?.turn ?? 0, keepsTurn: false, isReady: row?.ready === 1 });
  }
  return inserted;
}

function* refusalOf(
  { userId, guildId, createdAt }: port.NewJob,
  check: port.LimitCheck,
): Steps<Refused | null> {
  const waiting = yield* get<ByReach<number>>(sql.COUNT_WAITING, { userId, guildId });
  const [since, until] = [createdAt - HOUR_MS, createdAt + CLOCK_SLACK_MS];
  const accepted = yield* all<{ readonly at: number }>(sql.ACCEPTED_SINCE, { userId, since, until });
  return check({ waiting: waiting ?? NOBODY, acceptedAt: accepted.map(({ at }) => at) });
}

/** Run it alone. */
export function* claim({ workerId, leaseUntil }: port.Lease, now: number): Steps<JobRow | null> {
  for (;;) {
    const row = yield* get<JobRow>(sql.CLAIM, { workerId, leaseUntil, now });
    if (row?.keeps_turn === 0) yield* takeTurn(row.user_id);
    if (row || !(yield* get(sql.NEXT_READY, { now }))) return row;
    // Another process cancelled it: the next one is ready.
  }
}

/**
 * The user goes to the end, with all their waiting jobs but those that keep the turn they had. Run it alone, so that no job
 * comes in with the turn before.
 */
export function* takeTurn(userId: string): Steps<void> {
  yield* run(sql.TAKE_TURN, { userId });
  yield* run(sql.COPY_TURN, { userId });
}

/** Whether processes that are gone have left jobs. */
export function* hasLeftovers(terms: port.RecoveryTerms): Steps<boolean> {
  return (yield* goneBots(terms)).length > 0 || (yield* abandoned(terms)).length > 0;
}

/** The jobs of bots that are gone, as this one adopted them, and the renders and deliveries that were taken over. */
export interface Leftovers {
  readonly adopted: readonly JobRow[];
  readonly taken: readonly JobRow[];
}

/** Takes over what processes that are gone have left. Run it alone. */
export function* takeLeftovers(terms: port.RecoveryTerms): Steps<Leftovers> {
  const adopted: JobRow[] = [];
  for (const from of yield* goneBots(terms))
    adopted.push(...(yield* all<JobRow>(sql.ADOPT, { botId: terms.workerId, from })));
  const taken: (JobRow | null)[] = [];
  for (const held of yield* abandoned(terms)) taken.push(yield* takeOver(held, terms));
  return { adopted, taken: taken.filter((row) => row !== null) };
}

function* takeOver({ id, worker_id: from }: HeldRow, terms: port.RecoveryTerms): Steps<JobRow | null> {
  const { workerId, leaseUntil, now, maxBotDeaths, tooManyBotDeaths } = terms;
  const taken = yield* get<JobRow>(sql.TAKE_OVER, { id, workerId, leaseUntil, from });
  if (taken?.state !== 'running') return taken;
  const cancelled = yield* get<JobRow>(sql.CANCEL_RUNNING, { id, workerId, files: null, now });
  if (cancelled) return cancelled;
  const counted = yield* get<Pick<JobRow, 'bot_deaths'>>(sql.COUNT_BOT_DEATH, { id });
  if ((counted?.bot_deaths ?? 0) >= maxBotDeaths)
    return yield* get<JobRow>(sql.FAIL, { id, workerId, ...tooManyBotDeaths, now });
  return yield* get<JobRow>(sql.REQUEUE, { id, workerId, notBefore: 0, uncounted: 1 });
}

function* abandoned({ workerId, isBot, now, workerIsAlive }: port.RecoveryTerms): Steps<readonly HeldRow[]> {
  const rows = yield* all<HeldRow>(sql.HELD_BY_OTHERS, { workerId, botId: isBot ? workerId : null });
  return rows.filter((row) => isOver(row.lease_until ?? 0, now) || !workerIsAlive(row.worker_id ?? ''));
}

/** Bots that have jobs left and no longer live. */
function* goneBots({ workerId, isBot, now, workerIsAlive }: port.RecoveryTerms): Steps<readonly string[]> {
  if (!isBot) return [];
  const bots = yield* all<{ readonly id: string; readonly leaseUntil: number | null }>(sql.BOTS_OF_JOBS, {
    botId: workerId,
  });
  return bots
    .filter(({ id, leaseUntil }) => isOver(leaseUntil ?? 0, now) || !workerIsAlive(id))
    .map(({ id }) => id);
}

/** A lease that ends hours ahead was written before the clock was set back. */
function isOver(leaseUntil: number, now: number): boolean {
  return leaseUntil <= now || leaseUntil > now + HOUR_MS;
}
