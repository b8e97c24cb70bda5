import assert from 'node:assert/strict';
import { cpSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decodeWav } from '../../../src/audio/wav.ts';
import { addOne } from '../../../src/cli/model/add.ts';
import { verifyModels } from '../../../src/cli/model/verify.ts';
import { readManifest } from '../../../src/model-library/manifest.ts';
import { openRuntime } from '../../../src/openvino/open-runtime.ts';
import { renderRiff } from '../../../src/render/render-riff.ts';
import { loadRenderer } from '../../../src/render/renderer.ts';
import { parseRiffRequest } from '../../../src/riff/request.ts';
import { testContext } from './model-context.ts';

/** Ports of its own names, three latent channels, pictures of 96 × 64 pixels, 24 tokens, v-prediction. */
const VARIANT = fileURLToPath(new URL('../../golden/diffusion/tiny-variant', import.meta.url));
const SAMPLE_RATE = 44_100;

const context = testContext();
const folder = join(context.modelsFolder, 'variant');
cpSync(VARIANT, join(context.base, 'variant'), { recursive: true });
// Its pictures have 64 rows.
const riff = { spectrogram: { num_frequencies: 64 } };
writeFileSync(join(context.base, 'variant', 'model_index.json'), JSON.stringify({ riff }));

const runtime = await openRuntime();
after(() => runtime.dispose());

test('a folder with other ports, latents and width is added, verified and rendered as it is', async () => {
  await addOne(context, 'variant', {});
  assert.equal((await readManifest(folder))?.width, 96);
  assert.equal(await verifyModels(context, 'variant'), true);
  const renderer = await loadRenderer({ runtime, modelFolder: folder, device: 'CPU' });
  try {
    const { defaults } = renderer.model;
    const request = parseRiffRequest({ prompt: 'the string', profile: 'fast' }, defaults, 3);
    const options = { onProgress: () => {}, signal: new AbortController().signal };
    const { wav, recipe } = await renderRiff(renderer, { ...request, steps: 2 }, options);
    const { waveform } = decodeWav(wav, SAMPLE_RATE);
    assert.equal(waveform.length, 96 * 441);
    assert.ok(waveform.some((value) => value !== 0));
    assert.equal(recipe.model, 'variant');
  } finally {
    await renderer.dispose();
  }
});

test('once a file of it is cut short it is refused by name, before anything is compiled', async () => {
  truncateSync(join(folder, 'vae_decoder', 'openvino_model.bin'), 1000);
  await assert.rejects(
    loadRenderer({ runtime, modelFolder: folder, device: 'CPU' }),
    /vae_decoder.openvino_model\.bin: expected at least \d+ bytes of weights, got 1000: it is cut short/,
  );
  assert.equal(await verifyModels(context, 'variant'), false);
  assert.match(context.printed.join('\n'), /vae_decoder\/openvino_model\.bin: expected \d+ bytes, got 1000/);
});
