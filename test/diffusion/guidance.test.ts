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
    negativeTexts: undefined,
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
    const predict = guide(unet, OPTIONS);
    for (const timestep of [900, 400]) {
      const output = await predict(INPUT, timestep, undefined);
      assert.deepEqual([...output], [0.5 + 3 + 4 * 27, -0.5 + 3 + 4 * 27]);
    }
    assert.deepEqual(calls, Array(expectedCalls).fill(900).concat(Array(expectedCalls).fill(400)));
  });

  test(`with guidance 1 the prompt alone is run, in one call of batch ${batch}`, async () => {
    const { unet, calls } = unetOfBatch(batch);
    const predict = guide(unet, { ...OPTIONS, scale: 1 });
    assert.deepEqual([...(await predict(INPUT, 7, undefined))], [30.5, 29.5]);
    assert.deepEqual(calls, [7]);
  });

  test(`with guidance 1 a U-Net that reads negative prompts gets it, batch ${batch}`, async () => {
    const { unet } = unetOfBatch(batch);
    const negativeTexts = new Float32Array(unet.texts.length);
    await guide({ ...unet, negativeTexts }, { ...OPTIONS, scale: 1 })(INPUT, 7, undefined);
    assert.deepEqual([...negativeTexts.subarray(0, NEGATIVE.length)], [...NEGATIVE]);
  });

  test(`above guidance 1 such a U-Net gets each text as its own negative prompt, batch ${batch}`, async () => {
    const { unet } = unetOfBatch(batch);
    const negativeTexts = new Float32Array(unet.texts.length);
    await guide({ ...unet, negativeTexts }, OPTIONS)(INPUT, 7, undefined);
    assert.deepEqual(negativeTexts, unet.texts);
  });
}
