import { hostname } from 'node:os';
import type { Presence } from '../queue/processes.ts';
import { randomId } from '../queue/random-id.ts';
import { isProcessAlive } from '../system/process-alive.mjs';

/** Names one run of one process on one machine. */
export function newWorkerId(): string {
  return [hostname(), process.pid, randomId()].join(' ');
}

/**
 * False only when the process is certainly gone. A process of another machine (or container) may be alive: its lease decides.
 * A reused process id counts as alive, so then the lease decides, too. `self` is the asking worker.
 */
export function mayBeAlive(workerId: string, self: string): boolean {
  const [host, pid] = workerId.split(' ');
  const [ownHost, ownPid] = self.split(' ');
  if (host !== ownHost) return true;
  // The same process id in an earlier run: the usual case in a container.
  if (pid === ownPid) return workerId === self;
  return isProcessAlive(Number(pid));
}

/** Signs of life on one machine: the process table. */
export function localPresence(): Presence {
  const id = newWorkerId();
  return { id, look: async () => (processId) => mayBeAlive(processId, id) };
}
