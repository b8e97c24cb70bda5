import { EventEmitter } from 'node:events';
import type { Job } from '../../src/queue/job.ts';
import type { NewsFeed, StoreNews } from '../../src/queue/presence.ts';
import { SqlJobStore } from '../../src/store/job-store.ts';
import type { SqlDatabase, Steps } from '../../src/store/sql.ts';

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

  perform<T>(steps: Steps<T>): Promise<T> {
    return this.#database.perform(this.#counted(steps));
  }

  transact<T>(steps: Steps<T>): Promise<T> {
    return this.#database.transact(this.#counted(steps));
  }

  transactAlone<T>(steps: Steps<T>): Promise<T> {
    return this.#database.transactAlone(this.#counted(steps));
  }

  checkWritable(): Promise<void> {
    return this.#database.checkWritable();
  }

  *#counted<T>(steps: Steps<T>): Steps<T> {
    let step = steps.next();
    while (!step.done) {
      this.statements += 1;
      step = steps.next(yield step.value);
    }
    return step.value;
  }
}

/** Whether each claim went to a user whose turn it was; valid while no job is moved, paused or put off. */
class TurnCheck {
  claims = 0;
  outOfTurn = 0;
  #lastTurn = 0;
  readonly #turns = new Map<string, number>();
  readonly #waiting = new Map<string, number>();

  waits({ userId }: Job): void {
    this.#waiting.set(userId, (this.#waiting.get(userId) ?? 0) + 1);
  }

  claimed({ userId }: Job): void {
    const own = this.#turns.get(userId) ?? 0;
    this.claims += 1;
    if (this.#waiting.keys().some((other) => (this.#turns.get(other) ?? 0) < own)) this.outOfTurn += 1;
    this.#lastTurn += 1;
    this.#turns.set(userId, this.#lastTurn);
    const left = (this.#waiting.get(userId) ?? 0) - 1;
    if (left > 0) this.#waiting.set(userId, left);
    else this.#waiting.delete(userId);
  }

  givenBack(job: Job): void {
    // Its user is in front of everybody whose turn came later.
    this.#turns.set(job.userId, 0);
    this.waits(job);
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
      this.turns.givenBack(job);
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
