import { inTurnOrder, nextTurn, type Waiter } from '../../queue/fair-turn.ts';
import {
  type Act,
  isInScope,
  type Job,
  type JobState,
  type Pause,
  type PauseScope,
  type QueueScope,
} from '../../queue/job.ts';
import type * as port from '../../queue/job-store.ts';
import { sortRecovered } from '../../queue/job-store.ts';
import type { QueueLog } from '../../queue/queue-log.ts';
import type { RenderProgress, RiffFiles } from '../../riff/engine.ts';
import { JobReader } from './job-reader.ts';
import { type JobRow, jobOf, rowOf } from './job-row.ts';
import * as sql from './job-statements.ts';
import type { Parameters, SqliteDatabase } from './sqlite.ts';

const HOUR_MS = 3_600_000;
/** The clock may be set back by this much before times of acceptance count as wrong. */
const CLOCK_SLACK_MS = 60_000;

type ReadyJob = Waiter & { readonly turn: number };

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

  async insert(job: port.NewJob): Promise<Job> {
    return this.#db.transaction(() => {
      const row = this.#db.get<JobRow>(sql.INSERT, rowOf(job));
      this.#db.run(sql.ACCEPT, { userId: job.userId, at: job.createdAt });
      const { createdAt } = job;
      this.#db.run(sql.PRUNE_ACCEPTANCES, { since: createdAt - HOUR_MS, until: createdAt + HOUR_MS });
      return jobOf(row as JobRow);
    });
  }

  async get(id: string): Promise<Job | null> {
    return this.#job(sql.GET, { id });
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
    this.#db.run(sql.RENEW, { holder: lease.holder, leaseUntil: lease.leaseUntil });
  }

  async saveProgress(id: string, holder: string, progress: RenderProgress): Promise<boolean> {
    return this.#db.run(sql.PROGRESS, { id, holder, progress: JSON.stringify(progress) }) > 0;
  }

  async markRendered(id: string, holder: string, files: RiffFiles, now: number): Promise<Job | null> {
    const known = JSON.stringify(files);
    return this.#leaveRunning({ id, holder, now, files: known }, () =>
      this.#job(sql.RENDERED, { id, holder, files: known, now }),
    );
  }

  async putBack(id: string, holder: string, terms: port.PutBack, now: number): Promise<Job | null> {
    return this.#leaveRunning({ id, holder, now, files: null }, () => this.#backToWaiting(id, holder, terms));
  }

  async beginDelivery(id: string, holder: string): Promise<number | null> {
    return this.#db.get<{ attempt: number }>(sql.BEGIN_DELIVERY, { id, holder })?.attempt ?? null;
  }

  async markDone(id: string, holder: string, messageId: string | null, now: number): Promise<Job | null> {
    return this.#job(sql.DONE, { id, holder, messageId, now });
  }

  async fail(id: string, holder: string, failure: port.Failure, now: number): Promise<Job | null> {
    return this.#leaveRunning({ id, holder, now, files: null }, () => this.#fail(id, holder, failure, now));
  }

  async cancel(id: string, act: Act, now: number): Promise<port.CancelOutcome> {
    return this.#db.transaction(() => {
      const cancelled = this.#job(sql.CANCEL_WAITING, { id, by: act.by, reason: act.reason, now });
      if (cancelled) return { kind: 'cancelled', job: cancelled };
      const stopping = this.#job(sql.WISH_CANCEL, { id, by: act.by, reason: act.reason });
      if (stopping) return { kind: 'stopping', job: stopping };
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

  async waiting(scope: QueueScope, now: number): Promise<readonly Job[]> {
    const rows = this.#db.all<JobRow & { turn: number; ready: number }>(sql.WAITING, { now });
    const turns = new Map(rows.map((row) => [row.user_id, row.turn]));
    const ready = this.#jobs(
      'waiting',
      rows.filter((row) => row.ready === 1),
    );
    const later = this.#jobs(
      'waiting',
      rows.filter((row) => row.ready === 0),
    );
    return [...inTurnOrder(ready, turns), ...inTurnOrder(later, turns)].filter((job) =>
      isInScope(scope, job),
    );
  }

  async running(scope: QueueScope): Promise<readonly Job[]> {
    return this.#jobs('running', this.#db.all<JobRow>(sql.RUNNING, scopeParameters(scope)));
  }

  async quarantined(scope: QueueScope, limit: number): Promise<readonly Job[]> {
    return this.#jobs('failed', this.#db.all<JobRow>(sql.QUARANTINED, { ...scopeParameters(scope), limit }));
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
    return this.#db.run(sql.PAUSE, { lane: pauseLane(scope), reason }) > 0;
  }

  async resume(scope: PauseScope): Promise<boolean> {
    return this.#db.run(sql.RESUME, { lane: pauseLane(scope) }) > 0;
  }

  async pauses(): Promise<readonly Pause[]> {
    const rows = this.#db.all<{ lane: string; reason: string }>(sql.PAUSES);
    return rows.map(({ lane, reason }) => ({ scope: pauseScope(lane), reason }));
  }

  async countWaiting(userId: string, guildId: string | null): Promise<port.WaitingCounts> {
    const counts = this.#db.get<port.WaitingCounts>(sql.COUNT_WAITING, { userId, guildId });
    return counts ? { ...counts } : { user: 0, guild: 0, total: 0 };
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
  #claim(id: string, { holder, leaseUntil }: port.Lease, now: number): Job | null {
    const waiting = this.#job(sql.GET, { id });
    if (!waiting) return null;
    const progress = JSON.stringify({ stage: 'load', stepIndex: 0, steps: waiting.request.steps });
    const job = this.#job(sql.CLAIM, { id, holder, leaseUntil, now, progress });
    if (job) this.#db.run(sql.TAKE_TURN, { userId: job.userId });
    return job;
  }

  #leaveRunning(end: Parameters, otherwise: () => Job | null): Job | null {
    return this.#db.transaction(() => this.#job(sql.SETTLE_CANCEL, end) ?? otherwise());
  }

  #backToWaiting(id: string, holder: string, terms: port.PutBack): Job | null {
    const row = this.#db.get<JobRow>(sql.PUT_BACK, {
      id,
      holder,
      notBefore: terms.notBefore,
      refund: terms.refund ? 1 : 0,
    });
    if (!row) return null;
    this.#db.run(sql.GIVE_TURN_BACK, { userId: row.user_id, turn: row.turn_before ?? 0 });
    return this.#reader.read(row);
  }

  #fail(id: string, holder: string, failure: port.Failure, now: number): Job | null {
    const { code, reason, errorId } = failure;
    return this.#job(sql.FAIL, { id, holder, code, reason, errorId, now });
  }

  #abandoned(terms: port.RecoveryTerms): readonly JobRow[] {
    const rows = this.#db.all<JobRow>(sql.HELD_BY_OTHERS, { holder: terms.holder });
    return rows.filter(
      (row) => isOver(row.lease_until ?? 0, terms.now) || !terms.holderIsAlive(row.holder ?? ''),
    );
  }

  /** Inside a transaction. */
  #adopt(row: JobRow, terms: port.RecoveryTerms): Job | null {
    const { id, holder, now } = { id: row.id, holder: terms.holder, now: terms.now };
    const adopted = this.#job(sql.TAKE_OVER, { id, holder, leaseUntil: terms.leaseUntil });
    if (row.state === 'rendered') return adopted;
    const cancelled = this.#job(sql.SETTLE_CANCEL, { id, holder, now, files: null });
    if (cancelled) return cancelled;
    const counted = this.#db.get<Pick<JobRow, 'bot_deaths'>>(sql.COUNT_BOT_DEATH, { id });
    if ((counted?.bot_deaths ?? 0) >= terms.maxBotDeaths)
      return this.#fail(id, holder, terms.tooManyBotDeaths, now);
    return this.#backToWaiting(id, holder, { notBefore: 0, refund: true });
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

function pauseLane(scope: PauseScope): string {
  return scope.kind === 'all' ? 'all' : scope.guildId;
}

function pauseScope(lane: string): PauseScope {
  return lane === 'all' ? { kind: 'all' } : { kind: 'guild', guildId: lane };
}
