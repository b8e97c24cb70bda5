import assert from 'node:assert/strict';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { addOne } from '../../src/cli/model/add.ts';
import { verifyModels } from '../../src/cli/model/verify.ts';
import { loadPipeline } from '../../src/diffusion/pipeline.ts';
import { readManifest } from '../../src/model-library/manifest.ts';
import { openRuntime } from '../../src/openvino/open-runtime.ts';
import { parseRiffRequest } from '../../src/riff/request.ts';
import { testContext } from '../cli/model/model-context.ts';
import { generate } from '../diffusion/generate.ts';
import { makeCheckpoint, RIFF_PYTHON, skip } from './conversion-python.ts';

describe('converting a random checkpoint', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'riff-conversion-'));
  const checkpoint = join(folder, 'checkpoint');
  const context = testContext({ env: { RIFF_PYTHON, XDG_CACHE_HOME: folder } });
  after(() => rmSync(folder, { recursive: true, force: true }));
  before(() => makeCheckpoint(checkpoint));

  test('fp16 becomes a model that verifies and draws as wide as was asked for', async () => {
    await addOne(context, checkpoint, { name: 'small', width: 256 });
    const manifest = await readManifest(join(context.modelsFolder, 'small'));
    assert.equal(manifest?.width, 256);
    assert.equal(manifest?.parts.unet?.precision, 'f16');
    assert.equal(manifest?.source.kind, 'checkpoint');
    assert.match(manifest?.madeBy.diffusers ?? '', /^\d/);
    assert.equal(await verifyModels(context, 'small'), true);
    assert.equal((await draw('small')).width, 256);
    assert.equal((await draw('small', 512)).width, 512);
  });

  test('int8 draws nearly what fp16 draws', async () => {
    await addOne(context, checkpoint, { name: 'eight', weights: 'int8', width: 256 });
    const parts = (await readManifest(join(context.modelsFolder, 'eight')))?.parts;
    assert.deepEqual([parts?.unet?.precision, parts?.text_encoder?.precision], ['int8', 'int8']);
    const error = meanDifference((await draw('eight')).planes, (await draw('small')).planes);
    assert.ok(error > 0 && error < 0.01, `differs by ${error} of the range`);
  });

  test('int8-hybrid quantises the convolutions of U-Net and decoder on prompts of music, and draws nearly the same', async () => {
    await addOne(context, checkpoint, { name: 'hybrid', weights: 'int8-hybrid', calibrationSamples: 2 });
    const parts = (await readManifest(join(context.modelsFolder, 'hybrid')))?.parts;
    assert.equal(parts?.unet?.precision, 'int8-hybrid');
    assert.equal(parts?.text_encoder?.precision, 'int8');
    assert.equal(parts?.vae_decoder?.precision, 'int8-hybrid');
    assert.equal(parts?.vae_encoder?.precision, 'f16');
    const error = meanDifference((await draw('hybrid', 256)).planes, (await draw('small')).planes);
    assert.ok(error > 0 && error < 0.05, `differs by ${error} of the range`);
  });

  test('a checkpoint that has only its 16-bit variant becomes the same model', async () => {
    const variant = join(folder, 'variant');
    cpSync(checkpoint, variant, { recursive: true });
    for (const part of ['text_encoder', 'unet', 'vae']) {
      for (const name of readdirSync(join(variant, part)).filter((file) => file.endsWith('.safetensors'))) {
        const renamed = name.replace('.safetensors', '.fp16.safetensors');
        renameSync(join(variant, part, name), join(variant, part, renamed));
      }
    }
    await addOne(context, variant, { width: 256 });
    assert.deepEqual((await draw('variant')).planes, (await draw('small')).planes);
  });

  const FAULTS: readonly {
    readonly title: string;
    readonly spoil: (folder: string) => void;
    readonly says: RegExp;
  }[] = [
    {
      title: 'weights that are cut short',
      spoil: (broken) => truncateSync(join(broken, 'unet', 'diffusion_pytorch_model.safetensors'), 100_000),
      says: /unet.diffusion_pytorch_model\.safetensors: expected 529488 bytes, found 100000/,
    },
    {
      title: 'weights that are none',
      spoil: (broken) =>
        writeFileSync(join(broken, 'vae', 'diffusion_pytorch_model.safetensors'), 'a page of HTML'),
      says: /vae.diffusion_pytorch_model\.safetensors: expected a safetensors file, found no header/,
    },
    {
      title: 'a part without weights',
      spoil: (broken) => rmSync(join(broken, 'text_encoder', 'model.safetensors')),
      says: /text_encoder: expected weights \(\.safetensors or \.bin\), found none/,
    },
    {
      title: 'a network of another kind',
      spoil: (broken) => {
        const path = join(broken, 'model_index.json');
        writeFileSync(
          path,
          readFileSync(path, 'utf8').replace('UNet2DConditionModel', 'FluxTransformer2DModel'),
        );
      },
      says: /expected unet to be a UNet2DConditionModel, found FluxTransformer2DModel/,
    },
  ];
  for (const { title, spoil, says } of FAULTS) {
    test(`refuses ${title}, and leaves nothing`, async () => {
      const broken = join(folder, 'broken');
      cpSync(checkpoint, broken, { recursive: true });
      spoil(broken);
      await assert.rejects(addOne(context, broken, {}), says);
      rmSync(broken, { recursive: true });
      assert.ok(!readdirSync(context.modelsFolder).includes('broken'));
    });
  }

  test('a width that the U-Net cannot halve is refused', async () => {
    await assert.rejects(
      addOne(context, checkpoint, { width: 500 }),
      /width: expected a multiple of 16 .* got 500/,
    );
  });

  async function draw(name: string, width?: number) {
    const runtime = await openRuntime();
    const pipeline = await loadPipeline(runtime, join(context.modelsFolder, name), {
      device: 'CPU',
      properties: {},
      ...(width !== undefined && { width }),
    });
    try {
      const request = { prompt: 'jazz piano', steps: 1 };
      return await generate(pipeline, parseRiffRequest(request, pipeline.describe.defaults, 1));
    } finally {
      await pipeline.dispose();
      await runtime.dispose();
    }
  }
});

function meanDifference(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, value, i) => sum + Math.abs(value - (other[i] ?? 0)), 0) / one.length;
}
