import { RiffError } from '../../errors.ts';
import type { QueueLog } from '../../queue/contract.ts';
import type { Act, Job, JobState, PauseScope, QueueScope } from '../../queue/job.ts';
import type * as port from '../../queue/job-store.ts';
import { sortRecovered } from '../../queue/job-store.ts';
import { nextTurn, type Snapshot, type Waiter, type WaitingJob } from '../../queue/schedule.ts';
import type { RenderProgress } from '../../riff/engine.ts';
import { JobReader, type JobRow, rowOf } from './job-row.ts';
import * as sql from './job-statements.ts';
import type { Parameters, SqliteDatabase } from './sqlite.ts';

const HOUR_MS = 3_600_000;
/** The clock may be set back by this much before times of acceptance count as wrong. */
const CLOCK_SLACK_MS = 60_000;

type ReadyJob = Waiter & { readonly turn: number };
type Requeued = Extract<port.RenderResult, { readonly kind: 'requeued' }>;
/** `ready` 1: neither paused nor put off. */
type WaitingRow = JobRow & { readonly turn: number; readonly ready: 0 | 1 };

/** Jobs in a SQLite file; several processes may share it. One commit (some milliseconds of fsync) per change. */
export class SqliteJobStore implements port.JobStore {
  readonly #db: SqliteDatabase;
  readonly #reader: JobReader;

  constructor(database: SqliteDatabase, log: Pick<QueueLog, 'error'> | null = null) {
    this.#db = database;
    this.#reader = new JobReader(database, log);
  }

  get recentFaults(): number {
    return this.#db.recentFaults;
  }

  async checkWritable(): Promise<void> {
    this.#db.probeWrite();
  }

