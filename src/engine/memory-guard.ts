import { readFileSync } from 'node:fs';
import type { Clock } from '../clock.ts';

export interface MemoryGuardOptions {
  readonly pid: number;
  readonly limitBytes: number;
  readonly everyMs: number;
  readonly clock: Clock;
  /** Resident bytes of a process; null if the system does not report them. */
  readonly read?: (pid: number) => number | null;
}

/** Samples a process's resident memory until it exceeds the limit or the returned function is called. */
export function guardMemory(options: MemoryGuardOptions, onExceeded: (rssBytes: number) => void): () => void {
  const { pid, limitBytes, everyMs, clock, read = residentBytes } = options;
  let cancel = clock.after(everyMs, sample);
  return () => cancel();

  function sample(): void {
    const rssBytes = read(pid);
    if (rssBytes === null) return;
    if (rssBytes > limitBytes) onExceeded(rssBytes);
    else cancel = clock.after(everyMs, sample);
  }
}

/** VmRSS of Linux's /proc; null on other systems and for a process that is gone. */
export function residentBytes(pid: number): number | null {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  } catch {
    return null;
  }
}
