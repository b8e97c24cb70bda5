import { mkdir, stat } from 'node:fs/promises';
import { riffCacheFolder } from '../system/cache-folder.mjs';
import type { CatalogEntry } from './catalog.ts';
import { bytesPerWeight, type Weights } from './checkpoint.ts';
import { assertDiskSpace } from './disk-space.ts';
import { download, fetchedBytes } from './download.ts';
import { type LocalSource, recognizeFolder, type Source } from './find-source.ts';
import { lookAtHub, openHub } from './hub.ts';
import { isWeightFile } from './hub-files.ts';
import type { LoraContext } from './lora.ts';
import type { Origin } from './manifest.ts';
import type { TaskOptions } from './progress.ts';

export interface FetchContext extends LoraContext {
  readonly modelsFolder: string;
}

/** A model that is to be added. Its settings are in a folder of this machine, its weights when `fetch` is done. */
export interface FoundModel {
  readonly local: LocalSource;
  /** Where it comes from, as far as its folder does not say. */
  readonly provenance: Partial<Pick<Origin, 'source' | 'licence'>>;
  /** What the catalog proposes. */
  readonly defaults: CatalogEntry['defaults'] | null;
  fetch(task: TaskOptions): Promise<unknown>;
}

/** Looks up a model of the hub, has its licence accepted and fetches its settings: all that is cheap. Throws as lookAtHub does. */
export async function lookAtModel(
  context: FetchContext,
  { hub: id, entry }: Extract<Source, { kind: 'hub' }>,
  weights: Weights,
  task: TaskOptions,
): Promise<FoundModel> {
  if (entry) {
    await context.accept(id, entry.licence);
    const folders = { cache: riffCacheFolder(context.env), modelsFolder: context.modelsFolder };
    await assertRoomToFetch(entry, weights, folders);
  }
  const hub = await openHub(context.env);
  const listing = await lookAtHub(hub, id, entry?.revision ?? 'main', { kind: 'model' }, task);
  const licence = entry?.licence ?? { name: listing.licence ?? 'none stated' };
  if (!entry) await context.accept(id, licence);
  const settings = listing.files.filter((file) => !isWeightFile(file));
  const folder = await download(hub, { ...listing, files: settings }, task);
  return {
    local: await recognizeFolder(folder),
    provenance: { source: { kind: 'hub', from: id, revision: listing.revision }, licence },
    defaults: entry?.defaults ?? null,
    fetch: (task) => download(hub, listing, task),
  };
}

/** For flat folders without a tokenizer: every Stable Diffusion 1 uses CLIP's. Returns the folder that has it. */
export async function fetchTokenizer({ catalog, env, say }: LoraContext, task: TaskOptions): Promise<string> {
  const { hub: id, revision, files, licence } = catalog.clipTokenizer;
  say(
    `A flat IR folder has no tokenizer; fetching CLIP's from ${id} (${licence.name}). Offline: give a folder that has one with --settings.`,
  );
  const hub = await openHub(env);
  return download(hub, await lookAtHub(hub, id, revision, { kind: 'model', files }, task), task);
}

/** For 32-bit weights, the largest form on the hub. */
const DOWNLOADED_BYTES_PER_WEIGHT = 4;

interface Folders {
  /** Riff's cache folder, where the download goes. */
  readonly cache: string;
  readonly modelsFolder: string;
}

/**
 * Throws UserError if the disks are too full for a model of the catalog, its download and its conversion,
 * before the hub is asked. `look` returns a disk's free blocks.
 */
export async function assertRoomToFetch(
  { hub, weightCount }: Pick<CatalogEntry, 'hub' | 'weightCount'>,
  weights: Weights,
  { cache, modelsFolder }: Folders,
  look?: Parameters<typeof assertDiskSpace>[3],
): Promise<void> {
  await mkdir(cache, { recursive: true });
  const fetched = await fetchedBytes(cache, hub);
  const download = Math.max(0, DOWNLOADED_BYTES_PER_WEIGHT * weightCount - fetched);
  const model = bytesPerWeight(weights) * weightCount;
  if ((await stat(cache)).dev === (await stat(modelsFolder)).dev) {
    await assertDiskSpace(modelsFolder, download + model, `the download and the conversion of ${hub}`, look);
    return;
  }
  await assertDiskSpace(cache, download, `the download of ${hub}`, look);
  await assertDiskSpace(modelsFolder, model, `the ${weights} model`, look);
}
