import { readFile } from 'node:fs/promises';
import type { ResultBytes, ResultStore } from '../../queue/ports.ts';
import type { RiffFiles } from '../../riff/engine.ts';
import { type Contents, fileEntriesOf, type ResultFiles } from '../result-files.ts';
import type { SqlDatabase, Transaction } from '../sql.ts';

const PUT = `
  INSERT INTO results (job_id, name, bytes) VALUES (:jobId, :name, :bytes)
  ON CONFLICT (job_id, name) DO UPDATE SET bytes = excluded.bytes`;
const READ = 'SELECT name, bytes FROM results WHERE job_id = :jobId';
const READ_ONE = `${READ} AND name = :name`;
const DELETE = 'DELETE FROM results WHERE job_id = :jobId';
const UPLOAD = 'upload';
const DELETE_UPLOAD = `${DELETE} AND name = '${UPLOAD}'`;
const UPLOADS = `SELECT job_id FROM results WHERE name = '${UPLOAD}'`;

interface StoredFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Results in the database, so that any bot can deliver what any worker has rendered. */
export class PostgresResults implements ResultStore, ResultFiles {
  readonly #db: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#db = database;
  }

  /** Rejects with RiffError('store_failed'). */
  checkWritable(): Promise<void> {
    return this.#db.checkWritable();
  }

  async read(jobId: string): Promise<ResultBytes | null> {
    const files = await this.readAll(jobId);
    const [picture, wav, poster] = [files.get('picture'), files.get('wav'), files.get('poster')];
    return picture && wav ? { picture, wav, poster: poster ?? null } : null;
  }

  async readAll(jobId: string): Promise<Contents> {
    const rows = await this.#db.all<StoredFile>(READ, { jobId });
    return new Map(rows.map(({ name, bytes }) => [name, bytes]));
  }

  async writeAll(jobId: string, contents: Contents): Promise<ReadonlyMap<string, string>> {
    await this.#db.transact(putAll(jobId, contents));
    return new Map();
  }

  async delete(jobId: string): Promise<number> {
    return this.#db.run(DELETE, { jobId });
  }

  async readSource(jobId: string, name: 'latents' | 'upload'): Promise<Uint8Array | null> {
    return (await this.#db.get<StoredFile>(READ_ONE, { jobId, name }))?.bytes ?? null;
  }

  async keepUpload(jobId: string, bytes: Uint8Array): Promise<void> {
    await this.#db.run(PUT, { jobId, name: UPLOAD, bytes });
  }

  async deleteUpload(jobId: string): Promise<void> {
    await this.#db.run(DELETE_UPLOAD, { jobId });
  }

  async listUploads(): Promise<readonly string[]> {
    const rows = await this.#db.all<{ readonly job_id: string }>(UPLOADS);
    return rows.map(({ job_id: jobId }) => jobId);
  }

  /** Reads the files that an engine wrote on this machine. Resolves with what puts them into the database. */
  async load(jobId: string, files: RiffFiles): Promise<Transaction<void>> {
    const contents = [...fileEntriesOf(files)].map(
      async ([name, { path }]) => [name, await readFile(path)] as const,
    );
    return putAll(jobId, new Map(await Promise.all(contents)));
  }
}

function putAll(jobId: string, contents: Contents): Transaction<void> {
  return async (tx) => {
    for (const [name, bytes] of contents) await tx.run(PUT, { jobId, name, bytes });
  };
}
