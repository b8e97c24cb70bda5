import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { isProcessAlive } from '../process-alive.mjs';

/** Without i, l, o and u: ids are read aloud and typed. 32 letters, so five bits of each byte pick one evenly. */
const ID_LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';

/** Letters and digits, unguessable enough for custom_id and file names: 10 of them are 50 bits. */
export function randomId(length = 10): string {
  return Array.from(randomBytes(length), (byte) => ID_LETTERS[byte & 31]).join('');
}

/** Names one life of one process on one machine. */
export function newHolder(): string {
  return [hostname(), process.pid, randomId()].join(' ');
}

/**
 * False only when the process is certainly gone. One of another machine (or container) may live: its lease decides.
 * A process id given out anew counts as alive, so there the lease decides too. `self` is the holder who asks.
 */
export function mayBeAlive(holder: string, self: string): boolean {
  const [host, pid] = holder.split(' ');
  const [ownHost, ownPid] = self.split(' ');
  if (host !== ownHost) return true;
  // The same process id in an earlier life: the usual case in a container.
  if (pid === ownPid) return holder === self;
  return isProcessAlive(Number(pid));
}
