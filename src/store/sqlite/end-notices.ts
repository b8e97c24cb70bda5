import type { QueueLog } from '../../queue/contract.ts';
import type { EndNotices } from '../../queue/end-notices.ts';
import type { Job } from '../../queue/job.ts';
import { JobReader, type JobRow } from './job-row.ts';
import type { SqliteDatabase } from './sqlite.ts';

const PENDING = `
  SELECT * FROM jobs WHERE state IN ('failed', 'cancelled') AND end_told_at IS NULL ORDER BY seq`;
const MARK_NOTIFIED = 'UPDATE jobs SET end_told_at = :now WHERE id = :id';

export class SqliteEndNotices implements EndNotices {
  readonly #db: SqliteDatabase;
  readonly #reader: JobReader;

  constructor(database: SqliteDatabase, log: Pick<QueueLog, 'error'> | null = null) {
    this.#db = database;
    this.#reader = new JobReader(database, log);
  }

  async pending(): Promise<readonly Job[]> {
    return this.#reader.readAll(this.#db.all<JobRow>(PENDING));
  }

  async markNotified(id: string, now: number): Promise<void> {
    this.#db.run(MARK_NOTIFIED, { id, now });
  }
}
