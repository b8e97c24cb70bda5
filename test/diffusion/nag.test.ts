import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readModelFolder } from '../../src/diffusion/model-folder/model-folder.ts';
import { loadPipeline } from '../../src/diffusion/pipeline.ts';
import { openUnet } from '../../src/diffusion/unet.ts';
import { openRuntime } from '../../src/openvino/open-runtime.ts';
import { generate } from './generate.ts';

const GOLDEN = fileURLToPath(new URL('../golden/', import.meta.url));
const golden = JSON.parse(readFileSync(join(GOLDEN, 'nag', 'nag.json'), 'utf8')) as {
  readonly timestep: number;
  readonly guided: readonly number[];
  readonly plain: readonly number[];
};
const CPU = { device: 'CPU', properties: { INFERENCE_NUM_THREADS: '1', INFERENCE_PRECISION_HINT: 'f32' } };

/** The tiny variant with a U-Net that has the second text. */
const folder = mkdtempSync(join(tmpdir(), 'riff-nag-'));
const runtime = await openRuntime();
after(async () => {
  await runtime.dispose();
  rmSync(folder, { recursive: true, force: true });
});
cpSync(join(GOLDEN, 'diffusion', 'tiny-variant'), folder, { recursive: true });
cpSync(join(GOLDEN, 'nag', 'unet'), join(folder, 'unet'), { recursive: true });

test('the U-Net gives what the formula of the paper gives, and the plain output without a negative prompt', async () => {
  const read = await readModelFolder(runtime, folder);
  const unet = await openUnet(runtime, read, { ...CPU, height: 16, width: 24, textWidth: 8 }, 1);
  try {
    wave(0.37, unet.latents);
    wave(0.11, unet.texts);
    assert.ok(unet.negativeTexts);
    for (const [step, expected] of [
      [0.23, golden.guided],
      [0.11, golden.plain],
    ] as const) {
      wave(step, unet.negativeTexts);
      await unet.run(golden.timestep, undefined);
      const worst = Math.max(
        ...unet.predicted.map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN))),
      );
      assert.ok(worst <= 1e-4, `off by ${worst}`);
    }
  } finally {
    await unet.dispose();
  }
});

test('a negative prompt works at guidance 1, and nothing is said of it', async () => {
  const pipeline = await loadPipeline(runtime, folder, CPU);
  try {
    const request = { prompt: 'jazz', seed: 3, steps: 2, scheduler: 'lcm', guidanceScale: 1 } as const;
    const without = await generate(pipeline, { ...request, negativePrompt: '' });
    const away = await generate(pipeline, { ...request, negativePrompt: 'drums' });
    const itself = await generate(pipeline, { ...request, negativePrompt: 'jazz' });
    assert.notDeepEqual(away.planes, without.planes);
    assert.deepEqual(itself.planes, without.planes);
    assert.ok(!away.warnings.some(({ kind }) => kind === 'negativeHasNoEffect'));
  } finally {
    await pipeline.dispose();
  }
});

/** As the script that made the golden file fills them. */
function wave(step: number, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.sin(step * i);
}
