// @ts-check
/** Plain JavaScript, because setup.mjs needs it on Node 20. */

/**
 * Whether a process with this id exists on this machine. True also for one that belongs to another user (EPERM), and for
 * a new process that got a dead one's id.
 *
 * @param {number} pid
 * @returns {boolean}
 */
export function isProcessAlive(pid) {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
