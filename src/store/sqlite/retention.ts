import { z } from 'zod';
import type { ResultStore } from '../../queue/result-store.ts';
import type { Deletion, Holdings, Retention } from '../../queue/retention.ts';
import { riffFilesSchema } from '../../riff/engine.ts';
import * as sql from './job-statements.ts';
import type { Parameters, SqliteDatabase } from './sqlite.ts';

interface Leftover {
  readonly seq: number;
  readonly id: string;
  readonly files: string | null;
}

const OLD = 'ended_at < :before';
const OWN = `user_id = :userId AND state <> 'running'`;
const LAST_SWEEP = 'last_sweep';
/** The newest moment that the store knows of. */
const NEWEST = `SELECT max(at) AS at FROM (
  SELECT max(created_at) AS at FROM jobs UNION ALL SELECT max(ended_at) FROM jobs
  UNION ALL SELECT max(at) FROM audit_trail)`;

export class SqliteRetention implements Retention {
  readonly #db: SqliteDatabase;
  readonly #results: Pick<ResultStore, 'delete'>;

  constructor(database: SqliteDatabase, results: Pick<ResultStore, 'delete'>) {
    this.#db = database;
    this.#results = results;
  }

  async countOlderThan(before: number): Promise<number> {
    return (
      this.#db.get<{ count: number }>(`SELECT count(*) AS count FROM jobs WHERE ${OLD}`, { before })?.count ??
      0
    );
  }

  async deleteOlderThan(before: number): Promise<Deletion> {
    const deleted = await this.#deleteJobs(OLD, { before });
    const auditEntries = this.#db.run('DELETE FROM audit_trail WHERE at < :before', { before });
    this.#db.run(sql.FORGET_TURNS);
    return { ...deleted, auditEntries };
  }

  async forgetUser(userId: string): Promise<Deletion> {
    const deleted = await this.#deleteJobs(OWN, { userId });
    this.#db.run(sql.TAKE_TURN, { userId });
    return { ...deleted, auditEntries: 0 };
  }

  async holdingsOf(userId: string): Promise<Holdings> {
    const counts = this.#db.get<Holdings>(
      'SELECT count(*) AS jobs, 2 * count(files) AS files FROM jobs WHERE user_id = :userId',
      { userId },
    );
    return { jobs: counts?.jobs ?? 0, files: counts?.files ?? 0 };
  }

  async lastSweep(): Promise<number | null> {
    const noted = this.#db.get<{ value: number }>('SELECT value FROM facts WHERE name = :name', {
      name: LAST_SWEEP,
    });
    return noted?.value ?? this.#db.get<{ at: number | null }>(NEWEST)?.at ?? null;
  }

  async noteSweep(at: number): Promise<void> {
    this.#db.run(
      `INSERT INTO facts (name, value) VALUES (:name, :at)
       ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)`,
      { name: LAST_SWEEP, at },
    );
  }

  /** Files first: after a crash in between the rows still know which files are left. */
  async #deleteJobs(which: string, parameters: Parameters): Promise<{ jobs: number; files: number }> {
    const rows = this.#db.all<Leftover>(`SELECT seq, id, files FROM jobs WHERE ${which}`, parameters);
    let files = 0;
    for (const row of rows) files += await this.#results.delete(row.id, filesOf(row.files));
    const deletion = `DELETE FROM jobs WHERE seq = :seq AND ${which}`;
    const jobs = this.#db.transaction(() =>
      rows.reduce((count, { seq }) => count + this.#db.run(deletion, { ...parameters, seq }), 0),
    );
    return { jobs, files };
  }
}

const filePaths = z.object({
  picture: riffFilesSchema.unwrap().shape.picture,
  wav: riffFilesSchema.unwrap().shape.wav,
});

/** Null: there are none, or what was stored of them is damaged; then their names alone tell where they are. */
function filesOf(json: string | null): z.infer<typeof filePaths> | null {
  try {
    return filePaths.parse(JSON.parse(json ?? 'null'));
  } catch {
    return null;
  }
}
