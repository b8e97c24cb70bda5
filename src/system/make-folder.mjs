// @ts-check
/** Plain JavaScript, because setup.mjs needs it on Node 20. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder, and those above it that are missing, for this user alone (0700). Throws what the file system throws.
 * Node's own `mkdir` with `recursive` never returns on /proc, where making a folder fails with ENOENT.
 * @param {string} path
 * @returns {void}
 */
export function makeFolder(path) {
  if (isFolder(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have been first.
    if (!isFolder(path)) throw error;
  }
}

/** @param {string} path */
function isFolder(path) {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
