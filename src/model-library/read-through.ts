import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { copyFile, mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { throwIfAborted } from '../errors.ts';
import type { TaskOptions } from './progress.ts';
import { assertOwnFiles, strayTarget } from './stray-links.ts';

const CHUNK_BYTES = 1024 * 1024;

/**
 * Every file below the folder, as sorted relative paths with forward slashes. Links to files count as files. Links to
 * folders are followed once, and only when strayTarget() finds nothing wrong with them.
 */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  return (await filesIn(folder, '', true)).toSorted();
}

async function filesIn(root: string, inner: string, followsFolders: boolean): Promise<readonly string[]> {
  const entries = await readdir(join(root, inner), { withFileTypes: true });
  const files = entries.map(async (entry): Promise<readonly string[]> => {
    const name = inner === '' ? entry.name : `${inner}/${entry.name}`;
    const found = await stat(join(root, name)).catch(() => undefined);
    if (found?.isFile()) return [name];
    if (!found?.isDirectory()) return [];
    if (!entry.isSymbolicLink()) return filesIn(root, name, followsFolders);
    const isOwn = followsFolders && (await strayTarget(root, name)) === undefined;
    return isOwn ? filesIn(root, name, false) : [];
  });
  return (await Promise.all(files)).flat();
}

export async function sizesOf(
  folder: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const sizes = names.map(async (name): Promise<[string, number]> => {
    return [name, (await stat(join(folder, name))).size];
  });
  return new Map(await Promise.all(sizes));
}

/** SHA-256 in hex by name. Reports progress after every mebibyte. Throws CancelledError. */
export async function hashFiles(
  folder: string,
  sizes: ReadonlyMap<string, number>,
  words: string,
  task: TaskOptions,
): Promise<ReadonlyMap<string, string>> {
  const total = sum(sizes);
  const hashes = new Map<string, string>();
  let done = 0;
  for (const name of sizes.keys()) {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(join(folder, name), { highWaterMark: CHUNK_BYTES })) {
      throwIfAborted(task.signal);
      hash.update(chunk);
      done += chunk.length;
      task.onProgress?.({ words, done, total, unit: 'bytes' });
    }
    hashes.set(name, hash.digest('hex'));
  }
  return hashes;
}

/**
 * Copies files to other names, sharing blocks where the file system can. Throws UserError before copying anything when a
 * link leads out of the folder, and CancelledError between files.
 */
export async function copyFiles(
  from: string,
  to: string,
  names: ReadonlyMap<string, string>,
  task: TaskOptions,
): Promise<void> {
  await assertOwnFiles(from, [...names.keys()]);
  const sizes = await sizesOf(from, [...names.keys()]);
  const total = sum(sizes);
  let done = 0;
  for (const [source, target] of names) {
    throwIfAborted(task.signal);
    await mkdir(dirname(join(to, target)), { recursive: true });
    await copyFile(join(from, source), join(to, target), constants.COPYFILE_FICLONE);
    done += sizes.get(source) ?? 0;
    task.onProgress?.({ words: 'copying', done, total, unit: 'bytes' });
  }
}

/** The size of all files below the folder. */
export async function folderBytes(folder: string): Promise<number> {
  return sum(await sizesOf(folder, await filesBelow(folder)));
}

export function sum(sizes: ReadonlyMap<string, number>): number {
  return [...sizes.values()].reduce((total, bytes) => total + bytes, 0);
}
