import { RiffError } from '../errors.ts';
import type { QueueLog } from '../queue/contract.ts';
import type { Act, Job, JobState, PauseScope, QueueScope } from '../queue/job.ts';
import type * as port from '../queue/job-store.ts';
import { sortRecovered } from '../queue/job-store.ts';
import type { Snapshot, WaitingJob } from '../queue/schedule.ts';
import type { RenderProgress, RiffFiles } from '../riff/engine.ts';
import { JobReader, type JobRow, rowOf } from './job-row.ts';
import * as sql from './job-statements.ts';
import { all, get, type Parameters, run, type SqlDatabase, type Steps } from './sql.ts';

const HOUR_MS = 3_600_000;
/** The clock may be set back by this much before times of acceptance count as wrong. */
const CLOCK_SLACK_MS = 60_000;

type Requeued = Extract<port.RenderResult, { readonly kind: 'requeued' }>;
/** `ready` 1: neither paused nor put off. */
type WaitingRow = JobRow & { readonly turn: number; readonly ready: 0 | 1 };

/** The steps that put the files of a render into the database, in the transaction that marks it rendered. */
export type LoadResults = (jobId: string, files: RiffFiles) => Promise<Steps<void>>;

/** Jobs in a database that several processes may share. One commit (some milliseconds of fsync) per change. */
export class SqlJobStore implements port.JobStore {
  readonly #db: SqlDatabase;
  readonly #reader: JobReader;
  readonly #loadResults: LoadResults;

  /** `loadResults`: for a database that keeps the results itself. */
  constructor(
    database: SqlDatabase,
    log: Pick<QueueLog, 'error'> | null = null,
    loadResults: LoadResults = async () => nothing(),
  ) {
    this.#db = database;
    this.#reader = new JobReader(database, log);
    this.#loadResults = loadResults;
  }

  get recentFaults(): number {
    return this.#db.recentFaults;
  }

  checkWritable(): Promise<void> {
    return this.#db.checkWritable();
  }

  insert(job: port.NewJob): Promise<WaitingJob> {
    return this.#db.transact(this.#insert(job));
  }

  get(id: string): Promise<Job | null> {
    return this.#db.perform(this.#job(sql.GET, { id }));
  }

  snapshot(now: number): Promise<Snapshot> {
    return this.#db.perform(this.#snapshot(now));
  }

  claimNext(lease: port.Lease, now: number): Promise<Job | null> {
    return this.#db.transactAlone(this.#claimNext(lease, now));
  }

  async countReady(now: number): Promise<number> {
    const row = await this.#db.perform(get<{ readonly count: number }>(sql.COUNT_READY, { now }));
    return row?.count ?? 0;
  }

  async renewLeases({ workerId, leaseUntil }: port.Lease): Promise<void> {
    await this.#db.transact(renew({ workerId, leaseUntil }));
  }

  async runningOf(workerId: string): Promise<readonly port.RunningJob[]> {
    const rows = await this.#db.perform(all<Pick<JobRow, 'id' | 'cancel_by'>>(sql.RUNNING_OF, { workerId }));
    return rows.map(({ id, cancel_by }) => ({ id, isCancelled: cancel_by !== null }));
  }

  activeOf(botId: string): Promise<readonly Pick<Job, 'id'>[]> {
    return this.#db.perform(all<Pick<Job, 'id'>>(sql.ACTIVE, { botId }));
  }

  async leave(workerId: string): Promise<void> {
    await this.#db.perform(run(sql.LEAVE, { workerId }));
  }

  async saveProgress(id: string, workerId: string, progress: RenderProgress): Promise<boolean> {
    const parameters = { id, workerId, progress: JSON.stringify(progress) };
    return (await this.#db.perform(run(sql.PROGRESS, parameters))) > 0;
  }

  async settle(id: string, workerId: string, result: port.RenderResult, now: number): Promise<Job | null> {
    const results = result.kind === 'rendered' ? await this.#loadResults(id, result.files) : nothing();
    return this.#db.transact(this.#settle(id, workerId, result, results, now));
  }

  async beginDelivery(id: string, workerId: string): Promise<number | null> {
    const row = await this.#db.perform(
      get<{ readonly attempt: number }>(sql.BEGIN_DELIVERY, { id, workerId }),
    );
    return row?.attempt ?? null;
  }

  settleDelivery(
    id: string,
    workerId: string,
    result: port.DeliveryResult,
    now: number,
  ): Promise<Job | null> {
    return this.#db.transact(this.#settleDelivery(id, workerId, result, now));
  }

  cancel(id: string, act: Act, now: number): Promise<port.CancelOutcome> {
    return this.#db.transact(this.#cancel(id, act, now));
  }

  async recover(terms: port.RecoveryTerms): Promise<port.Recovery> {
    const isNeeded = await this.#db.perform(this.#hasLeftovers(terms));
    return isNeeded ? this.#db.transactAlone(this.#recover(terms)) : sortRecovered([]);
  }

