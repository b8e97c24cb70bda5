import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseGuidanceBatch, type GuidanceBatch } from '../../src/diffusion/guidance-choice.ts';
import type { Unet, UnetSlot } from '../../src/diffusion/unet.ts';

/** A U-Net for each batch whose call moves `now` on by so many milliseconds. */
function slotOf(msPerCall: Readonly<Record<GuidanceBatch, number>>, holdsBoth = true) {
  const asked: GuidanceBatch[] = [];
  const kept: GuidanceBatch[] = [];
  let nowMs = 0;
  const unetOf = (batch: GuidanceBatch): Unet => ({
    batch,
    latents: new Float32Array(),
    texts: new Float32Array(),
    predicted: new Float32Array(),
    async run() {
      nowMs += msPerCall[batch];
    },
    async dispose() {},
  });
  const slot: UnetSlot = {
    holdsBoth,
    async ofBatch(batch) {
      asked.push(batch);
      return unetOf(batch);
    },
    async keepOnly(batch) {
      kept.push(batch);
    },
    executionDevices: () => 'CPU',
    async dispose() {},
  };
  return { slot, asked, kept, now: () => nowMs };
}

function memoryOf(known: GuidanceBatch | null) {
  const kept: GuidanceBatch[] = [];
  return { kept, recall: async () => known, keep: async (choice: GuidanceBatch) => void kept.push(choice) };
}

for (const { faster, msPerCall } of [
  { faster: 1, msPerCall: { 1: 9, 2: 19 } },
  { faster: 2, msPerCall: { 1: 11, 2: 19 } },
] as const) {
  test(`what is faster is chosen, kept and the other one freed (${faster})`, async () => {
    const { slot, kept, now } = slotOf(msPerCall);
    const memory = memoryOf(null);
    assert.equal(await chooseGuidanceBatch(slot, memory, now), faster);
    assert.deepEqual(memory.kept, [faster]);
    assert.deepEqual(kept, [faster]);
  });
}

test('a kept choice is taken without measuring', async () => {
  const { slot, asked } = slotOf({ 1: 1, 2: 1 });
  assert.equal(await chooseGuidanceBatch(slot, memoryOf(1)), 1);
  assert.deepEqual(asked, []);
});

test('without a memory nothing is measured, and a large U-Net is compiled for one side only', async () => {
  const small = slotOf({ 1: 1, 2: 1 });
  assert.equal(await chooseGuidanceBatch(small.slot, undefined), 2);
  const large = slotOf({ 1: 1, 2: 1 }, false);
  assert.equal(await chooseGuidanceBatch(large.slot, memoryOf(null)), 1);
  assert.deepEqual([...small.asked, ...large.asked], []);
});
