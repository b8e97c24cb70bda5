import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { RiffError } from '../../errors.ts';

/** Beside the file while a store is in use: changes not yet written back, and their index. */
const WAL = '-wal';
const INDEX = '-shm';

/**
 * Throws RiffError if the files show that a part of the store is missing. SQLite itself would start empty, or without the
 * newest changes, without any error.
 */
export function checkStoreFiles(path: string): void {
  for (const file of [path, path + WAL, path + INDEX])
    if (statSync(file, { throwIfNoEntry: false })?.isFile() === false)
      throw broken(`${file}: expected an ordinary file, got something else`);
  const bytes = sizeOf(path);
  if (bytes === null && lstatSync(path, { throwIfNoEntry: false }))
    throw broken(`${path}: expected the store that this link leads to, it is not there`);
  if (bytes === null && (sizeOf(path + WAL) ?? 0) > 0)
    throw broken(`${path}: expected the store beside its ${path}${WAL}, it is not there`);
  if (bytes === 0) throw broken(`${path}: expected a SQLite file, got one of 0 bytes`);
  if (bytes !== null && existsSync(path + INDEX) && !existsSync(path + WAL))
    throw broken(
      `${path}${WAL}: expected it beside ${path}${INDEX}, it is not there, and the last changes with it`,
    );
}

/** Makes an empty store for this user alone, completely or not at all. Keeps an existing one. */
export function createStoreFile(path: string): void {
  if (existsSync(path)) return;
  const unfinished = `${path}.${process.pid}.part`;
  rmSync(unfinished, { force: true });
  closeSync(openSync(unfinished, 'wx', 0o600));
  try {
    const database = new DatabaseSync(unfinished);
    database.exec('PRAGMA journal_mode = WAL');
    database.close();
    moveUnlessThere(unfinished, path);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function moveUnlessThere(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // Another process was first, or this file system has no links.
    if (!existsSync(to)) renameSync(from, to);
  }
}

/** Keeps prompts and reply tokens from other users of the machine, whatever the folder's permissions. */
export function keepPrivate(path: string): void {
  for (const file of [path, path + WAL, path + INDEX]) {
    const mode = statSync(file, { throwIfNoEntry: false })?.mode;
    if (mode === undefined || (mode & 0o077) === 0) continue;
    try {
      chmodSync(file, mode & 0o700);
    } catch {
      // It belongs to another user, or the disk is read-only: opening it says more.
    }
  }
}

function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null;
}

function broken(finding: string): RiffError {
  return new RiffError('store_failed', `${finding}; ${WAYS_ON}`);
}

export const WAYS_ON =
  'put a backup in its place, or move it and its -wal and -shm files away to start empty';