  deadLetters(scope: QueueScope, limit: number): Promise<readonly Job[]> {
    return this.#db.perform(this.#jobs('failed', sql.DEAD_LETTERS, { ...scopeParameters(scope), limit }));
  }

  async markNotified(id: string, now: number): Promise<void> {
    await this.#db.perform(run(sql.MARK_NOTIFIED, { id, now }));
  }

  async setPriorities(priorities: ReadonlyMap<string, number>): Promise<void> {
    await this.#db.transact(setPriorities(priorities));
  }

  async pause(scope: PauseScope, reason: string): Promise<boolean> {
    return (await this.#db.perform(run(sql.PAUSE, { tenant: pauseTenant(scope), reason }))) > 0;
  }

  async resume(scope: PauseScope): Promise<boolean> {
    return (await this.#db.perform(run(sql.RESUME, { tenant: pauseTenant(scope) }))) > 0;
  }

  async acceptedSince(userId: string, since: number): Promise<readonly number[]> {
    const until = since + HOUR_MS + CLOCK_SLACK_MS;
    const parameters = { userId, since, until };
    const rows = await this.#db.perform(all<{ readonly at: number }>(sql.ACCEPTED_SINCE, parameters));
    return rows.map((row) => row.at);
  }

  *#insert(job: port.NewJob): Steps<WaitingJob> {
    const { id, userId, createdAt } = job;
    yield* run(sql.INSERT, rowOf(job));
    yield* run(sql.ACCEPT, { userId, at: createdAt });
    yield* run(sql.PRUNE_ACCEPTANCES, { since: createdAt - HOUR_MS, until: createdAt + HOUR_MS });
    const row = yield* get<WaitingRow>(sql.WAITING_ONE, { id, now: createdAt });
    const [inserted] = row ? yield* this.#waiting(row) : [];
    if (inserted) return inserted;
    throw new RiffError(
      'store_failed',
      `jobs: expected the job ${id}, which was just written; check the disk`,
    );
  }

  *#snapshot(now: number): Steps<Snapshot> {
    const pauses = yield* all<{ readonly tenant: string; readonly reason: string }>(sql.PAUSES);
    const rows = yield* all<WaitingRow>(sql.WAITING, { now });
    const running = yield* this.#jobs('running', sql.RUNNING, {});
    const waiting: WaitingJob[] = [];
    for (const row of rows) waiting.push(...(yield* this.#waiting(row)));
    return {
      running,
      waiting,
      pauses: pauses.map(({ tenant, reason }) => ({ scope: pauseScope(tenant), reason })),
    };
  }

  *#claimNext({ workerId, leaseUntil }: port.Lease, now: number): Steps<Job | null> {
    for (;;) {
      const next = yield* get<Pick<JobRow, 'id'>>(sql.NEXT_READY, { now });
      if (!next) return null;
      const job = yield* this.#job(sql.CLAIM, { id: next.id, workerId, leaseUntil, now });
      // Any other state, or null: it was damaged.
      if (job?.state.kind !== 'running') continue;
      yield* run(sql.TAKE_TURN, { userId: job.userId });
      return job;
    }
  }

  *#job(statement: string, parameters: Parameters): Steps<Job | null> {
    const row = yield* get<JobRow>(statement, parameters);
    return row && (yield* this.#reader.read(row));
  }

  /** `kind`: without those that turn out to be damaged; null: of any kind. */
  *#jobs(kind: JobState['kind'] | null, statement: string, parameters: Parameters): Steps<readonly Job[]> {
    const jobs = yield* this.#reader.readAll(yield* all<JobRow>(statement, parameters));
    return jobs.filter(({ state }) => kind === null || state.kind === kind);
  }

