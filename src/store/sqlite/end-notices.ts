import type { EndNotices } from '../../queue/end-notices.ts';
import type { Job } from '../../queue/job.ts';
import { type JobRow, jobOf } from './job-row.ts';
import type { SqliteDatabase } from './sqlite.ts';

const PENDING = `
  SELECT * FROM jobs WHERE state IN ('failed', 'cancelled') AND end_told_at IS NULL ORDER BY seq`;
const SETTLE = 'UPDATE jobs SET end_told_at = :now WHERE id = :id';

export class SqliteEndNotices implements EndNotices {
  readonly #db: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#db = database;
  }

  async pending(): Promise<readonly Job[]> {
    return this.#db.all<JobRow>(PENDING).map(jobOf);
  }

  async settle(id: string, now: number): Promise<void> {
    this.#db.run(SETTLE, { id, now });
  }
}
