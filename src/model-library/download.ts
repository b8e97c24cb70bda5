import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { throwIfAborted, UserError } from '../errors.ts';
import { tryLock } from '../system/file-lock.mjs';
import { assertDiskSpace } from './disk-space.ts';
import { askHub, type Hub, type HubFile, type HubListing, unreachable } from './hub.ts';
import type { TaskOptions } from './progress.ts';
import { folderBytes } from './read-through.ts';

/**
 * Downloads the listed files into a folder in Riff's cache and returns it, each checked against the hash that the hub states.
 * Goes on where an interrupted download stopped, also in the middle of a file.
 * Throws UserError if the hub cannot be reached, the disk is too full or another process downloads the same; CancelledError.
 */
export async function download(hub: Hub, listing: HubListing, task: TaskOptions): Promise<string> {
  const { id, revision, files } = listing;
  const folder = join(downloadsFolder(hub.cache), `${downloadName(id)}-${revision.slice(0, 12)}`);
  await mkdir(folder, { recursive: true });
  const bytes = files.reduce((total, file) => total + file.bytes, 0);
  const missing = Math.max(0, bytes - (await fetchedBytes(hub.cache, id)));
  await assertDiskSpace(folder, missing, `the download of ${id}`);
  const unlock = tryLock(`${folder}.lock`);
  if (!unlock)
    throw new UserError(
      `hub: expected no other download of ${id}, got one by another process; wait until it ends`,
    );
  try {
    for (const [index, file] of files.entries()) {
      const words = `downloading ${file.name} (${index + 1} of ${files.length})`;
      const path = join(folder, file.name);
      if (!existsSync(path)) await bring(hub, listing, file, path, { ...task, words });
      await assertHash(path, file);
    }
  } finally {
    unlock();
  }
  return folder;
}

/** The bytes of a model that earlier runs have downloaded. */
export async function fetchedBytes(cache: string, id: string): Promise<number> {
  const folders = await readdir(downloadsFolder(cache)).catch(() => []);
  const ours = folders.filter((name) => name.startsWith(`${downloadName(id)}-`) && !name.endsWith('.lock'));
  const sizes = ours.map((name) => folderBytes(join(downloadsFolder(cache), name)));
  return (await Promise.all(sizes)).reduce((total, bytes) => total + bytes, 0);
}

export async function discardDownload(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

function downloadsFolder(cache: string): string {
  return join(cache, 'downloads');
}

function downloadName(id: string): string {
  return id.replaceAll('/', '--');
}

interface NamedTask extends TaskOptions {
  readonly words: string;
}

/** Fetches one file by way of a partial one beside it. A connection that breaks is opened again as long as something came. */
async function bring(
  hub: Hub,
  listing: HubListing,
  file: HubFile,
  path: string,
  task: NamedTask,
): Promise<void> {
  const part = `${path}.part`;
  await mkdir(dirname(part), { recursive: true });
  await writeFile(part, '', { flag: 'a' });
  let arrived = (await stat(part)).size;
  if (arrived > file.bytes) {
    await truncate(part);
    arrived = 0;
  }
  while (arrived < file.bytes) {
    const fault: unknown = await append(hub, listing, file, part, arrived, task).catch((thrown) => thrown);
    throwIfAborted(task.signal);
    const { size } = await stat(part);
    // fetch() rejects with a TypeError when the connection breaks.
    if (fault !== undefined && !(fault instanceof TypeError)) throw fault;
    if (size <= arrived) throw unreachable(listing.id, fault ?? `${file.name} ended too early`);
    arrived = size;
  }
  await rename(part, path);
}

/**
 * Appends what comes after the first `arrived` bytes, or writes all where the hub sends all.
 * Throws UserError if something else comes in place of the file, such as the page of a network that wants a login.
 */
async function append(
  hub: Hub,
  { id, revision }: HubListing,
  { name, bytes }: HubFile,
  part: string,
  arrived: number,
  { words, signal, onProgress }: NamedTask,
): Promise<void> {
  const path = `/${id}/resolve/${revision}/${name.split('/').map(encodeURIComponent).join('/')}`;
  // Bytes in other encodings could not be counted.
  const headers = { 'accept-encoding': 'identity', ...(arrived > 0 && { range: `bytes=${arrived}-` }) };
  const response = await askHub(hub, id, path, signal, headers);
  const { status, body } = response;
  let done = status === 206 ? arrived : 0;
  const length = response.headers.get('content-length');
  if (length !== null && Number(length) !== bytes - done) {
    await body?.cancel();
    throw unreachable(id, `it sent ${length} bytes for ${name}, not ${bytes - done}`);
  }
  const count = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      done += chunk.length;
      if (done > bytes) throw unreachable(id, `it sent more than the ${bytes} bytes of ${name}`);
      onProgress?.({ words, done, total: bytes, unit: 'bytes' });
      yield chunk;
    }
  };
  const chunks = Readable.fromWeb((body ?? new Blob([]).stream()) as ReadableStream<Uint8Array>);
  await pipeline(chunks, count, createWriteStream(part, { flags: status === 206 ? 'a' : 'w' }));
}

/** A file at fault is removed, so that the next run fetches it again. */
async function assertHash(path: string, { bytes, sha256, gitHash }: HubFile): Promise<void> {
  const [kind, expected, hash] =
    sha256 === null
      ? (['git hash', gitHash, createHash('sha1').update(`blob ${bytes}\0`)] as const)
      : (['SHA-256', sha256, createHash('sha256')] as const);
  if (expected === null) return;
  const found = await digestOf(path, hash);
  if (found === expected) return;
  await rm(path);
  throw new UserError(
    `${path}: expected ${kind} ${expected} as the hub tells, got ${found}; it is removed, run the same command again`,
  );
}

async function digestOf(path: string, hash: Hash): Promise<string> {
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
