// @ts-check
/** Plain JavaScript, because setup.mjs needs it on Node 20. */
import { chmodSync, statSync } from 'node:fs';
import { makeFolder } from './make-folder.mjs';

const WRITABLE_BY_OTHERS = 0o022;

/**
 * Makes a folder for this user alone, and those on the way to it. One that is there keeps its readers, but nobody else
 * may write to it any more: what lies there is loaded as code.
 * Throws with a sentence where it cannot be made or belongs to somebody who lets others write.
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
    throw new Error(`${folder}: expected a folder that only this user may write to, but: ${reason}`);
  }
}
