import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

/** The day and the machine, for the head of what a measurement prints. */
export function whereAndWhen(): string {
  const day = new Date().toISOString().slice(0, 10);
  return `${day}, ${cpus().length} CPUs (${cpus()[0]?.model}), load ${loadavg()[0]?.toFixed(1)}`;
}

/** The processor time that Linux has counted for the main thread of a process, in ms. */
export function cpuMsOf(pid: number | undefined): number {
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}
