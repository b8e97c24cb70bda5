import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type DiffusionPipeline, loadPipeline } from '../../src/diffusion/pipeline.ts';
import { RiffError } from '../../src/errors.ts';
import { openRuntime } from '../../src/openvino/open-runtime.ts';
import { generate } from './generate.ts';

const GOLDEN = fileURLToPath(new URL('../golden/', import.meta.url));
const CPU = { device: 'CPU', properties: { INFERENCE_NUM_THREADS: '1', INFERENCE_PRECISION_HINT: 'f32' } };
const REQUEST = { prompt: 'jazz', negativePrompt: '', seed: 3, guidanceScale: 1 } as const;
const SCHEDULER: object = JSON.parse(
  readFileSync(join(GOLDEN, 'diffusion/tiny-variant/scheduler/scheduler_config.json'), 'utf8').replace(
    '-Infinity',
    '-1e30',
  ),
);
const TCD = { ...SCHEDULER, _class_name: 'TCDScheduler', original_inference_steps: 8, eta: 0 };

const work = mkdtempSync(join(tmpdir(), 'riff-few-steps-'));
const runtime = await openRuntime();
after(async () => {
  await runtime.dispose();
  rmSync(work, { recursive: true, force: true });
});

/** The tiny variant with the U-Net of the golden NAG files in a folder of that name. */
function variantWith(part: string, schedulerFolder: string, config: object, riff: object): string {
  const folder = mkdtempSync(join(work, 'copy-'));
  cpSync(join(GOLDEN, 'diffusion/tiny-variant'), folder, { recursive: true });
  cpSync(join(GOLDEN, 'nag/unet'), join(folder, part), { recursive: true });
  mkdirSync(join(folder, schedulerFolder), { recursive: true });
  writeFileSync(join(folder, schedulerFolder, 'scheduler_config.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'model_index.json'), JSON.stringify({ riff }));
  return folder;
}

const withBoth = () =>
  variantWith('unet_few_steps', 'scheduler_few_steps', TCD, {
    guidance_scale: 3,
    few_steps: { steps: 4, negative_guidance_scale: 2 },
  });

async function withPipeline<T>(
  folder: string,
  work: (pipeline: DiffusionPipeline) => Promise<T>,
): Promise<T> {
  const pipeline = await loadPipeline(runtime, folder, CPU);
  try {
    return await work(pipeline);
  } finally {
    await pipeline.dispose();
  }
}

test('the scheduler of a request decides which of two U-Nets draws it', async () => {
  const tcd = { ...REQUEST, steps: 4, scheduler: 'tcd' } as const;
  const dpm = { ...REQUEST, steps: 3, guidanceScale: 3, scheduler: 'dpmpp_2m' } as const;
  const alone = await withPipeline(variantWith('unet', 'scheduler', TCD, {}), (one) => generate(one, tcd));
  const first = await withPipeline(join(GOLDEN, 'diffusion/tiny-variant'), (one) => generate(one, dpm));
  await withPipeline(withBoth(), async (both) => {
    const fewSteps = { steps: 4, guidanceScale: 1, negativeGuidanceScale: 2, scheduler: 'tcd' };
    assert.deepEqual(both.describe.defaults.fewSteps, fewSteps);
    assert.equal(both.describe.defaults.scheduler, 'dpmpp_2m');
    const few = await generate(both, tcd);
    assert.deepEqual(few.planes, alone.planes);
    assert.deepEqual(few.warnings, alone.warnings);
    assert.deepEqual((await generate(both, dpm)).planes, first.planes);
    const away = await generate(both, { ...tcd, negativePrompt: 'drums' });
    assert.notDeepEqual(away.planes, few.planes);
  });
});

for (const { title, config, says } of [
  {
    title: 'a scheduler that the first U-Net has, too',
    config: SCHEDULER,
    says: /LCMScheduler or TCDScheduler/,
  },
  { title: 'settings that are none', config: [], says: /scheduler_few_steps.*expected object/ },
] as const) {
  test(`${title} for the second U-Net is an error that names the file`, async () => {
    const folder = variantWith('unet_few_steps', 'scheduler_few_steps', config, { few_steps: { steps: 4 } });
    await assert.rejects(
      withPipeline(folder, async () => assert.fail('loaded')),
      (error) => error instanceof RiffError && error.code === 'invalid_model' && says.test(error.message),
    );
  });
}

test('a second U-Net that is not there is an error that names it', async () => {
  const folder = variantWith('unet', 'scheduler_few_steps', TCD, { few_steps: { steps: 4 } });
  await assert.rejects(loadPipeline(runtime, folder, CPU), /unet_few_steps/);
});
