import { EventEmitter } from 'node:events';
import type { Job } from '../../src/queue/job.ts';
import type { NewsFeed, StoreNews } from '../../src/queue/processes.ts';
import { SqlJobStore } from '../../src/store/job-store.ts';
import type {
  SqlDatabase,
  Parameters as SqlParameters,
  Statements,
  Transaction,
} from '../../src/store/sql.ts';

/** Counts the statements that go through a database. */
export class CountingDatabase implements SqlDatabase {
  statements = 0;
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  get recentFaults(): number {
    return this.#database.recentFaults;
  }

  noteFault(): void {
    this.#database.noteFault();
  }

  all<Row>(sql: string, parameters?: SqlParameters) {
    return this.#counted(this.#database).all<Row>(sql, parameters);
  }

  get<Row>(sql: string, parameters?: SqlParameters) {
    return this.#counted(this.#database).get<Row>(sql, parameters);
  }

  run(sql: string, parameters?: SqlParameters) {
    return this.#counted(this.#database).run(sql, parameters);
  }

  readAtOnce<T>(work: Transaction<T>): Promise<T> {
    return this.#database.readAtOnce((tx) => work(this.#counted(tx)));
  }

  transact<T>(work: Transaction<T>): Promise<T> {
    return this.#database.transact((tx) => work(this.#counted(tx)));
  }

  transactAlone<T>(work: Transaction<T>): Promise<T> {
    return this.#database.transactAlone((tx) => work(this.#counted(tx)));
  }

  checkWritable(): Promise<void> {
    return this.#database.checkWritable();
  }

  #counted(statements: Statements): Statements {
    const count = <T>(result: T): T => {
      this.statements += 1;
      return result;
    };
    return {
      all: (sql, parameters) => count(statements.all(sql, parameters)),
      get: (sql, parameters) => count(statements.get(sql, parameters)),
      run: (sql, parameters) => count(statements.run(sql, parameters)),
    };
  }
}

/** Checks that each claim goes to the user whose turn it is; holds while no job is moved, paused or delayed. */
class TurnCheck {
  claims = 0;
  outOfTurn = 0;
  #lastTurn = 0;
  readonly #turns = new Map<string, number>();
  readonly #waiting = new Map<string, Job>();
  /** Where a job stood when it was first claimed; it keeps that turn. */
  readonly #places = new Map<string, number>();

  waits(job: Job): void {
    this.#waiting.set(job.id, job);
  }

  claimed(job: Job): void {
    const own = this.#turnOf(job);
    this.claims += 1;
    this.#waiting.delete(job.id);
    if (this.#waiting.values().some((other) => this.#turnOf(other) < own)) this.outOfTurn += 1;
    if (this.#places.has(job.id)) return;
    this.#places.set(job.id, own);
    this.#lastTurn += 1;
    this.#turns.set(job.userId, this.#lastTurn);
  }

  #turnOf({ id, userId }: Job): number {
    return this.#places.get(id) ?? this.#turns.get(userId) ?? 0;
  }
}

/** The store of production, which tells its news as PostgreSQL does, and checks each claim. */
export class WatchedStore extends SqlJobStore implements NewsFeed {
  readonly turns = new TurnCheck();
  readonly #events = new EventEmitter<{ news: [StoreNews] }>().setMaxListeners(0);

  onNews(listener: (news: StoreNews) => void): () => void {
    this.#events.on('news', listener);
    return () => this.#events.off('news', listener);
  }

  override async insert(...args: Parameters<SqlJobStore['insert']>) {
    const inserted = await super.insert(...args);
    for (const { job } of 'kind' in inserted ? [] : inserted) {
      this.turns.waits(job);
      this.#tell(job);
    }
    return inserted;
  }

  override async claimNext(...args: Parameters<SqlJobStore['claimNext']>) {
    const job = await super.claimNext(...args);
    if (job) this.turns.claimed(job);
    return this.#told(job);
  }

  override async settle(...args: Parameters<SqlJobStore['settle']>) {
    return this.#told(await super.settle(...args));
  }

  override async settleDelivery(...args: Parameters<SqlJobStore['settleDelivery']>) {
    return this.#told(await super.settleDelivery(...args));
  }

  override async recover(...args: Parameters<SqlJobStore['recover']>) {
    const recovery = await super.recover(...args);
    for (const job of recovery.requeued) {
      this.turns.waits(job);
      this.#tell(job);
    }
    return recovery;
  }

  #told(job: Job | null): Job | null {
    if (job) this.#tell(job);
    return job;
  }

  #tell({ id, state }: Job): void {
    this.#events.emit('news', { jobId: id, state: state.kind, botId: 'bot' });
  }
}
