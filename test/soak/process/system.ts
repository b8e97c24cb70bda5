import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What Linux says about processes, from /proc. */

/** False for one that is gone, and for a zombie that nobody has collected yet. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Living processes with all the words among their arguments: a file by its name, anything else as it is. */
export function processesWith(...words: readonly string[]): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return (
        words.every((word) => args.some((arg) => arg === word || arg.endsWith(`/${word}`))) && isAlive(pid)
      );
    } catch {
      return false;
    }
  });
}

/** All resident memory, or only that which no file stands behind (heaps and stacks, without mapped programs). */
export function residentBytes(pid: number, part: 'VmRSS' | 'RssAnon' = 'VmRSS'): number {
  const line = new RegExp(`^${part}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1]) * 1024;
}

/** Open handles of a process, without those that come and go with requests: sockets. */
export function openFiles(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((fd) => {
    try {
      return !readlinkSync(`${folder}/${fd}`).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;
}
