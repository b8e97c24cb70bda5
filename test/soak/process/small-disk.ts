import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { isProcessAlive } from '../../../src/system/process-alive.mjs';

/** A mount has no owner: its name says which process made it. */
const NAME = 'riff-soak-';

/**
 * Mounts a tmpfs of so many bytes at the folder; disposing unmounts it. Only root on Linux can. Unmounts first what
 * killed runs left mounted.
 */
export function mountSmallDisk(folder: string, bytes: number): Disposable {
  for (const left of abandonedDisks(readFileSync('/proc/self/mounts', 'utf8'))) {
    unmount(left);
    rmSync(left, { recursive: true, force: true });
  }
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, `${NAME}${process.pid}`, folder]);
  return { [Symbol.dispose]: () => unmount(folder) };
}

/** Fills a disk of `bytes` with one new file, but for `spareBytes`. */
export function fillDisk(path: string, bytes: number, spareBytes = 0): void {
  try {
    writeFileSync(path, Buffer.alloc(bytes));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
  truncateSync(path, statSync(path).size - spareBytes);
}

/** The folders of disks whose process is gone. `mounts`: the text of /proc/self/mounts, where blanks are octal. */
export function abandonedDisks(mounts: string): readonly string[] {
  return mounts.split('\n').flatMap((line) => {
    const [name = '', folder = ''] = line.split(' ');
    const owner = name.startsWith(NAME) ? Number(name.slice(NAME.length)) : Number.NaN;
    if (Number.isNaN(owner) || isProcessAlive(owner)) return [];
    return [
      folder.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    ];
  });
}

function unmount(folder: string): void {
  execFileSync('umount', ['--lazy', folder]);
}
