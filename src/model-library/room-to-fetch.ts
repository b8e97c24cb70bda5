import { mkdir, stat } from 'node:fs/promises';
import type { CatalogEntry } from './catalog.ts';
import { bytesPerWeight, type Weights } from './checkpoint.ts';
import { assertDiskSpace } from './disk-space.ts';
import { fetchedBytes } from './download.ts';

/** For 32-bit weights, the largest form on the hub. */
const DOWNLOADED_BYTES_PER_WEIGHT = 4;

export interface Folders {
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
