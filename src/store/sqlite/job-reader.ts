import { messageOf } from '../../errors.ts';
import type { QueueLog } from '../../queue/contract.ts';
import type { Job } from '../../queue/job.ts';
import { randomId } from '../../queue/random-id.ts';
import { type JobRow, jobOf, salvagedJobOf } from './job-row.ts';
import type { SqliteDatabase } from './sqlite.ts';

/** `ended_at` lets the retention find it. */
const GIVE_UP = `
  UPDATE jobs SET state = 'failed', failure_code = 'damaged', failure_reason = :reason, error_id = :errorId,
    ended_at = coalesce(ended_at, created_at),
    worker_id = NULL, lease_until = NULL, started_at = NULL, progress = NULL
  WHERE id = :id RETURNING *`;

/** Makes jobs of rows. A row whose columns do not hold what Riff writes there costs that one job: it fails as `damaged`. */
export class JobReader {
  readonly #db: SqliteDatabase;
  readonly #log: Pick<QueueLog, 'error'> | null;

  constructor(database: SqliteDatabase, log: Pick<QueueLog, 'error'> | null) {
    this.#db = database;
    this.#log = log;
  }

  /** Null: so damaged that nobody could be told. */
  read(row: JobRow): Job | null {
    if (row.failure_code === 'damaged') return salvagedJobOf(row);
    try {
      return jobOf(row);
    } catch (error) {
      return this.#giveUp(row.id, error);
    }
  }

  readAll(rows: readonly JobRow[]): readonly Job[] {
    return rows.map((row) => this.read(row)).filter((job) => job !== null);
  }

  #giveUp(id: string, error: unknown): Job | null {
    const reason = 'What was stored of this riff is damaged. Please ask for it again.';
    const errorId = randomId(6);
    this.#log?.error(
      { jobId: id, errorId, error: messageOf(error) },
      'a stored job is damaged, it is given up',
    );
    const row = this.#db.get<JobRow>(GIVE_UP, { id, reason, errorId });
    return row && salvagedJobOf(row);
  }
}
