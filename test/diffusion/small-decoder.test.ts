import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addOne } from '../../src/cli/model/add.ts';
import { readModelFolder } from '../../src/diffusion/model-folder/model-folder.ts';
import { openVaeDecoder } from '../../src/diffusion/vae.ts';
import { readManifest } from '../../src/model-library/manifest.ts';
import { openRuntime } from '../../src/openvino/open-runtime.ts';
import { TINY_MODEL, testContext, tinyFolder } from '../cli/model/model-context.ts';

const runtime = await openRuntime();
after(() => runtime.dispose());
const CPU = { device: 'CPU', properties: { INFERENCE_PRECISION_HINT: 'f32' } };
const SIZE = { height: 32, width: 32 };
const LATENTS = Float32Array.from({ length: 4 * 32 * 32 }, (_, i) => Math.sin(i));

/** The tiny model's own decoder with other first weights. */
function otherDecoder(base: string): string {
  const folder = join(base, 'small');
  cpSync(join(TINY_MODEL, 'vae_decoder'), folder, { recursive: true });
  const path = join(folder, 'openvino_model.bin');
  const weights = readFileSync(path);
  for (let at = 0; at < 16; at += 4) weights.writeFloatLE(weights.readFloatLE(at) * -1, at);
  writeFileSync(path, weights);
  return folder;
}

test('a model with a small decoder decodes with the one that is asked for', async () => {
  const context = testContext();
  tinyFolder(context);
  const decoder = otherDecoder(context.base);
  await addOne(context, 'tiny', { name: 'both', decoder });
  const model = join(context.modelsFolder, 'both');
  assert.ok((await readManifest(model))?.parts.vae_decoder_small);
  const open = async (folder: string) =>
    openVaeDecoder(runtime, await readModelFolder(runtime, folder), SIZE, CPU);
  const [plain, both] = [await open(TINY_MODEL), await open(model)];
  try {
    const exact = await plain.decode(LATENTS);
    assert.deepEqual(await both.decode(LATENTS, undefined, 'exact'), exact);
    assert.notDeepEqual((await both.decode(LATENTS, undefined, 'small')).planes, exact.planes);
    assert.deepEqual(await plain.decode(LATENTS, undefined, 'small'), exact);
    assert.deepEqual([both.width, both.height], [plain.width, plain.height]);
  } finally {
    await plain.dispose();
    await both.dispose();
  }
});

test('a small decoder of another model, or an incomplete one, is refused', async () => {
  const context = testContext();
  tinyFolder(context);
  await assert.rejects(
    addOne(context, 'tiny', { name: 'none', decoder: context.base }),
    /--decoder: expected a folder that models\/distil_decoder\.py made, but .* lacks openvino_model\.xml/,
  );
  const other = join(TINY_MODEL, '..', 'tiny-variant', 'vae_decoder');
  await assert.rejects(
    addOne(context, 'tiny', { name: 'other', decoder: other }),
    /vae_decoder_small.*expected 4 latent channels/,
  );
});