  *#waiting(row: WaitingRow): Steps<readonly WaitingJob[]> {
    const job = yield* this.#reader.read(row);
    return job?.state.kind === 'waiting' ? [{ job, turn: row.turn, isReady: row.ready === 1 }] : [];
  }

  /** A requested cancellation overrides the result. */
  *#settle(
    id: string,
    workerId: string,
    result: port.RenderResult,
    results: Steps<void>,
    now: number,
  ): Steps<Job | null> {
    const files = result.kind === 'rendered' ? JSON.stringify(result.files) : null;
    const settled = yield* this.#settleUncancelled(id, workerId, result, files, now);
    if (settled?.state.kind === 'rendered') yield* results;
    return settled ?? (yield* this.#cancelRunning(id, workerId, files, now));
  }

  #settleUncancelled(
    id: string,
    workerId: string,
    result: port.RenderResult,
    files: string | null,
    now: number,
  ): Steps<Job | null> {
    switch (result.kind) {
      case 'rendered':
        return this.#job(sql.RENDERED, { id, workerId, files, now });
      case 'requeued':
        return this.#requeue(id, workerId, result, now);
      case 'failed':
        return this.#fail(id, workerId, result.failure, now);
    }
  }

  *#settleDelivery(
    id: string,
    workerId: string,
    result: port.DeliveryResult,
    now: number,
  ): Steps<Job | null> {
    switch (result.kind) {
      case 'done':
        return yield* this.#job(sql.DONE, { id, workerId, messageId: result.messageId, now });
      case 'requeued':
        return yield* this.#requeue(id, workerId, { delayMs: 0, countsAttempt: true }, now);
      case 'failed':
        return yield* this.#fail(id, workerId, result.failure, now);
    }
  }

  *#cancel(id: string, { by, reason }: Act, now: number): Steps<port.CancelOutcome> {
    yield* run(sql.LOCK, { id });
    const cancelled = yield* this.#job(sql.CANCEL_WAITING, { id, by, reason, now });
    if (cancelled) return { kind: 'cancelled', job: cancelled };
    const running = yield* this.#job(sql.REQUEST_CANCEL, { id, by, reason });
    if (running) return { kind: 'requested', job: running };
    const job = yield* this.#job(sql.GET, { id });
    return job ? { kind: 'too_late', job } : { kind: 'unknown' };
  }

  /** Null: no cancellation was requested, or the job belongs to another worker. */
  #cancelRunning(id: string, workerId: string, files: string | null, now: number): Steps<Job | null> {
    return this.#job(sql.CANCEL_RUNNING, { id, workerId, files, now });
  }

  *#requeue(
    id: string,
    workerId: string,
    { delayMs, countsAttempt }: Omit<Requeued, 'kind'>,
    now: number,
  ): Steps<Job | null> {
    const notBefore = delayMs === 0 ? 0 : now + delayMs;
    const uncounted = countsAttempt ? 0 : 1;
    const row = yield* get<JobRow>(sql.REQUEUE, { id, workerId, notBefore, uncounted });
    if (!row) return null;
    yield* run(sql.GIVE_TURN_BACK, { userId: row.user_id, turn: row.turn_before ?? 0 });
    return yield* this.#reader.read(row);
  }

  #fail(id: string, workerId: string, failure: port.Failure, now: number): Steps<Job | null> {
    const { code, reason, errorId } = failure;
    return this.#job(sql.FAIL, { id, workerId, code, reason, errorId, now });
  }

  *#hasLeftovers(terms: port.RecoveryTerms): Steps<boolean> {
    return (yield* goneBots(terms)).length > 0 || (yield* abandoned(terms)).length > 0;
  }

  *#recover(terms: port.RecoveryTerms): Steps<port.Recovery> {
    const adopted: Job[] = [];
    for (const from of yield* goneBots(terms)) {
      const parameters = { botId: terms.workerId, from };
      adopted.push(...(yield* this.#jobs(null, sql.ADOPT, parameters)));
    }
    const recovered: (Job | null)[] = [];
    for (const row of yield* abandoned(terms)) recovered.push(yield* this.#takeOver(row, terms));
    return sortRecovered(recovered, adopted);
  }

  *#takeOver({ id, worker_id: from }: JobRow, terms: port.RecoveryTerms): Steps<Job | null> {
    const { workerId, leaseUntil, now, maxBotDeaths, tooManyBotDeaths } = terms;
    const adopted = yield* this.#job(sql.TAKE_OVER, { id, workerId, leaseUntil, from });
    if (adopted?.state.kind !== 'running') return adopted;
    const cancelled = yield* this.#cancelRunning(id, workerId, null, now);
    if (cancelled) return cancelled;
    const counted = yield* get<Pick<JobRow, 'bot_deaths'>>(sql.COUNT_BOT_DEATH, { id });
    if ((counted?.bot_deaths ?? 0) >= maxBotDeaths)
      return yield* this.#fail(id, workerId, tooManyBotDeaths, now);
    return yield* this.#requeue(id, workerId, { delayMs: 0, countsAttempt: false }, now);
  }
}

function* nothing(): Steps<void> {}

function* renew({ workerId, leaseUntil }: port.Lease): Steps<void> {
  yield* run(sql.RENEW, { workerId, leaseUntil });
  yield* run(sql.RENEW_PROCESS, { workerId, leaseUntil });
}

function* abandoned({ workerId, isBot, now, workerIsAlive }: port.RecoveryTerms): Steps<readonly JobRow[]> {
  const rows = yield* all<JobRow>(sql.HELD_BY_OTHERS, { workerId, botId: isBot ? workerId : null });
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

function* setPriorities(priorities: ReadonlyMap<string, number>): Steps<void> {
  for (const [id, priority] of priorities) yield* run(sql.SET_PRIORITY, { id, priority });
}

/** A lease that ends hours ahead was written before the clock was set back. */
function isOver(leaseUntil: number, now: number): boolean {
  return leaseUntil <= now || leaseUntil > now + HOUR_MS;
}

function scopeParameters(scope: QueueScope): Parameters {
  return {
    guildId: scope.kind === 'guild' ? scope.guildId : null,
    userId: scope.kind === 'user' ? scope.userId : null,
  };
}

function pauseTenant(scope: PauseScope): string {
  return scope.kind === 'all' ? 'all' : scope.guildId;
}

function pauseScope(tenant: string): PauseScope {
  return tenant === 'all' ? { kind: 'all' } : { kind: 'guild', guildId: tenant };
}
