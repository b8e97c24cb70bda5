import type { QueueLog } from '../queue/contract.ts';
import type { EndNotices } from '../queue/end-notices.ts';
import type { Job } from '../queue/job.ts';
import { JobReader, type JobRow } from './job-row.ts';
import { all, run, type SqlDatabase, type Steps } from './sql.ts';

const PENDING = `
  SELECT * FROM jobs WHERE state IN ('failed', 'cancelled') AND end_told_at IS NULL ORDER BY seq`;
const MARK_NOTIFIED = 'UPDATE jobs SET end_told_at = :now WHERE id = :id';

export class SqlEndNotices implements EndNotices {
  readonly #db: SqlDatabase;
  readonly #reader: JobReader;

  constructor(database: SqlDatabase, log: Pick<QueueLog, 'error'> | null = null) {
    this.#db = database;
    this.#reader = new JobReader(database, log);
  }

  async pending(): Promise<readonly Job[]> {
    return this.#db.perform(this.#pending());
  }

  async markNotified(id: string, now: number): Promise<void> {
    await this.#db.perform(run(MARK_NOTIFIED, { id, now }));
  }

  *#pending(): Steps<readonly Job[]> {
    return yield* this.#reader.readAll(yield* all<JobRow>(PENDING));
  }
}
