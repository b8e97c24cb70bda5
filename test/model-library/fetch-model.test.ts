import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readCatalog } from '../../src/model-library/catalog.ts';
import { assertRoomToFetch } from '../../src/model-library/fetch-model.ts';
import { temporaryFolder } from '../cli/run-riff.ts';

const folder = temporaryFolder();
const folders = { cache: join(folder, 'cache'), modelsFolder: join(folder, 'models') };
mkdirSync(folders.modelsFolder);

const ENTRY = { hub: 'somebody/large', weightCount: 1e9 };
const diskWith = (freeBytes: number) => async () => ({ bsize: 4096, bavail: freeBytes / 4096 });

test('a model of the catalog needs room for its download and its conversion at once', async () => {
  await assertRoomToFetch(ENTRY, 'fp16', folders, diskWith(6.1e9));
  await assertRoomToFetch(ENTRY, 'int8', folders, diskWith(5.3e9));
  await assert.rejects(
    assertRoomToFetch(ENTRY, 'fp16', folders, diskWith(5.3e9)),
    /expected 6\.1 GB free in .*models for the download and the conversion of somebody\/large, got 5\.3 GB/,
  );
});

test('what an interrupted download has fetched needs no room any more', async () => {
  const fetched = join(folders.cache, 'downloads', 'somebody--half-0123456789ab', 'unet');
  mkdirSync(fetched, { recursive: true });
  writeFileSync(join(fetched, 'model.safetensors'), Buffer.alloc(1e6));
  const half = { hub: 'somebody/half', weightCount: 1e6 };
  const freeBytes = 64 * 1024 ** 2 + 5.2e6;
  await assertRoomToFetch(half, 'fp16', folders, diskWith(freeBytes));
  const other = { ...half, hub: 'somebody/other' };
  await assert.rejects(assertRoomToFetch(other, 'fp16', folders, diskWith(freeBytes)), /somebody\/other/);
});

test('the catalog tells how large every model is', async () => {
  for (const { weightCount } of Object.values((await readCatalog()).models)) assert.ok(weightCount > 1e8);
});
