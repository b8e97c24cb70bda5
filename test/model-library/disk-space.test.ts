import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../src/errors.ts';
import { assertDiskSpace, formatBytes } from '../../src/model-library/disk-space.ts';

const SIZES: readonly (readonly [number, string])[] = [
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [630_400, '630 kB'],
  [1_720_000_000, '1.7 GB'],
  [5e15, '5000 TB'],
];

for (const [bytes, text] of SIZES) {
  test(`${bytes} bytes are ${text}`, () => assert.equal(formatBytes(bytes), text));
}

/** A disk with that much room for users without privileges. */
const diskWith = (freeBytes: number) => async () => ({ bsize: 4096, bavail: freeBytes / 4096 });

test('a disk with room for the work and a margin passes', async () => {
  await assertDiskSpace('/models', 1e9, 'the copy', diskWith(1e9 + 64 * 1024 ** 2));
});

test('a disk with less is refused in words', async () => {
  await assert.rejects(
    assertDiskSpace('/models', 1.7e9, 'the fp16 model', diskWith(1e9)),
    (thrown) =>
      thrown instanceof UserError &&
      /expected 1\.8 GB free in \/models for the fp16 model, got 1\.0 GB; free some/.test(thrown.message),
  );
});
