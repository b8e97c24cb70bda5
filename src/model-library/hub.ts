import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { assertDiskSpace } from './disk-space.ts';
import type { TaskOptions } from './progress.ts';
import { folderBytes } from './read-through.ts';
import { runPython } from './run-python.ts';

const DOWNLOAD_SCRIPT = fileURLToPath(new URL('../../models/download.py', import.meta.url));

const lookSchema = z.object({
  revision: z.string(),
  licence: z.string().nullable(),
  files: z.array(z.string()).min(1),
  bytes: z.number().min(0),
});

/** A repository of the hub, and the files of it to fetch. */
export type HubListing = z.infer<typeof lookSchema>;

export interface Hub {
  readonly python: string;
  /** Riff's cache folder. */
  readonly cache: string;
  /** May hold HF_ENDPOINT and HF_TOKEN. */
  readonly env: NodeJS.ProcessEnv;
}

/** The files of a repository to fetch: `files`, or if empty all that a model or LoRA consists of. */
interface Wanted {
  readonly kind?: 'model' | 'lora';
  readonly files?: readonly string[];
}

/** Throws UserError if the hub cannot be reached or has no such model; the message names alternatives. */
export async function lookAtHub(
  { python, cache, env }: Hub,
  id: string,
  revision: string,
  task: TaskOptions,
  { kind = 'model', files = [] }: Wanted = {},
): Promise<HubListing> {
  const args = ['look', id, '--revision', revision, '--kind', kind, '--files', ...files];
  const logFile = join(cache, 'download.log');
  return lookSchema.parse(await runPython({ python, script: DOWNLOAD_SCRIPT, args, logFile, env }, task));
}

/**
 * Downloads into a folder in Riff's cache and returns it; continues an interrupted download.
 * Throws as lookAtHub does, and UserError if the disk is too full.
 */
export async function downloadFromHub(
  { python, cache, env }: Hub,
  id: string,
  { revision, files, bytes }: HubListing,
  task: TaskOptions,
): Promise<string> {
  const folder = join(downloadsFolder(cache), `${downloadName(id)}-${revision.slice(0, 12)}`);
  await mkdir(folder, { recursive: true });
  const fetched = await fetchedBytes(cache, id);
  await assertDiskSpace(folder, Math.max(0, bytes - fetched), `the download of ${id}`);
  const args = ['fetch', id, '--revision', revision, '--to', folder, '--files', ...files];
  const logFile = join(cache, 'download.log');
  await runPython({ python, script: DOWNLOAD_SCRIPT, args, logFile, env }, task);
  return folder;
}

/** The bytes of a model that earlier runs have downloaded. */
export async function fetchedBytes(cache: string, id: string): Promise<number> {
  const folders = await readdir(downloadsFolder(cache)).catch(() => []);
  const ours = folders.filter((name) => name.startsWith(`${downloadName(id)}-`));
  const sizes = ours.map((name) => folderBytes(join(downloadsFolder(cache), name)));
  return (await Promise.all(sizes)).reduce((total, bytes) => total + bytes, 0);
}

function downloadsFolder(cache: string): string {
  return join(cache, 'downloads');
}

function downloadName(id: string): string {
  return id.replaceAll('/', '--');
}

export async function discardDownload(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
