import { statfs } from 'node:fs/promises';
import { UserError } from '../errors.ts';

/** Allowance for the file system and small files. */
const MARGIN_BYTES = 64 * 1024 ** 2;

interface FreeBlocks {
  readonly bavail: number;
  readonly bsize: number;
}

/** Throws UserError when the folder's disk has less free space than needed. */
export async function assertDiskSpace(
  folder: string,
  neededBytes: number,
  what: string,
  look: (folder: string) => Promise<FreeBlocks> = statfs,
): Promise<void> {
  const { bavail, bsize } = await look(folder);
  const free = bavail * bsize;
  const needed = neededBytes + MARGIN_BYTES;
  if (free >= needed) return;
  throw new UserError(
    `disk: expected ${formatBytes(needed)} free in ${folder} for ${what}, got ${formatBytes(free)}; free some space first`,
  );
}

/** "1.7 GB", in powers of ten as disks are sold. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(power === 0 || value >= 100 ? 0 : 1)} ${units[power]}`;
}
