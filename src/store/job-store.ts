import { RiffError } from '../errors.ts';
import { inGroups } from '../queue/in-groups.ts';
import type { Act, ByReach, Job, PauseScope, QueueScope, Refused } from '../queue/job.ts';
import type * as port from '../queue/job-store.ts';
import { sortRecovered } from '../queue/job-store.ts';
import type { QueueLog } from '../queue/queue-log.ts';
import type { RenderProgress, RiffFiles } from '../riff/engine.ts';
import { JobReader, type JobRow, rowOf } from './job-row.ts';
import * as sql from './job-statements.ts';
import { JobTransitions } from './job-transitions.ts';
import { all, get, type Parameters, run, type SqlDatabase, type Steps } from './sql.ts';

const HOUR_MS = 3_600_000;
/** The clock may be set back by this much before times of acceptance count as wrong. */
const CLOCK_SLACK_MS = 60_000;

/** `ready` 1: neither paused nor put off. */
type WaitingRow = JobRow & { readonly ready: 0 | 1 };

interface PauseRow {
  readonly tenant: string;
  readonly reason: string;
}

interface SnapshotRows {
  readonly pauses: readonly PauseRow[];
  readonly waiting: readonly WaitingRow[];
  readonly running: readonly JobRow[];
}

interface Insertion {
  readonly jobs: readonly port.NewJob[];
  readonly check: port.LimitCheck;
}

/** The steps that put the files of a render into the database, in the transaction that marks it rendered. */
export type LoadResults = (jobId: string, files: RiffFiles) => Promise<Steps<void>>;

/**
 * Jobs in a database that several processes may share. One commit (some milliseconds of fsync) per change, but inserts that
 * come together share one.
 */
