import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
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
import type { ModelContext } from '../../src/cli/model/context.ts';
import { verifyModels } from '../../src/cli/model/verify.ts';
import { loadPipeline } from '../../src/diffusion/pipeline.ts';
import { CancelledError } from '../../src/errors.ts';
import { readManifest } from '../../src/model-library/manifest.ts';
import type { TaskOptions, TaskProgress } from '../../src/model-library/progress.ts';
import { openRuntime } from '../../src/openvino/open-runtime.ts';
import { parseRiffRequest } from '../../src/riff/request.ts';
import { TINY_MODEL, testContext } from '../cli/model/model-context.ts';
import { makeCheckpoint, RIFF_PYTHON, skip } from './conversion-python.ts';
import { startFakeHub } from './fake-hub.ts';

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
    const error = meanDifference((await draw('eight')).picture, (await draw('small')).picture);
    assert.ok(error > 0 && error < 0.01, `differs by ${error} of the range`);
  });

  test('int8-hybrid quantises the convolutions of U-Net and decoder on prompts of music, and draws nearly the same', async () => {
    await addOne(context, checkpoint, { name: 'hybrid', weights: 'int8-hybrid', calibrationSamples: 2 });
    const parts = (await readManifest(join(context.modelsFolder, 'hybrid')))?.parts;
    assert.equal(parts?.unet?.precision, 'int8-hybrid');
    assert.equal(parts?.text_encoder?.precision, 'int8');
    assert.equal(parts?.vae_decoder?.precision, 'int8-hybrid');
    assert.equal(parts?.vae_encoder?.precision, 'f16');
    const error = meanDifference((await draw('hybrid', 256)).picture, (await draw('small')).picture);
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
    assert.deepEqual((await draw('variant')).picture, (await draw('small')).picture);
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
      ...(width !== undefined && { width }),
    });
    try {
      const request = { prompt: 'jazz piano', steps: 1 };
      return await pipeline.generate(parseRiffRequest(request, pipeline.describe.defaults, 1));
    } finally {
      await pipeline.dispose();
      await runtime.dispose();
    }
  }
});

describe('the hub', { skip }, () => {
  const cache = mkdtempSync(join(tmpdir(), 'riff-hub-'));
  after(() => rmSync(cache, { recursive: true, force: true }));
  const contextAt = (HF_ENDPOINT: string) =>
    testContext({ env: { ...process.env, HF_ENDPOINT, HF_HUB_DISABLE_XET: '1', XDG_CACHE_HOME: cache } });

  test('gives a model by its id: only the files that count, with commit and licence', async () => {
    const hub = await startFakeHub(TINY);
    try {
      const context = contextAt(hub.url);
      await addOne(context, 'somebody/tiny', { yes: true });
      const manifest = await readManifest(join(context.modelsFolder, 'tiny'));
      assert.equal(manifest?.source.kind, 'hub');
      assert.match(manifest?.source.revision ?? '', /^0123456789abcdef/);
      assert.deepEqual(manifest?.licence, { name: 'cc0-1.0' });
      assert.equal(manifest?.files['unet/openvino_model.bin']?.bytes, 140916);
      assert.match(context.noted.join(), /somebody\/tiny is licensed under: cc0-1\.0/);
      assert.deepEqual(readdirSync(join(cache, 'riff', 'downloads')), []);
    } finally {
      hub.close();
    }
  });

  test('goes on where an interrupted download stopped', async () => {
    const hub = await startFakeHub(TINY);
    try {
      const abort = new AbortController();
      const onProgress = ({ words }: TaskProgress) => words.includes('unet') && abort.abort();
      const stopped = { ...contextAt(hub.url), working: runWith({ signal: abort.signal, onProgress }) };
      await assert.rejects(addOne(stopped, 'somebody/tiny', { yes: true }), CancelledError);
      const before = hub.asked.length;
      await addOne(contextAt(hub.url), 'somebody/tiny', { yes: true });
      const again = hub.asked.slice(before).filter((line) => line.startsWith('GET /somebody'));
      assert.ok(again.some((line) => line.includes('vae_decoder')));
      assert.ok(!again.some((line) => line.includes('text_encoder')), again.join());
    } finally {
      hub.close();
    }
  });

  test('goes on in the middle of a file', async () => {
    const hub = await startFakeHub(TINY);
    const name = 'unet/openvino_model.bin';
    const [arrived, tooMuch] = [70_000, 200_000];
    try {
      for (const bytes of [arrived, tooMuch]) {
        const abort = new AbortController();
        const onProgress = ({ words }: TaskProgress) => words.includes(name) && abort.abort();
        const stopped = { ...contextAt(hub.url), working: runWith({ signal: abort.signal, onProgress }) };
        await assert.rejects(addOne(stopped, 'somebody/tiny', { yes: true }), CancelledError);
        const folder = join(cache, 'riff', 'downloads', 'somebody--tiny-0123456789ab');
        rmSync(join(folder, name), { force: true });
        const begun = Buffer.alloc(bytes);
        readFileSync(join(TINY_MODEL, name)).copy(begun);
        writeFileSync(join(folder, `${name}.part`), begun);
        const before = hub.asked.length;
        await addOne(contextAt(hub.url), 'somebody/tiny', { yes: true });
        const asked = hub.asked.slice(before).filter((line) => line.startsWith('GET') && line.includes(name));
        const range = bytes === arrived ? / bytes=70000-$/ : /openvino_model\.bin$/;
        assert.ok(asked.length === 1 && range.test(asked[0] ?? ''), asked.join());
      }
    } finally {
      hub.close();
    }
  });

  test('a file that is not what the hub says is refused, and fetched again the next time', async () => {
    for (const [name, kind] of [
      ['tokenizer/merges.txt', 'git hash'],
      ['unet/openvino_model.bin', 'SHA-256'],
    ] as const) {
      const hub = await startFakeHub({ ...TINY, damaged: [name] });
      try {
        const context = contextAt(hub.url);
        const adding = addOne(context, 'somebody/tiny', { yes: true });
        await assert.rejects(adding, new RegExp(`${name}: expected ${kind} \\w+ as the hub tells, found`));
        const folder = readdirSync(join(cache, 'riff', 'downloads'))[0] ?? '';
        assert.ok(!existsSync(join(cache, 'riff', 'downloads', folder, name)));
        assert.ok(!readdirSync(context.modelsFolder).includes('tiny'));
      } finally {
        hub.close();
      }
    }
  });

  test('names what it does not have', async () => {
    const hub = await startFakeHub(TINY);
    try {
      const asking = addOne(contextAt(hub.url), 'somebody/other', { yes: true });
      await assert.rejects(asking, /expected a public model somebody\/other at main, found none/);
    } finally {
      hub.close();
    }
  });

  test('is named with what else can be done where it is out of reach', async () => {
    const hub = await startFakeHub(TINY);
    hub.close();
    await assert.rejects(
      addOne(contextAt(hub.url), 'riffusion', { yes: true }),
      /expected to reach the model hub for riffusion\/riffusion-model-v1.*copy the folder here.*models\/convert\.py.*HF_ENDPOINT/,
    );
  });
});

const TINY = { id: 'somebody/tiny', folder: TINY_MODEL, licence: 'cc0-1.0' };

const runWith =
  (work: TaskOptions): ModelContext['working'] =>
  (run) =>
    run(work);

function meanDifference(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, value, i) => sum + Math.abs(value - (other[i] ?? 0)), 0) / one.length;
}
