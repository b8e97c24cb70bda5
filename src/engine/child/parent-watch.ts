import { isMainThread, Worker, workerData } from 'node:worker_threads';

const EVERY_MS = 500;

/**
 * Ends this whole process once `parentPid` is no longer its parent. A thread of its own does it: the main thread may be
 * stuck in native code or in a loop, and then hears nothing of a closed pipe.
 */
export function leaveWithParent(parentPid: number): void {
  new Worker(new URL(import.meta.url), { workerData: parentPid }).unref();
}

function poll(parentPid: number): void {
  setInterval(() => {
    // An orphan is given another parent by the system, so a pid that is used again cannot fool this.
    if (process.ppid !== parentPid) process.kill(process.pid, 'SIGKILL');
  }, EVERY_MS);
}

if (!isMainThread) poll(Number(workerData));