export class SqlJobStore implements port.JobStore {
  readonly #db: SqlDatabase;
  readonly #reader: JobReader;
  readonly #transitions: JobTransitions;
  readonly #loadResults: LoadResults;
  readonly #insertTogether = inGroups((insertions: readonly Insertion[]) =>
    this.#db.transactAlone(this.#insertAll(insertions)),
  );

  /** `loadResults`: for a database that keeps the results itself. */
  constructor(
    database: SqlDatabase,
    log: Pick<QueueLog, 'error'> | null = null,
    loadResults: LoadResults = async () => nothing(),
  ) {
    this.#db = database;
    this.#reader = new JobReader(database, log);
    this.#transitions = new JobTransitions(this.#reader);
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

  get(id: string): Promise<Job | null> {
    return this.#db.perform(this.#reader.one(sql.GET, { id }));
  }

  getAll(ids: readonly string[]): Promise<readonly Job[]> {
    return this.#db.perform(this.#getAll(ids));
  }

  async snapshot(now: number): Promise<port.Snapshot> {
    const rows = await this.#db.readAtOnce(snapshotRows(now));
    // Apart, since it writes where a row is damaged.
    return this.#db.perform(this.#snapshotOf(rows));
  }

  claimNext(lease: port.Lease, now: number): Promise<Job | null> {
    return this.#db.transactAlone(this.#transitions.claim(lease, now));
  }

  async countReady(now: number, atMost: number): Promise<number> {
    const row = await this.#db.perform(get<{ readonly count: number }>(sql.COUNT_READY, { now, atMost }));
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
    return this.#transaction(result)(this.#transitions.settle(id, workerId, result, results, now));
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
    return this.#transaction(result)(this.#transitions.settleDelivery(id, workerId, result, now));
  }

  cancel(id: string, act: Act, now: number): Promise<port.CancelOutcome> {
    return this.#db.transact(this.#transitions.cancel(id, act, now));
  }

  async recover(terms: port.RecoveryTerms): Promise<port.Recovery> {
    const isNeeded = await this.#db.perform(this.#transitions.hasLeftovers(terms));
    return isNeeded ? this.#db.transactAlone(this.#transitions.recover(terms)) : sortRecovered([]);
  }

  deadLetters(scope: QueueScope, limit: number): Promise<readonly Job[]> {
    return this.#db.perform(
      this.#reader.many('failed', sql.DEAD_LETTERS, { ...scopeParameters(scope), limit }),
    );
  }

  async markNotified(id: string, now: number): Promise<void> {
    await this.#db.perform(run(sql.MARK_NOTIFIED, { id, now }));
  }

  async setPriorities(priorities: ReadonlyMap<string, number>): Promise<void> {
    // A claim changes several of these rows, too, perhaps in another order: two at once could wait for each other.
    await this.#db.transactAlone(setPriorities(priorities));
  }

  async pause(scope: PauseScope, reason: string): Promise<boolean> {
    return (await this.#db.perform(run(sql.PAUSE, { tenant: pauseTenant(scope), reason }))) > 0;
  }

  async resume(scope: PauseScope): Promise<boolean> {
    return (await this.#db.perform(run(sql.RESUME, { tenant: pauseTenant(scope) }))) > 0;
  }

  /** A job that waits again may be the next one: no claim runs beside it. */
  #transaction({ kind }: { readonly kind: string }): <T>(steps: Steps<T>) => Promise<T> {
    return (steps) => (kind === 'requeued' ? this.#db.transactAlone(steps) : this.#db.transact(steps));
  }

  *#insertAll(insertions: readonly Insertion[]): Steps<readonly (readonly port.WaitingJob[] | Refused)[]> {
    const outcomes: (readonly port.WaitingJob[] | Refused)[] = [];
    for (const insertion of insertions) outcomes.push(yield* this.#insert(insertion));
    return outcomes;
  }

  *#insert({ jobs, check }: Insertion): Steps<readonly port.WaitingJob[] | Refused> {
    const [first] = jobs;
    if (!first) return [];
    const refused = yield* refusalIn(first, check);
    if (refused) return refused;
    const { createdAt } = first;
    yield* run(sql.PRUNE_ACCEPTANCES, { since: createdAt - HOUR_MS, until: createdAt + HOUR_MS });
    const inserted: port.WaitingJob[] = [];
    for (const job of jobs) inserted.push(yield* this.#insertOne(job));
    return inserted;
  }

  *#insertOne(job: port.NewJob): Steps<port.WaitingJob> {
    const { id, userId, createdAt, clips = 1 } = job;
    yield* run(sql.INSERT, rowOf(job));
    yield* run(sql.ACCEPT, { userId, at: createdAt, clips });
    const row = yield* get<WaitingRow>(sql.WAITING_ONE, { id, now: createdAt });
    const [inserted] = row ? yield* this.#waiting(row) : [];
    if (inserted) return inserted;
    throw new RiffError(
      'store_failed',
      `jobs: expected the job ${id}, which was just written; check the disk`,
    );
  }

  *#getAll(ids: readonly string[]): Steps<readonly Job[]> {
    const jobs: Job[] = [];
    for (let from = 0; from < ids.length; from += sql.IDS_AT_ONCE) {
      const names = Array.from({ length: sql.IDS_AT_ONCE }, (_, index) => [
        `id${index}`,
        ids[from + index] ?? null,
      ]);
      jobs.push(...(yield* this.#reader.many(null, sql.GET_ALL, Object.fromEntries(names))));
    }
    return jobs;
  }

  *#snapshotOf({ pauses, waiting: rows, running }: SnapshotRows): Steps<port.Snapshot> {
    const waiting: port.WaitingJob[] = [];
    for (const row of rows) waiting.push(...(yield* this.#waiting(row)));
    return {
      running: yield* this.#reader.readAll('running', running),
      waiting,
      pauses: pauses.map(({ tenant, reason }) => ({ scope: pauseScope(tenant), reason })),
    };
  }

  *#waiting(row: WaitingRow): Steps<readonly port.WaitingJob[]> {
    const job = yield* this.#reader.read(row);
    return job?.state.kind === 'waiting'
      ? [{ job, turn: row.turn, keepsTurn: row.keeps_turn === 1, isReady: row.ready === 1 }]
      : [];
  }
}

const NOBODY: ByReach<number> = { user: 0, guild: 0, total: 0 };

function* nothing(): Steps<void> {}

function* snapshotRows(now: number): Steps<SnapshotRows> {
  return {
    pauses: yield* all<PauseRow>(sql.PAUSES),
    waiting: yield* all<WaitingRow>(sql.WAITING, { now }),
    running: yield* all<JobRow>(sql.RUNNING),
  };
}

function* refusalIn(
  { userId, guildId, createdAt }: port.NewJob,
  check: port.LimitCheck,
): Steps<Refused | null> {
  const waiting = yield* get<ByReach<number>>(sql.COUNT_WAITING, { userId, guildId });
  const acceptedAt = yield* acceptedSince(userId, createdAt - HOUR_MS);
  return check({ waiting: waiting ?? NOBODY, acceptedAt });
}

function* acceptedSince(userId: string, since: number): Steps<readonly number[]> {
  const until = since + HOUR_MS + CLOCK_SLACK_MS;
  const rows = yield* all<{ readonly at: number }>(sql.ACCEPTED_SINCE, { userId, since, until });
  return rows.map(({ at }) => at);
}

function* renew({ workerId, leaseUntil }: port.Lease): Steps<void> {
  yield* run(sql.RENEW, { workerId, leaseUntil });
  yield* run(sql.RENEW_PROCESS, { workerId, leaseUntil });
}

function* setPriorities(priorities: ReadonlyMap<string, number>): Steps<void> {
  for (const [id, priority] of priorities) yield* run(sql.SET_PRIORITY, { id, priority });
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
