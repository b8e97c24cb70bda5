import { isMainThread, Worker, workerData } from 'node:worker_threads';

const EVERY_MS = 500;

/**
 * Ends this whole process once `parentPid` is no longer its parent. A worker thread polls, because the main thread may be
 * stuck in native code or a loop and would not notice a closed pipe.
 */
export function leaveWithParent(parentPid: number): void {
  new Worker(new URL(import.meta.url), { workerData: parentPid }).unref();
}

function poll(parentPid: number): void {
  setInterval(() => {
    // The system gives an orphan another parent, so a reused pid makes no difference.
    if (process.ppid !== parentPid) process.kill(process.pid, 'SIGKILL');
  }, EVERY_MS);
}

if (!isMainThread) poll(Number(workerData));
