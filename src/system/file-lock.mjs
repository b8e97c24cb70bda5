// @ts-check
/** A lock between processes, for work that must not be done twice at once. */
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { isProcessAlive } from './process-alive.mjs';

/** Longer than any set-up step: a lock older than this was left behind. */
const ABANDONED_AFTER_MS = 20 * 60 * 1000;
/** A lock without an owner's name is being written, or was left by a crash in that moment. */
const NAMELESS_FOR_MS = 5000;
const POLL_MS = 200;

/**
 * @typedef {object} LockOptions
 * @property {(text: string) => void} say Called once if another process holds the lock.
 * @property {number} [abandonedAfterMs]
 */

/**
 * Runs the work while holding the lock file; waits, blocking, while another live process holds it.
 * Throws with a sentence where the lock cannot be made or a lock left behind cannot be removed.
 * @template T
 * @param {string} file
 * @param {LockOptions} options
 * @param {() => T} work
 * @returns {T}
 */
export function withLock(file, { say, abandonedAfterMs = ABANDONED_AFTER_MS }, work) {
  let isFirstTry = true;
  while (!tryToTake(file)) {
    if (isFirstTry) say(`Waiting for another start of Riff (its lock: ${file}) …`);
    isFirstTry = false;
    if (isAbandoned(file, abandonedAfterMs)) removeAbandoned(file);
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS);
  }
  try {
    return work();
  } finally {
    rmSync(file, { force: true });
  }
}

/**
 * Takes the lock file and returns the function that gives it back; null while another live process holds it, however long.
 * @param {string} file
 * @returns {(() => void) | null}
 */
export function tryLock(file) {
  if (!tryToTake(file)) {
    if (!isAbandoned(file, Number.POSITIVE_INFINITY)) return null;
    removeAbandoned(file);
    if (!tryToTake(file)) return null;
  }
  return () => rmSync(file, { force: true });
}

/** @param {string} file */
function tryToTake(file) {
  try {
    const descriptor = openSync(file, 'wx', 0o600);
    writeSync(descriptor, `${hostname()} ${process.pid}`);
    closeSync(descriptor);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw new Error(`${file}: expected to write a lock there, but: ${/** @type {Error} */ (error).message}`);
  }
}

/** @param {string} file */
function removeAbandoned(file) {
  try {
    rmSync(file, { force: true });
  } catch (error) {
    const reason = /** @type {Error} */ (error).message;
    throw new Error(
      `${file}: expected to remove this lock, which was left behind, but: ${reason}; remove it`,
    );
  }
}

/**
 * True when its owner, on this host, is gone, or when it is too old.
 * @param {string} file
 * @param {number} abandonedAfterMs
 */
function isAbandoned(file, abandonedAfterMs) {
  try {
    const found = statSync(file);
    const ageMs = Date.now() - found.mtimeMs;
    // A pipe is no lock, and reading it would wait for ever.
    if (ageMs > abandonedAfterMs || !found.isFile()) return true;
    const owner = /^(\S+) (\d+)$/.exec(readFileSync(file, 'utf8'));
    if (owner === null) return ageMs > NAMELESS_FOR_MS;
    return owner[1] === hostname() && !isProcessAlive(Number(owner[2]));
  } catch (error) {
    // ENOENT: released meanwhile, the next try takes it. What cannot be read otherwise is no lock of ours.
    return codeOf(error) !== 'ENOENT';
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return /** @type {NodeJS.ErrnoException} */ (error).code;
}
