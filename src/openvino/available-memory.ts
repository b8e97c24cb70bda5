import { posix } from 'node:path';
import { CGROUP_ROOT, controlGroups, type ReadText, readSystemFile } from './control-groups.ts';
import { keepsHalf } from './cpu-precision.ts';

/** The limits that a model's size is compared with. */
export interface MachineMemory {
  /** Free memory for this process, without swap; null if the system does not report it. */
  readonly availableBytes: number | null;
  /** The CPU computes in 16-bit floats, so that such weights stay as they are. */
  readonly keepsHalf: boolean;
}

/** Reads /proc and control groups; on other systems than Linux, `availableBytes` is null. */
export function machineMemory(readText: ReadText = readSystemFile): MachineMemory {
  const free = /^MemAvailable:\s+(\d+) kB$/m.exec(readText('/proc/meminfo') ?? '')?.[1];
  const limits = [...(free === undefined ? [] : [Number(free) * 1024]), ...cgroupRooms(readText)];
  return {
    availableBytes: limits.length === 0 ? null : Math.min(...limits),
    keepsHalf: keepsHalf(readText),
  };
}

/** Free memory under the limits of this process's control group and its parents; page cache counts as free. */
function cgroupRooms(readText: ReadText): number[] {
  return controlGroups(readText, 'memory').flatMap(({ version, path }) =>
    version === 2 ? roomV2(readText, path) : roomV1(readText, path),
  );
}

function roomV2(readText: ReadText, group: string): number[] {
  const file = (name: string) => readText(posix.join(CGROUP_ROOT, group, name));
  return room(file('memory.max'), file('memory.current'), file('memory.stat'), 'file');
}

/** The file holds a number near 2^63 if there is no limit. */
function roomV1(readText: ReadText, group: string): number[] {
  const file = (name: string) => readText(posix.join(CGROUP_ROOT, 'memory', group, name));
  const statistics = file('memory.stat');
  return room(file('memory.limit_in_bytes'), file('memory.usage_in_bytes'), statistics, 'total_cache');
}

function room(
  limit: string | undefined,
  used: string | undefined,
  statistics: string | undefined,
  fileBytesKey: string,
): number[] {
  const fileBytes = new RegExp(`^${fileBytesKey} (\\d+)$`, 'm').exec(statistics ?? '')?.[1] ?? '0';
  // An empty text would be the number 0.
  const bytes = Number(limit?.trim() || 'none') - Number(used?.trim() || 'none') + Number(fileBytes);
  return Number.isFinite(bytes) ? [Math.max(0, bytes)] : [];
}
