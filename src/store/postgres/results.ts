import { readFile } from 'node:fs/promises';
import type { ResultBytes, ResultStore } from '../../queue/result-store.ts';
import type { RiffFiles } from '../../riff/engine.ts';
import { all, run, type SqlDatabase, type Steps } from '../sql.ts';

const PUT = `
  INSERT INTO results (job_id, name, bytes) VALUES (:jobId, :name, :bytes)
  ON CONFLICT (job_id, name) DO UPDATE SET bytes = excluded.bytes`;
const READ = 'SELECT name, bytes FROM results WHERE job_id = :jobId';
const DELETE = 'DELETE FROM results WHERE job_id = :jobId';

interface StoredFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Results in the database, so that any bot can deliver what any worker has rendered. */
export class PostgresResults implements ResultStore {
  readonly #db: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#db = database;
  }

  /** Rejects with RiffError('store_failed'). */
  checkWritable(): Promise<void> {
    return this.#db.checkWritable();
  }

  async read(jobId: string): Promise<ResultBytes | null> {
    const rows = await this.#db.perform(all<StoredFile>(READ, { jobId }));
    const files = new Map(rows.map(({ name, bytes }) => [name, bytes]));
    const [picture, wav] = [files.get('picture'), files.get('wav')];
    return picture && wav ? { picture, wav } : null;
  }

  delete(jobId: string): Promise<number> {
    return this.#db.perform(run(DELETE, { jobId }));
  }

  /** Reads the files that an engine wrote on this machine; the steps that put them into the database. */
  async load(jobId: string, { picture, wav, latents }: RiffFiles): Promise<Steps<void>> {
    const files = await Promise.all(
      Object.entries({ picture, wav, ...(latents && { latents }) }).map(async ([name, { path }]) => ({
        name,
        bytes: await readFile(path),
      })),
    );
    return put(jobId, files);
  }
}

function* put(jobId: string, files: readonly StoredFile[]): Steps<void> {
  for (const { name, bytes } of files) yield* run(PUT, { jobId, name, bytes });
}
