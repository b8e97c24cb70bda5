import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guide } from '../../src/diffusion/guidance.ts';
import type { Unet } from '../../src/diffusion/unet.ts';

const PROMPT = Float32Array.of(10, 20);
const NEGATIVE = Float32Array.of(1, 2);
const INPUT = Float32Array.of(0.5, -0.5);

/** Latents plus the sum of the text, side by side: what went in can be read from what came out. */
function unetOfBatch(batch: number) {
  const calls: number[] = [];
  const [latents, texts, predicted] = [INPUT, PROMPT, INPUT].map(
    ({ length }) => new Float32Array(batch * length),
  );
  assert.ok(latents && texts && predicted);
  const unet: Unet = {
    batch,
    latents,
    texts,
    predicted,
    async run(timestep) {
      calls.push(timestep);
      for (let i = 0; i < predicted.length; i++) {
        const side = Math.floor(i / INPUT.length) * PROMPT.length;
        predicted[i] = (latents[i] ?? 0) + (texts[side] ?? 0) + (texts[side + 1] ?? 0);
      }
    },
    dispose: async () => {},
  };
  return { unet, calls };
}

const OPTIONS = { prompt: PROMPT, negative: NEGATIVE, scale: 4 };

for (const { batch, calls: expectedCalls } of [
  { batch: 1, calls: 2 },
  { batch: 2, calls: 1 },
]) {
  test(`guidance leads away from the negative prompt, in ${expectedCalls} call(s) of batch ${batch}`, async () => {
    const { unet, calls } = unetOfBatch(batch);
    const guided = guide({ pair: unet, single: unet }, OPTIONS);
    for (const timestep of [900, 400]) {
      const output = await guided.predict('both', INPUT, timestep, undefined);
      assert.deepEqual([...output], [0.5 + 3 + 4 * 27, -0.5 + 3 + 4 * 27]);
    }
    assert.deepEqual(calls, Array(expectedCalls).fill(900).concat(Array(expectedCalls).fill(400)));
  });

  test(`the prompt alone is run once, by the U-Net of batch 1 beside that of batch ${batch}`, async () => {
    const pair = unetOfBatch(batch);
    const single = unetOfBatch(1);
    const guided = guide({ pair: pair.unet, single: single.unet }, OPTIONS);
    const output = await guided.predict('prompt', INPUT, 7, undefined);
    assert.deepEqual([...output], [30.5, 29.5]);
    assert.deepEqual([pair.calls, single.calls], [[], [7]]);
  });

  test(`a kept difference counts scale − 1 times, beside the U-Net of batch ${batch}`, async () => {
    const pair = unetOfBatch(batch);
    const single = unetOfBatch(1);
    const guided = guide({ pair: pair.unet, single: single.unet }, OPTIONS);
    await guided.predict('both', INPUT, 9, undefined);
    const output = await guided.predict('kept', Float32Array.of(1, 2), 7, undefined);
    assert.deepEqual([...output], [1 + 30 + 3 * 27, 2 + 30 + 3 * 27]);
    assert.deepEqual(single.calls, [7]);
  });
}

test('a file fixed to two sides gives the prompt side, too', async () => {
  const { unet, calls } = unetOfBatch(2);
  const output = await guide({ pair: unet, single: unet }, OPTIONS).predict('prompt', INPUT, 7, undefined);
  assert.deepEqual([...output], [30.5, 29.5]);
  assert.deepEqual(calls, [7]);
});

test('sides of one U-Net do not mix when steps of every kind follow each other', async () => {
  const { unet } = unetOfBatch(1);
  const guided = guide({ pair: unet, single: unet }, OPTIONS);
  const outputs: number[] = [];
  for (const step of ['both', 'kept', 'prompt', 'both'] as const) {
    outputs.push((await guided.predict(step, INPUT, 7, undefined))[0] ?? Number.NaN);
  }
  assert.deepEqual(outputs, [111.5, 111.5, 30.5, 111.5]);
});
