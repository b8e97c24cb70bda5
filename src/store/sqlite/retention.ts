import { rm } from 'node:fs/promises';
import type { Deletion, Holdings, Retention } from '../../queue/retention.ts';
import type { RiffFiles } from '../../riff/engine.ts';
import type { Parameters, SqliteDatabase } from './sqlite.ts';

interface Leftover {
  readonly seq: number;
  readonly files: string | null;
}

const OLD = 'ended_at < :before';
const OWN = `user_id = :userId AND state <> 'running'`;

export class SqliteRetention implements Retention {
  readonly #db: SqliteDatabase;
  readonly #deleteFile: (path: string) => Promise<void>;

  /** `deleteFile` does not mind a file that is gone already. */
  constructor(
    database: SqliteDatabase,
    deleteFile: (path: string) => Promise<void> = (path) => rm(path, { force: true }),
  ) {
    this.#db = database;
    this.#deleteFile = deleteFile;
  }

  async deleteOlderThan(before: number): Promise<Deletion> {
    const deleted = await this.#deleteJobs(OLD, { before });
    const auditEntries = this.#db.run('DELETE FROM audit_trail WHERE at < :before', { before });
    this.#db.run('DELETE FROM turns WHERE user_id NOT IN (SELECT user_id FROM jobs)');
    return { ...deleted, auditEntries };
  }

  async forgetUser(userId: string): Promise<Deletion> {
    const deleted = await this.#deleteJobs(OWN, { userId });
    this.#db.run('DELETE FROM turns WHERE user_id = :userId', { userId });
    return { ...deleted, auditEntries: 0 };
  }

  async holdingsOf(userId: string): Promise<Holdings> {
    const counts = this.#db.get<Holdings>(
      'SELECT count(*) AS jobs, 2 * count(files) AS files FROM jobs WHERE user_id = :userId',
      { userId },
    );
    return { jobs: counts?.jobs ?? 0, files: counts?.files ?? 0 };
  }

  /** Files first: after a crash in between the rows still know which files are left. */
  async #deleteJobs(which: string, parameters: Parameters): Promise<{ jobs: number; files: number }> {
    const rows = this.#db.all<Leftover>(`SELECT seq, files FROM jobs WHERE ${which}`, parameters);
    const paths = rows.flatMap((row) => pathsOf(row.files));
    for (const path of paths) await this.#deleteFile(path);
    const deletion = `DELETE FROM jobs WHERE seq = :seq AND ${which}`;
    const jobs = this.#db.transaction(() =>
      rows.reduce((count, { seq }) => count + this.#db.run(deletion, { ...parameters, seq }), 0),
    );
    return { jobs, files: paths.length };
  }
}

function pathsOf(files: string | null): readonly string[] {
  if (files === null) return [];
  const { picture, wav }: RiffFiles = JSON.parse(files);
  return [picture.path, wav.path];
}
