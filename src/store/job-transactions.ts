import type { ByReach, Job, Refused } from '../queue/job.ts';
import type * as port from '../queue/job-store.ts';
import { type JobRow, rowOf, type WaitingRow } from './job-row.ts';
import * as sql from './job-statements.ts';
import type { Statements } from './sql.ts';

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

/** For `transactAlone`. */
export async function insertAll(
  tx: Statements,
  insertions: readonly Insertion[],
): Promise<readonly (readonly port.WaitingJob[] | Refused)[]> {
  const outcomes: (readonly port.WaitingJob[] | Refused)[] = [];
  for (const { jobs, check } of insertions) {
    const [first] = jobs;
    outcomes.push((first && (await refusalOf(tx, first, check))) ?? (await insert(tx, jobs)));
  }
  return outcomes;
}

async function insert(tx: Statements, jobs: readonly port.NewJob[]): Promise<readonly port.WaitingJob[]> {
  const inserted: port.WaitingJob[] = [];
  for (const { botId, clips = 1, ...draft } of jobs) {
    const { userId, createdAt } = draft;
    const values = rowOf({ ...draft, botId });
    await tx.run(sql.PRUNE_ACCEPTANCES, { since: createdAt - HOUR_MS, until: createdAt + HOUR_MS });
    const row = await tx.get<Pick<WaitingRow, 'turn' | 'ready'>>(sql.INSERT, values);
    await tx.run(sql.ACCEPT, { userId, at: createdAt, clips });
    const job: Job = { ...draft, attempts: 0, priority: 0, state: { kind: 'waiting' } };
    inserted.push({ job, turn: row?.turn ?? 0, keepsTurn: false, isReady: row?.ready === 1 });
  }
  return inserted;
}

async function refusalOf(
  tx: Statements,
  { userId, guildId, createdAt }: port.NewJob,
  check: port.LimitCheck,
): Promise<Refused | null> {
  const waiting = await tx.get<ByReach<number>>(sql.COUNT_WAITING, { userId, guildId });
  const [since, until] = [createdAt - HOUR_MS, createdAt + CLOCK_SLACK_MS];
  const accepted = await tx.all<{ readonly at: number }>(sql.ACCEPTED_SINCE, { userId, since, until });
  return check({ waiting: waiting ?? NOBODY, acceptedAt: accepted.map(({ at }) => at) });
}

/** For `transactAlone`. */
export async function claim(
  tx: Statements,
  { workerId, leaseUntil }: port.Lease,
  now: number,
): Promise<JobRow | null> {
  for (;;) {
    const row = await tx.get<JobRow>(sql.CLAIM, { workerId, leaseUntil, now });
    if (row?.keeps_turn === 0) await takeTurn(tx, row.user_id);
    if (row || !(await tx.get(sql.NEXT_READY, { now }))) return row;
    // Another process cancelled it: the next one is ready.
  }
}

/**
 * The user goes to the end, with all their waiting jobs but those that keep the turn they had. For `transactAlone`, so that no
 * job comes in with the earlier turn.
 */
export async function takeTurn(tx: Statements, userId: string): Promise<void> {
  await tx.run(sql.TAKE_TURN, { userId });
  await tx.run(sql.COPY_TURN, { userId });
}

/** Whether processes that are gone have left jobs. */
export async function hasLeftovers(tx: Statements, terms: port.RecoveryTerms): Promise<boolean> {
  return (await goneBots(tx, terms)).length > 0 || (await abandoned(tx, terms)).length > 0;
}

/** The jobs of bots that are gone, as this one adopted them, and the renders and deliveries that were taken over. */
export interface Leftovers {
  readonly adopted: readonly JobRow[];
  readonly taken: readonly JobRow[];
}

/** Takes over what processes that are gone have left. For `transactAlone`. */
export async function takeLeftovers(tx: Statements, terms: port.RecoveryTerms): Promise<Leftovers> {
  const adopted: JobRow[] = [];
  for (const from of await goneBots(tx, terms))
    adopted.push(...(await tx.all<JobRow>(sql.ADOPT, { botId: terms.workerId, from })));
  const taken: (JobRow | null)[] = [];
  for (const held of await abandoned(tx, terms)) taken.push(await takeOver(tx, held, terms));
  return { adopted, taken: taken.filter((row) => row !== null) };
}

async function takeOver(
  tx: Statements,
  { id, worker_id: from }: HeldRow,
  terms: port.RecoveryTerms,
): Promise<JobRow | null> {
  const { workerId, leaseUntil, now, maxBotDeaths, tooManyBotDeaths } = terms;
  const taken = await tx.get<JobRow>(sql.TAKE_OVER, { id, workerId, leaseUntil, from });
  if (taken?.state !== 'running') return taken;
  const cancelled = await tx.get<JobRow>(sql.CANCEL_RUNNING, { id, workerId, files: null, now });
  if (cancelled) return cancelled;
  const counted = await tx.get<Pick<JobRow, 'bot_deaths'>>(sql.COUNT_BOT_DEATH, { id });
  if ((counted?.bot_deaths ?? 0) >= maxBotDeaths)
    return await tx.get<JobRow>(sql.FAIL, { id, workerId, ...tooManyBotDeaths, now });
  return await tx.get<JobRow>(sql.REQUEUE, { id, workerId, notBefore: 0, uncounted: 1 });
}

async function abandoned(
  tx: Statements,
  { workerId, isBot, now, workerIsAlive }: port.RecoveryTerms,
): Promise<readonly HeldRow[]> {
  const rows = await tx.all<HeldRow>(sql.HELD_BY_OTHERS, { workerId, botId: isBot ? workerId : null });
  return rows.filter((row) => isOver(row.lease_until ?? 0, now) || !workerIsAlive(row.worker_id ?? ''));
}

/** Bots that have jobs left and no longer live. */
async function goneBots(
  tx: Statements,
  { workerId, isBot, now, workerIsAlive }: port.RecoveryTerms,
): Promise<readonly string[]> {
  if (!isBot) return [];
  const bots = await tx.all<{ readonly id: string; readonly leaseUntil: number | null }>(sql.BOTS_OF_JOBS, {
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
