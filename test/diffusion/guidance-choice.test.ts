import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseGuidanceBatch, type GuidanceBatch } from '../../src/diffusion/guidance-choice.ts';
import type { Unet } from '../../src/diffusion/unet.ts';

const SMALL_BYTES = 1024;
const LARGE_BYTES = 2 * 1024 ** 3;

/** U-Nets whose calls take so many milliseconds of a clock that only they move. */
function unetsOf(msPerCall: Readonly<Record<GuidanceBatch, number>>, fixedBatch?: GuidanceBatch) {
  let nowMs = 0;
  const opened: GuidanceBatch[] = [];
  const disposed: GuidanceBatch[] = [];
  const open = async (wanted: GuidanceBatch): Promise<Unet> => {
    const batch = fixedBatch ?? wanted;
    opened.push(wanted);
    return {
      batch,
      latents: new Float32Array(),
      negativeTexts: undefined,
      texts: new Float32Array(),
      predicted: new Float32Array(),
      async run() {
        nowMs += msPerCall[batch];
      },
      async dispose() {
        disposed.push(wanted);
      },
    };
  };
  return { open, now: () => nowMs, opened, disposed };
}

function memoryOf(known: GuidanceBatch | null, first: GuidanceBatch | null = null) {
  const kept: GuidanceBatch[] = [];
  const keep = async (choice: GuidanceBatch) => {
    kept.push(choice);
    return first ?? choice;
  };
  return { kept, recall: async () => known, keep };
}

for (const { faster, msPerCall } of [
  { faster: 1, msPerCall: { 1: 10, 2: 21 } },
  { faster: 2, msPerCall: { 1: 10, 2: 19 } },
] as const) {
  test(`the faster batch of guidance is chosen and remembered, and both U-Nets are freed (${faster})`, async () => {
    const { open, now, disposed } = unetsOf(msPerCall);
    const memory = memoryOf(null);
    assert.equal(await chooseGuidanceBatch({ open, nowMs: now, weightBytes: SMALL_BYTES, memory }), faster);
    assert.deepEqual(memory.kept, [faster]);
    assert.deepEqual(disposed.toSorted(), [1, 2]);
  });
}

for (const fixed of [1, 2] as const) {
  test(`a batch that the file of the U-Net fixes is taken (${fixed})`, async () => {
    const { open, now } = unetsOf({ 1: 10, 2: 10 }, fixed);
    const memory = memoryOf(null);
    assert.equal(await chooseGuidanceBatch({ open, nowMs: now, weightBytes: SMALL_BYTES, memory }), fixed);
  });
}

test('the batch that another process remembered meanwhile is taken', async () => {
  const { open, now } = unetsOf({ 1: 10, 2: 21 });
  const memory = memoryOf(null, 2);
  assert.equal(await chooseGuidanceBatch({ open, nowMs: now, weightBytes: SMALL_BYTES, memory }), 2);
  assert.deepEqual(memory.kept, [1]);
});

test('a remembered batch is taken without measuring', async () => {
  const { open, opened } = unetsOf({ 1: 1, 2: 1 });
  assert.equal(await chooseGuidanceBatch({ open, weightBytes: SMALL_BYTES, memory: memoryOf(1) }), 1);
  assert.deepEqual(opened, []);
});

test('where nothing can be remembered, or for a large U-Net, both predictions run in one call, unmeasured', async () => {
  const { open, opened } = unetsOf({ 1: 1, 2: 1 });
  assert.equal(await chooseGuidanceBatch({ open, weightBytes: SMALL_BYTES }), 2);
  assert.equal(await chooseGuidanceBatch({ open, weightBytes: LARGE_BYTES, memory: memoryOf(null) }), 2);
  assert.deepEqual(opened, []);
});
