import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** Records of another version are deleted: a local Discord needs no migrations. */
const VERSION = 3;
const FILE_NAME = 'local-discord.db';

const SCHEMA = `
  DROP TABLE IF EXISTS records;
  DROP TABLE IF EXISTS files;
  CREATE TABLE records (kind TEXT, id TEXT, json TEXT NOT NULL, PRIMARY KEY (kind, id));
  CREATE TABLE files (id TEXT PRIMARY KEY, bytes BLOB NOT NULL);
  PRAGMA user_version = ${VERSION};
`;
const PUT =
  'INSERT INTO records (kind, id, json) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET json = excluded.json';

export type RecordKind = 'message' | 'interaction' | 'command' | 'upload';

/**
 * Keeps records as JSON, and files, for the next run. Without a folder, files are in memory and records are not kept,
 * because only a start reads them.
 */
export class Storage {
  readonly #keepsRecords: boolean;
  readonly #database: DatabaseSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;

  /** Throws Error that names the file if it is not a SQLite file or cannot be written. */
  constructor(folder: string | null) {
    this.#keepsRecords = folder !== null;
    this.#database = folder === null ? new DatabaseSync(':memory:') : openFile(folder);
    if (this.#version() !== VERSION) this.#database.exec(SCHEMA);
    this.#put = this.#database.prepare(PUT);
    this.#delete = this.#database.prepare('DELETE FROM records WHERE kind = ? AND id = ?');
  }

  /** In the order of their creation. */
  records<T>(kind: RecordKind): T[] {
    const rows = this.#database.prepare('SELECT json FROM records WHERE kind = ? ORDER BY rowid').all(kind);
    return rows.map((row) => JSON.parse(String(row.json)) as T);
  }

  /** The greatest id of any record or file; '0' if there is none. */
  newestId(): string {
    const row = this.#database
      .prepare(
        `SELECT CAST(max(CAST(id AS INTEGER)) AS TEXT) AS id
         FROM (SELECT id FROM records UNION ALL SELECT id FROM files)`,
      )
      .get();
    return String(row?.id ?? 0);
  }

  put(kind: RecordKind, id: string, value: unknown): void {
    if (this.#keepsRecords) this.#put.run(kind, id, JSON.stringify(value));
  }

  delete(kind: RecordKind, id: string): void {
    if (this.#keepsRecords) this.#delete.run(kind, id);
  }

  file(id: string): Uint8Array | undefined {
    const row = this.#database.prepare('SELECT bytes FROM files WHERE id = ?').get(id);
    return row?.bytes as Uint8Array | undefined;
  }

  fileIds(): string[] {
    return this.#database
      .prepare('SELECT id FROM files')
      .all()
      .map(({ id }) => String(id));
  }

  putFile(id: string, bytes: Uint8Array): void {
    this.#database.prepare('INSERT INTO files (id, bytes) VALUES (?, ?)').run(id, bytes);
  }

  deleteFile(id: string): void {
    this.#database.prepare('DELETE FROM files WHERE id = ?').run(id);
  }

  close(): void {
    this.#database.close();
  }

  #version(): number {
    return Number(this.#database.prepare('PRAGMA user_version').get()?.user_version);
  }
}

function openFile(folder: string): DatabaseSync {
  const path = join(folder, FILE_NAME);
  try {
    makeFolder(folder);
    const database = new DatabaseSync(path);
    // With these settings a killed process loses nothing; a power cut may lose the last messages.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;');
    return database;
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    const message = `${path}: expected a SQLite file that can be written, got: ${detail}; delete it to start empty`;
    throw new Error(message, { cause });
  }
}

/** Node's own `mkdir` with `recursive` never returns on /proc, where making a folder fails with ENOENT. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}
