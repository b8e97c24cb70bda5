import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { copyFile, mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { type TaskOptions, throwIfCancelled } from './progress.ts';
import { assertOwnFiles } from './stray-links.ts';

const CHUNK_BYTES = 1024 * 1024;

/**
 * Every file below the folder, as paths relative to it with forward slashes, sorted. A link to a file is that file;
 * linked folders are not entered.
 */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    entries.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      return entry.isFile() || (entry.isSymbolicLink() && (await isFile(path))) ? [path] : [];
    }),
  );
  return files
    .flat()
    .map((path) => relative(folder, path).split(sep).join('/'))
    .sort();
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
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

/** SHA-256 in hex by name, with a report after every mebibyte. Throws CancelledError. */
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
      throwIfCancelled(task);
      hash.update(chunk);
      done += chunk.length;
      task.onProgress?.({ words, done, total, unit: 'bytes' });
    }
    hashes.set(name, hash.digest('hex'));
  }
  return hashes;
}

/**
 * Copies from name to name; file systems that can share the blocks do so. Throws UserError, before anything is copied,
 * where a link leads out of the folder, and CancelledError between files.
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
    throwIfCancelled(task);
    await mkdir(dirname(join(to, target)), { recursive: true });
    await copyFile(join(from, source), join(to, target), constants.COPYFILE_FICLONE);
    done += sizes.get(source) ?? 0;
    task.onProgress?.({ words: 'copying', done, total, unit: 'bytes' });
  }
}

export function sum(sizes: ReadonlyMap<string, number>): number {
  return [...sizes.values()].reduce((total, bytes) => total + bytes, 0);
}
