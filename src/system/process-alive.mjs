// @ts-check
/** Plain JavaScript, because setup.mjs needs it on Node 20. */

/**
 * Whether a process of this machine is there. False only when it is certainly gone: one that belongs to another user
 * (EPERM) is alive, and so is one that got the number of a dead one.
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
