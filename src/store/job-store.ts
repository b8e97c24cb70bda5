import { inGroups } from '../queue/in-groups.ts';
import {
  type Act,
  isUnfinished,
  type Job,
  type PauseScope,
  type QueueScope,
  type Refused,
} from '../queue/job.ts';
import * as port from '../queue/job-store.ts';
import type { QueueLog } from '../queue/ports.ts';
import type { RenderProgress, RiffFiles } from '../riff/engine.ts';
import { JobReader, type JobRow, stateOf, type WaitingRow } from './job-row.ts';
import * as sql from './job-statements.ts';
import { claim, hasLeftovers, type Insertion, insertAll, takeLeftovers } from './job-transactions.ts';
import type { Parameters, SqlDatabase, Transaction } from './sql.ts';

interface PauseRow {
  readonly tenant: string;
  readonly reason: string;
}

/** Resolves with what puts the files of a render into the database, in the transaction that marks it rendered. */
export type LoadResults = (jobId: string, files: RiffFiles) => Promise<Transaction<void>>;

/**
 * Jobs in a database that several processes may share. One commit (some milliseconds of fsync) per change, but inserts that
 * come together share one.
 */
export class SqlJobStore implements port.JobStore {
  readonly #db: SqlDatabase;
  readonly #reader: JobReader;
  readonly #loadResults: LoadResults | null;
  readonly #insertTogether = inGroups((insertions: readonly Insertion[]) =>
    this.#db.transactAlone((tx) => insertAll(tx, insertions)),
  );

  /** `loadResults`: for a database that keeps the results itself. */
  constructor(
    database: SqlDatabase,
    log: Pick<QueueLog, 'error'> | null = null,
    loadResults: LoadResults | null = null,
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

  insert(
    jobs: readonly port.NewJob[],
    check: port.LimitCheck = () => null,
  ): Promise<readonly port.WaitingJob[] | Refused> {
    return this.#insertTogether({ jobs, check });
  }

  async get(id: string): Promise<Job | null> {
    return this.#reader.read(await this.#db.get<JobRow>(sql.GET, { id }));
  }

  async getAll(ids: readonly string[]): Promise<readonly Job[]> {
    const jobs: Job[] = [];
    for (let from = 0; from < ids.length; from += sql.IDS_AT_ONCE) {
      const names = Array.from({ length: sql.IDS_AT_ONCE }, (_, index) => [
        `id${index}`,
        ids[from + index] ?? null,
      ]);
      const rows = await this.#db.all<JobRow>(sql.GET_ALL, Object.fromEntries(names));
      jobs.push(...(await this.#reader.readAll(rows)));
    }
    return jobs;
  }

  async unfinishedOf(userId: string): Promise<readonly Job[]> {
    const jobs = await this.#reader.readAll(await this.#db.all<JobRow>(sql.UNFINISHED_OF, { userId }));
    // Those that turn out to be damaged have failed.
    return jobs.filter(({ state }) => state.kind !== 'failed');
  }

  async snapshot(now: number): Promise<port.Snapshot> {
    const { pauses, waiting, running } = await this.#db.readAtOnce(async (tx) => ({
      pauses: await tx.all<PauseRow>(sql.PAUSES),
      waiting: await tx.all<WaitingRow>(sql.WAITING, { now }),
      running: await tx.all<JobRow>(sql.RUNNING),
    }));
    return {
      pauses: pauses.map(({ tenant, reason }) => ({ scope: pauseScope(tenant), reason })),
      waiting: (await Promise.all(waiting.map((row) => this.#waiting(row)))).flat(),
      running: await this.#reader.readAll(running, 'running'),
    };
  }

  async claimNext(lease: port.Lease, now: number): Promise<Job | null> {
    for (;;) {
      const row = await this.#db.transactAlone((tx) => claim(tx, lease, now));
      const job = await this.#reader.read(row);
      // In any other state, or null, it was damaged: another one may be ready.
      if (row === null || job?.state.kind === 'running') return job;
    }
  }

  async countReady(now: number, atMost: number): Promise<number> {
    const row = await this.#db.get<{ readonly count: number }>(sql.COUNT_READY, { now, atMost });
    return row?.count ?? 0;
  }

  renewLeases({ workerId, leaseUntil }: port.Lease): Promise<void> {
    return this.#db.transact(async (tx) => {
      await tx.run(sql.RENEW, { workerId, leaseUntil });
      await tx.run(sql.RENEW_PROCESS, { workerId, leaseUntil });
    });
  }

  async runningOf(workerId: string): Promise<readonly port.RunningJob[]> {
    const rows = await this.#db.all<Pick<JobRow, 'id' | 'cancel_by'>>(sql.RUNNING_OF, { workerId });
    return rows.map(({ id, cancel_by }) => ({ id, isCancelled: cancel_by !== null }));
  }

  async activeOf(botId: string): Promise<readonly Pick<Job, 'id'>[]> {
    return this.#db.all<Pick<Job, 'id'>>(sql.ACTIVE, { botId });
  }

  async leave(workerId: string): Promise<void> {
    await this.#db.run(sql.LEAVE, { workerId });
  }

  async saveProgress(id: string, workerId: string, progress: RenderProgress): Promise<boolean> {
    const parameters = { id, workerId, progress: JSON.stringify(progress) };
    return (await this.#db.run(sql.PROGRESS, parameters)) > 0;
  }

  async settle(job: Job, workerId: string, result: port.RenderResult, now: number): Promise<Job | null> {
    const files = result.kind === 'rendered' ? JSON.stringify(result.files) : null;
    const parameters = { id: job.id, workerId, files, now };
    const settled =
      result.kind === 'rendered'
        ? await this.#rendered(job, workerId, result.files, now)
        : await this.#leave(job, workerId, result, now);
    if (settled) return settled;
    // A cancellation was requested, which overrides the result, or the job belongs to another worker.
    const row = await this.#db.get<JobRow>(sql.CANCEL_RUNNING, parameters);
    return row && { ...job, state: stateOf(row, job.request) };
  }

  async beginDelivery(id: string, workerId: string): Promise<number | null> {
    const row = await this.#db.get<{ readonly attempt: number }>(sql.BEGIN_DELIVERY, { id, workerId });
    return row?.attempt ?? null;
  }

  async settleDelivery(
    job: Job,
    workerId: string,
    result: port.DeliveryResult,
    now: number,
  ): Promise<Job | null> {
    if (result.kind !== 'done') return this.#leave(job, workerId, result, now);
    if (job.state.kind !== 'rendered') return null;
    const { messageId } = result;
    const { files } = job.state;
    const changed = await this.#db.run(sql.DONE, { id: job.id, workerId, messageId, now });
    return changed > 0 ? { ...job, state: { kind: 'done', files, doneAt: now, messageId } } : null;
  }

  async cancel(id: string, { by, reason }: Act, now: number): Promise<port.CancelOutcome> {
    for (;;) {
      const row = await this.#db.get<JobRow>(sql.CANCEL, { id, by, reason, now });
      if (row?.state === 'running') return { kind: 'requested' };
      const job = await (row ? this.#reader.read(row) : this.get(id));
      if (job === null) return { kind: 'unknown' };
      if (row) return { kind: 'cancelled', job };
      // Unless it was requeued just now.
      if (!isUnfinished(job)) return { kind: 'too_late', job };
    }
  }

  async recover(terms: port.RecoveryTerms): Promise<port.Recovery> {
    if (!(await this.#db.readAtOnce((tx) => hasLeftovers(tx, terms)))) return port.sortRecovered([]);
    const rows = await this.#db.transactAlone((tx) => takeLeftovers(tx, terms));
    const adopted = await this.#reader.readAll(rows.adopted);
    const kinds = new Map(adopted.map(({ id, state }) => [id, state.kind]));
    // What was not read as it was stored is damaged, and has failed by now.
    const damaged = new Set(
      rows.adopted.filter(({ id, state }) => kinds.get(id) !== state).map(({ id }) => id),
    );
    const taken = await this.#reader.readAll(rows.taken.filter(({ id }) => !damaged.has(id)));
    return port.sortRecovered(taken, adopted);
  }

  async deadLetters(scope: QueueScope, limit: number): Promise<readonly Job[]> {
    const parameters = { ...scopeParameters(scope), limit };
    return this.#reader.readAll(await this.#db.all<JobRow>(sql.DEAD_LETTERS, parameters), 'failed');
  }

  async markNotified(id: string, now: number): Promise<void> {
    await this.#db.run(sql.MARK_NOTIFIED, { id, now });
  }

  async setPriorities(priorities: ReadonlyMap<string, number>): Promise<void> {
    // A claim changes several of these rows as well, perhaps in another order: the two could wait for each other.
    await this.#db.transactAlone(async (tx) => {
      for (const [id, priority] of priorities) await tx.run(sql.SET_PRIORITY, { id, priority });
    });
  }

  async pause(scope: PauseScope, reason: string): Promise<boolean> {
    return (await this.#db.run(sql.PAUSE, { tenant: pauseTenant(scope), reason })) > 0;
  }

  async resume(scope: PauseScope): Promise<boolean> {
    return (await this.#db.run(sql.RESUME, { tenant: pauseTenant(scope) })) > 0;
  }

  async #waiting(row: WaitingRow): Promise<readonly port.WaitingJob[]> {
    const job = await this.#reader.read(row);
    return job?.state.kind === 'waiting'
      ? [{ job, turn: row.turn, keepsTurn: row.keeps_turn === 1, isReady: row.ready === 1 }]
      : [];
  }

  async #rendered(job: Job, workerId: string, files: RiffFiles, now: number): Promise<Job | null> {
    const putResults = await this.#loadResults?.(job.id, files);
    const changed = await this.#db.transact(async (tx) => {
      const count = await tx.run(sql.RENDERED, { id: job.id, workerId, files: JSON.stringify(files), now });
      if (count > 0) await putResults?.(tx);
      return count;
    });
    return changed > 0 ? { ...job, state: { kind: 'rendered', files, renderedAt: now } } : null;
  }

  /** The job waits again, or has failed. */
  async #leave(job: Job, workerId: string, result: Left, now: number): Promise<Job | null> {
    const { id } = job;
    if (result.kind === 'failed') {
      const { failure } = result;
      const changed = await this.#db.run(sql.FAIL, { id, workerId, ...failure, now });
      return changed > 0 ? { ...job, state: { kind: 'failed', ...failure, failedAt: now } } : null;
    }
    const { delayMs, countsAttempt } = { delayMs: 0, countsAttempt: true, ...result };
    const notBefore = delayMs === 0 ? 0 : now + delayMs;
    const uncounted = countsAttempt ? 0 : 1;
    // It may be the one to claim next, so no claim runs at the same time.
    const changed = await this.#db.transactAlone((tx) =>
      tx.run(sql.REQUEUE, { id, workerId, notBefore, uncounted }),
    );
    return changed > 0 ? { ...job, attempts: job.attempts - uncounted, state: { kind: 'waiting' } } : null;
  }
}

/** Neither files nor a message were made. */
type Left = Exclude<port.RenderResult | port.DeliveryResult, { readonly kind: 'rendered' | 'done' }>;

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
