import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { backup, DatabaseSync, type StatementSync } from 'node:sqlite';
import { messageOf, RiffError } from '../../errors.ts';
import { makeFolder } from '../../system/make-folder.mjs';
import { RecentFaults } from '../recent-faults.ts';
import type { Parameters, SqlDatabase, Statements, Transaction } from '../sql.ts';
import { MIGRATIONS } from './migrations.ts';
import { checkStoreFiles, createStoreFile, keepPrivate, WAYS_ON } from './store-file.ts';
import { findLostChanges } from './write-ahead-log.ts';

export const STORE_FILE = 'riff.db';
/** How long a statement waits for another process's write. */
const BUSY_TIMEOUT_MS = 5000;

/** A SQLite file at the current schema. Every fault is a RiffError('store_failed') that says what to do. */
export class SqliteDatabase implements SqlDatabase {
  readonly path: string;
  /** The changes of the last run that could not be read when the store was opened; null: none is known to be lost. */
  readonly lostChanges: string | null;
  readonly #database: DatabaseSync;
  readonly #statements: Statements;
  readonly #faults = new RecentFaults();
  /** Settles when the work before has ended, so that nothing comes between the statements of a transaction. */
  #before: Promise<unknown> = Promise.resolve();

  /** `path`: the database file, or `:memory:`. Use `openStore` for the file of a data folder. */
  constructor(path: string, lostChanges: string | null = null) {
    this.path = path;
    this.lostChanges = lostChanges;
    this.#database = explained(path, () => new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS }));
    this.#statements = new PreparedStatements(this.#database);
    try {
      explained(path, () => prepareFile(this.#database, path));
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  get recentFaults(): number {
    return this.#faults.count;
  }

  noteFault(): void {
    this.#faults.note();
  }

  all<Row>(sql: string, parameters?: Parameters): Promise<readonly Row[]> {
    return this.#inTurn((tx) => tx.all<Row>(sql, parameters));
  }

  get<Row>(sql: string, parameters?: Parameters): Promise<Row | null> {
    return this.#inTurn((tx) => tx.get<Row>(sql, parameters));
  }

  run(sql: string, parameters?: Parameters): Promise<number> {
    return this.#inTurn((tx) => tx.run(sql, parameters));
  }

  readAtOnce<T>(work: Transaction<T>): Promise<T> {
    return this.#inTurn((tx) => inTransaction(this.#database, () => work(tx), 'BEGIN'));
  }

  transact<T>(work: Transaction<T>): Promise<T> {
    return this.#inTurn((tx) => inTransaction(this.#database, () => work(tx), 'BEGIN IMMEDIATE'));
  }

  /** SQLite has one writer at a time anyway. */
  transactAlone<T>(work: Transaction<T>): Promise<T> {
    return this.transact(work);
  }

  /**
   * Writes the changes of the log back into the file, so that the file alone is nearly the whole store. The log keeps
   * its length: an empty one beside a store in use is then always a lost one.
   */
  checkpoint(): void {
    explained(this.path, () => this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)'));
  }

  /** Writes the file without changing it: a full disk or a read-only file forbids it. */
  checkWritable(): Promise<void> {
    return this.transact(async () =>
      this.#database.exec(`PRAGMA user_version = ${schemaVersion(this.#database)}`),
    );
  }

  /** Copies the store, while it is in use, into a new file for this user alone. */
  async backup(path: string): Promise<void> {
    try {
      closeSync(openSync(path, 'a', 0o600));
      await backup(this.#database, path);
    } catch (error) {
      throw storeFailed(path, error);
    }
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  async #inTurn<T>(work: Transaction<T>): Promise<T> {
    const turn = this.#before.then(() => work(this.#statements));
    this.#before = turn.catch(() => {});
    try {
      return await turn;
    } catch (error) {
      if (error instanceof RiffError) throw error;
      this.noteFault();
      throw storeFailed(this.path, error);
    }
  }
}

/** Prepares each statement at its first use. */
class PreparedStatements implements Statements {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  async all<Row>(sql: string, parameters: Parameters = {}): Promise<readonly Row[]> {
    const rows: readonly unknown[] = this.#statement(sql).all(parameters);
    return rows as readonly Row[];
  }

  async get<Row>(sql: string, parameters?: Parameters): Promise<Row | null> {
    return (await this.all<Row>(sql, parameters))[0] ?? null;
  }

  async run(sql: string, parameters: Parameters = {}): Promise<number> {
    return Number(this.#statement(sql).run(parameters).changes);
  }

  #statement(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    this.#prepared.set(sql, statement);
    return statement;
  }
}

/**
 * Opens (and makes) `riff.db` in the data folder for this user alone; brings an older file to the current schema.
 * Throws RiffError('store_failed') that says what to do.
 */
export function openStore(dataDir: string): SqliteDatabase {
  const path = join(dataDir, STORE_FILE);
  makeDataFolder(dataDir);
  const lostChanges = explained(path, () => {
    checkStoreFiles(path);
    const lost = findLostChanges(path);
    createStoreFile(path);
    keepPrivate(path);
    return lost;
  });
  const database = new SqliteDatabase(path, lostChanges);
  database.checkpoint();
  keepPrivate(path);
  return database;
}

/** Makes DATA_DIR, or a folder in it, where it is missing. Throws RiffError('store_failed') that says what to do. */
export function makeDataFolder(dataDir: string): void {
  try {
    makeFolder(dataDir);
  } catch (error) {
    throw new RiffError(
      'store_failed',
      `DATA_DIR: expected a folder that can be made and written, got ${dataDir} (${messageOf(error)}); choose another`,
      { cause: error },
    );
  }
}

/** Throws unless the file is a sound store of this or an older version. */
function prepareFile(database: DatabaseSync, path: string): void {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  const finding = database.prepare('PRAGMA quick_check(1)').get()?.quick_check;
  if (finding !== 'ok') throw new RiffError('store_failed', damaged(path, String(finding)));
  if (schemaVersion(database) === MIGRATIONS.length) return;
  // After a fault the file is closed, which takes everything back.
  database.exec('BEGIN IMMEDIATE');
  refuseForeign(database, path);
  migrate(database, path, MIGRATIONS);
  database.exec('COMMIT');
}

/** Throws RiffError if the file holds tables of another program. */
function refuseForeign(database: DatabaseSync, path: string): void {
  const isEmpty = database.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  if (schemaVersion(database) > 0 || isEmpty) return;
  throw new RiffError(
    'store_failed',
    `${path}: expected a store of Riff, got another SQLite database; point DATA_DIR elsewhere, or move the file away`,
  );
}

/** Runs the missing steps; the version is read again here because another process may have been first. */
export function migrate(database: DatabaseSync, path: string, steps: readonly string[]): void {
  const from = schemaVersion(database);
  if (from > steps.length) {
    throw new RiffError(
      'store_failed',
      `${path}: expected a store of schema ${steps.length} or older, got schema ${from}; it was written by a newer Riff: update Riff or point DATA_DIR elsewhere`,
    );
  }
  for (const step of steps.slice(from)) database.exec(step);
  database.exec(`PRAGMA user_version = ${steps.length}`);
}

function schemaVersion(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version);
}

async function inTransaction<T>(database: DatabaseSync, work: () => Promise<T>, begin: string): Promise<T> {
  database.exec(begin);
  try {
    const result = await work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk may have rolled back already.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function explained<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof RiffError ? error : storeFailed(path, error);
  }
}

function storeFailed(path: string, error: unknown): RiffError {
  const code = typeof error === 'object' && error !== null && 'errcode' in error ? Number(error.errcode) : 0;
  return new RiffError('store_failed', explanation(path, code & 0xff, messageOf(error)), { cause: error });
}

/** By SQLite's primary result code: https://www.sqlite.org/rescode.html */
function explanation(path: string, code: number, detail: string): string {
  switch (code) {
    case 5:
      return `${path}: expected to write within ${BUSY_TIMEOUT_MS / 1000} s, another process holds the store (${detail}); stop the other one`;
    case 8:
      return `${path}: expected a store that can be written, it is read-only (${detail}); change its permissions or DATA_DIR`;
    case 10:
      return `${path}: reading or writing failed (${detail}); check the disk`;
    case 11:
    case 26:
      return damaged(path, detail);
    case 13:
      return `${path}: the disk is full (${detail}); free some space`;
    case 14:
      return `${path}: expected a file that can be opened and written (${detail}); check DATA_DIR`;
    default:
      return `${path}: the store failed (${detail}); check the disk and DATA_DIR`;
  }
}

function damaged(path: string, detail: string): string {
  return `${path}: expected a sound SQLite file, got a damaged one (${detail}); ${WAYS_ON}`;
}
