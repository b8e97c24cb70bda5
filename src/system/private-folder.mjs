// @ts-check
/** Plain JavaScript, because setup.mjs needs it on Node 20. */
import { chmodSync, statSync } from 'node:fs';
import { makeFolder } from './make-folder.mjs';

const WRITABLE_BY_OTHERS = 0o022;

/**
 * Makes a folder for this user alone, and its missing parents. An existing one keeps its readers, but no other user
 * may write to it any more, because its files are loaded as code.
 * Throws with a sentence if it cannot be made, or belongs to another user and others may write to it.
 * @param {string} folder
 */
export function makePrivateFolder(folder) {
  try {
    makeFolder(folder);
    const { mode } = statSync(folder);
    if (process.platform === 'win32' || (mode & WRITABLE_BY_OTHERS) === 0) return;
    chmodSync(folder, mode & 0o777 & ~WRITABLE_BY_OTHERS);
  } catch (error) {
    const reason = /** @type {Error} */ (error).message;
    throw new Error(
      `${folder}: expected a folder that only this user may write to, but: ${reason}; set XDG_CACHE_HOME to a folder of yours`,
    );
  }
}
