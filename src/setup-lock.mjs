// @ts-check
/** A lock between processes, for set-up steps that must not run twice at once. */
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';

/** Longer than any set-up step: such a lock was left behind. */
const ABANDONED_AFTER_MS = 20 * 60 * 1000;
const POLL_MS = 200;

/**
 * Runs the work while holding the lock file; waits, blocking, while another live process holds it.
 * @template T
 * @param {string} file
 * @param {(text: string) => void} say
 * @param {() => T} work
 * @returns {T}
 */
export function withLock(file, say, work) {
  let isFirstTry = true;
  while (!tryToTake(file)) {
    if (isFirstTry) say('Another start of Riff is setting up; waiting for it …');
    isFirstTry = false;
    if (isAbandoned(file)) rmSync(file, { force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS);
  }
  try {
    return work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** @param {string} file */
function tryToTake(file) {
  try {
    const descriptor = openSync(file, 'wx');
    writeSync(descriptor, `${hostname()} ${process.pid}`);
    closeSync(descriptor);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** True when its owner, on this host, is gone, or when it is too old. @param {string} file */
function isAbandoned(file) {
  try {
    if (Date.now() - statSync(file).mtimeMs > ABANDONED_AFTER_MS) return true;
    const [host, pid] = readFileSync(file, 'utf8').split(' ');
    return host === hostname() && pid !== undefined && !isAlive(Number(pid));
  } catch {
    return false;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
