import { hostname } from 'node:os';
import { randomId } from '../queue/random-id.ts';
import { isProcessAlive } from '../system/process-alive.mjs';

/** Names one run of one process on one machine. */
export function newWorkerId(): string {
  return [hostname(), process.pid, randomId()].join(' ');
}

/**
 * False only when the process is certainly gone. One of another machine (or container) may live: its lease decides.
 * A process id given out anew counts as alive, so there the lease decides too. `self` is the worker who asks.
 */
export function mayBeAlive(workerId: string, self: string): boolean {
  const [host, pid] = workerId.split(' ');
  const [ownHost, ownPid] = self.split(' ');
  if (host !== ownHost) return true;
  // The same process id in an earlier run: the usual case in a container.
  if (pid === ownPid) return workerId === self;
  return isProcessAlive(Number(pid));
}