  async insert(job: port.NewJob): Promise<WaitingJob> {
    const { id, userId, createdAt } = job;
    return this.#db.transaction(() => {
      this.#db.run(sql.INSERT, rowOf(job));
      this.#db.run(sql.ACCEPT, { userId, at: createdAt });
      this.#db.run(sql.PRUNE_ACCEPTANCES, { since: createdAt - HOUR_MS, until: createdAt + HOUR_MS });
      const row = this.#db.get<WaitingRow>(sql.WAITING_ONE, { id, now: createdAt });
      const [inserted] = row ? this.#waiting(row) : [];
      if (inserted) return inserted;
      throw new RiffError('store_failed', `${this.#db.path}: expected the job ${id}, which was just written`);
    });
  }

  async get(id: string): Promise<Job | null> {
    return this.#job(sql.GET, { id });
  }

  async snapshot(now: number): Promise<Snapshot> {
    const pauses = this.#db.all<{ tenant: string; reason: string }>(sql.PAUSES);
    return {
      running: this.#jobs('running', this.#db.all<JobRow>(sql.RUNNING)),
      waiting: this.#db.all<WaitingRow>(sql.WAITING, { now }).flatMap((row) => this.#waiting(row)),
      pauses: pauses.map(({ tenant, reason }) => ({ scope: pauseScope(tenant), reason })),
    };
  }

  async claimNext(lease: port.Lease, now: number): Promise<Job | null> {
    return this.#db.transaction(() => {
      for (let next = this.#nextReady(now); next; next = this.#nextReady(now)) {
        const job = this.#claim(next.id, lease, now);
        if (job) return job;
      }
      return null;
    });
  }

  async countReady(now: number): Promise<number> {
    return this.#db.get<{ count: number }>(sql.COUNT_READY, { now })?.count ?? 0;
  }

  async renewLeases(lease: port.Lease): Promise<void> {
    this.#db.run(sql.RENEW, { workerId: lease.workerId, leaseUntil: lease.leaseUntil });
  }

  async saveProgress(id: string, workerId: string, progress: RenderProgress): Promise<boolean> {
    return this.#db.run(sql.PROGRESS, { id, workerId, progress: JSON.stringify(progress) }) > 0;
  }

  async settle(id: string, workerId: string, result: port.RenderResult, now: number): Promise<Job | null> {
    return this.#db.transaction(() => {
      const files = result.kind === 'rendered' ? JSON.stringify(result.files) : null;
      return this.#cancelRunning(id, workerId, files, now) ?? this.#settle(id, workerId, result, now);
    });
  }

  async beginDelivery(id: string, workerId: string): Promise<number | null> {
    return this.#db.get<{ attempt: number }>(sql.BEGIN_DELIVERY, { id, workerId })?.attempt ?? null;
  }

  async settleDelivery(
    id: string,
    workerId: string,
    result: port.DeliveryResult,
    now: number,
  ): Promise<Job | null> {
    if (result.kind === 'failed') return this.#fail(id, workerId, result.failure, now);
    if (result.kind === 'requeued')
      return this.#db.transaction(() =>
        this.#requeue(id, workerId, { delayMs: 0, countsAttempt: true }, now),
      );
    return this.#job(sql.DONE, { id, workerId, messageId: result.messageId, now });
  }

  async cancel(id: string, act: Act, now: number): Promise<port.CancelOutcome> {
    return this.#db.transaction(() => {
      const cancelled = this.#job(sql.CANCEL_WAITING, { id, by: act.by, reason: act.reason, now });
      if (cancelled) return { kind: 'cancelled', job: cancelled };
      const running = this.#job(sql.REQUEST_CANCEL, { id, by: act.by, reason: act.reason });
      if (running) return { kind: 'requested', job: running };
      const job = this.#job(sql.GET, { id });
      return job ? { kind: 'too_late', job } : { kind: 'unknown' };
    });
  }

  async recover(terms: port.RecoveryTerms): Promise<port.Recovery> {
    if (this.#abandoned(terms).length === 0) return sortRecovered([]);
    return this.#db.transaction(() =>
      sortRecovered(this.#abandoned(terms).map((row) => this.#adopt(row, terms))),
    );
  }

  async deadLetters(scope: QueueScope, limit: number): Promise<readonly Job[]> {
    const rows = this.#db.all<JobRow>(sql.DEAD_LETTERS, { ...scopeParameters(scope), limit });
    return this.#jobs('failed', rows);
  }

  async recentOf(userId: string, limit: number): Promise<readonly Job[]> {
    return this.#reader.readAll(this.#db.all<JobRow>(sql.RECENT, { userId, limit }));
  }

  async setPriorities(priorities: ReadonlyMap<string, number>): Promise<void> {
    this.#db.transaction(() => {
      for (const [id, priority] of priorities) this.#db.run(sql.SET_PRIORITY, { id, priority });
    });
  }

  async pause(scope: PauseScope, reason: string): Promise<boolean> {
    return this.#db.run(sql.PAUSE, { tenant: pauseTenant(scope), reason }) > 0;
  }

  async resume(scope: PauseScope): Promise<boolean> {
    return this.#db.run(sql.RESUME, { tenant: pauseTenant(scope) }) > 0;
  }

  async acceptedSince(userId: string, since: number): Promise<readonly number[]> {
    const until = since + HOUR_MS + CLOCK_SLACK_MS;
    return this.#db.all<{ at: number }>(sql.ACCEPTED_SINCE, { userId, since, until }).map((row) => row.at);
  }

  #job(statement: string, parameters: Parameters): Job | null {
    const row = this.#db.get<JobRow>(statement, parameters);
    return row && this.#reader.read(row);
  }

  /** Without those that turn out to be damaged. */
  #jobs(kind: JobState['kind'], rows: readonly JobRow[]): readonly Job[] {
    return this.#reader.readAll(rows).filter(({ state }) => state.kind === kind);
  }

  #nextReady(now: number): ReadyJob | null {
    const ready = this.#db.all<ReadyJob>(sql.READY_JOBS, { now });
    return nextTurn(ready, new Map(ready.map(({ userId, turn }) => [userId, turn])));
  }

  /** Null: it was damaged. */
  #claim(id: string, { workerId, leaseUntil }: port.Lease, now: number): Job | null {
    const waiting = this.#job(sql.GET, { id });
    if (!waiting) return null;
    const progress = JSON.stringify({ stage: 'load', stepIndex: 0, steps: waiting.request.steps });
    const job = this.#job(sql.CLAIM, { id, workerId, leaseUntil, now, progress });
    if (job) this.#db.run(sql.TAKE_TURN, { userId: job.userId });
    return job;
  }

  #waiting(row: WaitingRow): readonly WaitingJob[] {
    const job = this.#reader.read(row);
    return job?.state.kind === 'waiting' ? [{ job, turn: row.turn, isReady: row.ready === 1 }] : [];
  }

  /** Null: no cancellation was requested, or the job belongs to another worker. */
  #cancelRunning(id: string, workerId: string, files: string | null, now: number): Job | null {
    return this.#job(sql.CANCEL_RUNNING, { id, workerId, files, now });
  }

  #settle(id: string, workerId: string, result: port.RenderResult, now: number): Job | null {
    switch (result.kind) {
      case 'rendered':
        return this.#job(sql.RENDERED, { id, workerId, files: JSON.stringify(result.files), now });
      case 'requeued':
        return this.#requeue(id, workerId, result, now);
      case 'failed':
        return this.#fail(id, workerId, result.failure, now);
    }
  }

  #requeue(
    id: string,
    workerId: string,
    { delayMs, countsAttempt }: Omit<Requeued, 'kind'>,
    now: number,
  ): Job | null {
    const notBefore = delayMs === 0 ? 0 : now + delayMs;
    const uncounted = countsAttempt ? 0 : 1;
    const row = this.#db.get<JobRow>(sql.REQUEUE, { id, workerId, notBefore, uncounted });
    if (!row) return null;
    this.#db.run(sql.GIVE_TURN_BACK, { userId: row.user_id, turn: row.turn_before ?? 0 });
    return this.#reader.read(row);
  }

  #fail(id: string, workerId: string, failure: port.Failure, now: number): Job | null {
    const { code, reason, errorId } = failure;
    return this.#job(sql.FAIL, { id, workerId, code, reason, errorId, now });
  }

  #abandoned({ workerId, now, workerIsAlive }: port.RecoveryTerms): readonly JobRow[] {
    const rows = this.#db.all<JobRow>(sql.HELD_BY_OTHERS, { workerId });
    return rows.filter((row) => isOver(row.lease_until ?? 0, now) || !workerIsAlive(row.worker_id ?? ''));
  }

  /** Inside a transaction. */
  #adopt({ id, state }: JobRow, terms: port.RecoveryTerms): Job | null {
    const { workerId, leaseUntil, now, maxBotDeaths, tooManyBotDeaths } = terms;
    const adopted = this.#job(sql.TAKE_OVER, { id, workerId, leaseUntil });
    if (state === 'rendered') return adopted;
    const cancelled = this.#cancelRunning(id, workerId, null, now);
    if (cancelled) return cancelled;
    const counted = this.#db.get<Pick<JobRow, 'bot_deaths'>>(sql.COUNT_BOT_DEATH, { id });
    if ((counted?.bot_deaths ?? 0) >= maxBotDeaths) return this.#fail(id, workerId, tooManyBotDeaths, now);
    return this.#requeue(id, workerId, { delayMs: 0, countsAttempt: false }, now);
  }
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
