import { rm } from 'node:fs/promises';
import type { RiffFiles } from '../engine/engine.ts';
import type { Parameters, SqliteDatabase } from './sqlite.ts';

/** What was deleted; shown to the person by `/forget`. */
export interface Deletion {
  /** Jobs with their prompts, seeds and reply targets. */
  readonly jobs: number;
  /** Pictures and sounds on disk. */
  readonly files: number;
  readonly auditEntries: number;
}

/** Throws RiffError('store_failed') where the store cannot be read or written, or the system's error for a file. */
export interface Retention {
  /** Finished jobs, their files and audit entries from before the moment (epoch ms). Never what still waits or runs. */
  deleteOlderThan(before: number): Promise<Deletion>;
  /**
   * All jobs and files of a user but a running one (cancel it first: RiffQueue.forgetUser does).
   * Blocks and the audit trail stay, so that forgetting is no way out of them; so do the times of acceptance, which
   * hold the hourly limit and go with the first job accepted an hour later.
   */
  forgetUser(userId: string): Promise<Deletion>;
}

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
