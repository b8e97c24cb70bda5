import type { EndNotices } from '../queue/end-notices.ts';
import { run, type SqlDatabase } from './sql.ts';

const MARK_NOTIFIED = 'UPDATE jobs SET end_told_at = :now WHERE id = :id';

export class SqlEndNotices implements EndNotices {
  readonly #db: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#db = database;
  }

  async markNotified(id: string, now: number): Promise<void> {
    await this.#db.perform(run(MARK_NOTIFIED, { id, now }));
  }
}
