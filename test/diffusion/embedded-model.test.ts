import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { z } from 'zod';
import { loadPipeline } from '../../src/diffusion/pipeline.ts';
import { messageOf } from '../../src/errors.ts';
import { openRuntime } from '../../src/openvino/open-runtime.ts';
import { SCHEDULER_NAMES } from '../../src/riff/request.ts';
import { generate } from './generate.ts';

/** The exported picture was made by the same runtime in f32; other processors order their sums differently. */
const LEAST_PSNR_DB = 40;

const folder = fileURLToPath(new URL('../../models/riff-mini', import.meta.url));
const recipePath = `${folder}/reference.json`;
const settings = { steps: z.int(), guidance_scale: z.number(), scheduler: z.enum(SCHEDULER_NAMES) };
const recipeSchema = z.object({
  prompt: z.string(),
  negative_prompt: z.string(),
  seed: z.int(),
  ...settings,
  few_steps: z.object(settings),
});

const runtime = await openRuntime().catch(messageOf);

test('the embedded model draws its reference pictures', { skip: whyNot() }, async () => {
  assert.ok(typeof runtime !== 'string');
  const recipe = recipeSchema.parse(JSON.parse(readFileSync(recipePath, 'utf8')));
  const properties = { INFERENCE_PRECISION_HINT: 'f32' };
  const pipeline = await loadPipeline(runtime, folder, { device: 'CPU', properties });
  try {
    const { prompt, negative_prompt: negativePrompt, seed } = recipe;
    for (const [file, { steps, guidance_scale: guidanceScale, scheduler }] of [
      ['reference.png', recipe],
      ['reference_few_steps.png', recipe.few_steps],
    ] as const) {
      const request = { prompt, negativePrompt, seed, steps, guidanceScale, scheduler };
      const drawn = await generate(pipeline, request);
      assert.deepEqual(drawn.warnings, []);
      const reference = await sharp(`${folder}/${file}`).greyscale().raw().toBuffer();
      const psnrDb = psnrOfMean(drawn.planes, reference);
      assert.ok(psnrDb >= LEAST_PSNR_DB, `${file}: PSNR is ${psnrDb.toFixed(1)} dB`);
    }
  } finally {
    await pipeline.dispose();
    await runtime.dispose();
  }
});

function whyNot(): string | false {
  if (!existsSync(recipePath)) return 'models/riff-mini has no reference picture';
  return typeof runtime === 'string' ? `OpenVINO is not here: ${runtime}` : false;
}

/** Between the mean of three planes in [0, 1] and bytes. */
function psnrOfMean(picture: Float32Array, bytes: Uint8Array): number {
  assert.equal(picture.length, 3 * bytes.length);
  let squares = 0;
  for (const [i, byte] of bytes.entries()) {
    const planes = [0, 1, 2].map((plane) => picture[plane * bytes.length + i] ?? Number.NaN);
    const mean = planes.reduce((total, value) => total + value, 0) / 3;
    squares += (mean * 255 - byte) ** 2;
  }
  return 10 * Math.log10(255 ** 2 / (squares / bytes.length));
}
