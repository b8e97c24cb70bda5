import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkModelFolder } from '../../src/cli/doctor/model-folders.ts';
import { addOne } from '../../src/cli/model/add.ts';
import type { ModelContext } from '../../src/cli/model/context.ts';
import { verifyModels } from '../../src/cli/model/verify.ts';
import { loadPipeline } from '../../src/diffusion/pipeline.ts';
import { CancelledError } from '../../src/errors.ts';
import { installedModels } from '../../src/model-library/installed-models.ts';
import { readManifest } from '../../src/model-library/manifest.ts';
import type { TaskProgress } from '../../src/model-library/progress.ts';
import { openRuntime } from '../../src/openvino/open-runtime.ts';
import { parseRiffRequest } from '../../src/riff/request.ts';
import { TINY_MODEL, testContext } from '../cli/model/model-context.ts';
import { generate } from '../diffusion/generate.ts';
import { makeCheckpoint, RIFF_PYTHON, skip } from './conversion-python.ts';
import { type Repository, startFakeHub } from './fake-hub.ts';

const folder = mkdtempSync(join(tmpdir(), 'riff-turbo-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const checkpoint = join(folder, 'checkpoint');
const lora = join(folder, 'style.safetensors');
const DISTIL = fileURLToPath(new URL('../../models/distil_decoder.py', import.meta.url));
const [WIDTH, RANK] = [32, 4];
const LAYER = 'lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q';

before(() => {
  if (skip) return;
  makeCheckpoint(checkpoint);
  writeLora(lora, LAYER);
});

describe('model add with LoRAs', { skip }, () => {
  const context = testContext({ env: { RIFF_PYTHON, XDG_CACHE_HOME: folder } });

  test('fuses them by their scales, and the manifest names them', async () => {
    await addOne(context, checkpoint, { name: 'plain', width: 128 });
    await addOne(context, checkpoint, { name: 'none', width: 128, lora: [`${lora}:0`] });
    await addOne(context, checkpoint, { name: 'styled', width: 128, lora: [lora, `${lora}:0.5`] });
    const plain = await draw(context, 'plain');
    assert.deepEqual(await draw(context, 'none'), plain);
    assert.notDeepEqual(await draw(context, 'styled'), plain);
    const { loras } = (await readManifest(join(context.modelsFolder, 'styled'))) ?? {};
    assert.deepEqual(
      loras?.map(({ from, scale, licence }) => ({ from, scale, licence })),
      [1, 0.5].map((scale) => ({ from: 'style.safetensors', scale, licence: null })),
    );
    assert.match(context.noted.join(), /style\.safetensors does not say under which licence/);
  });

  test('writes down what the model is to propose', async () => {
    const proposed = { scheduler: 'lcm', steps: 6, guidance: 1.5 } as const;
    await addOne(context, checkpoint, { name: 'proposing', width: 128, lora: [lora], ...proposed });
    const { defaults } = (await readManifest(join(context.modelsFolder, 'proposing'))) ?? {};
    assert.deepEqual(defaults, { scheduler: 'lcm', steps: 6, guidanceScale: 1.5 });
  });

  test('refuses a LoRA of another model, and leaves nothing', async () => {
    const other = join(folder, 'other.safetensors');
    writeLora(other, LAYER.replace('down_blocks_1', 'down_blocks_7'));
    const adding = addOne(context, checkpoint, { name: 'wrong', lora: [other] });
    await assert.rejects(adding, /expected layers of this unet, found .*down_blocks_7/);
    assert.ok(!readdirSync(context.modelsFolder).includes('wrong'));
  });
});

describe('a small decoder', { skip }, () => {
  test('is taught by a model, and stands beside its own', async () => {
    const context = testContext({ env: { RIFF_PYTHON, XDG_CACHE_HOME: folder } });
    const small = join(folder, 'small');
    const options = ['--pictures', '5', '--minutes', '0.05', '--channels', '8', '--json'];
    const made = spawnSync(RIFF_PYTHON ?? '', ['-B', DISTIL, TINY_MODEL, small, ...options], {
      encoding: 'utf8',
    });
    assert.equal(made.status, 0, made.stderr);
    assert.match(made.stdout, /"result": \{"weights": \d+, "steps": [1-9]/);
    await addOne(context, TINY_MODEL, { name: 'both', decoder: small });
    const parts = (await readManifest(join(context.modelsFolder, 'both')))?.parts;
    assert.deepEqual(parts?.vae_decoder_small?.inputs[0]?.shape, parts?.vae_decoder?.inputs[0]?.shape);
    assert.equal(await verifyModels(context, 'both'), true);
  });
});

describe('riffusion-turbo from the hub', { skip }, () => {
  const hubFolder = join(folder, 'hub');
  const riffusion: Repository = {
    id: 'riffusion/riffusion-model-v1',
    folder: join(hubFolder, 'riffusion'),
    licence: 'creativeml-openrail-m',
  };
  const turbo: Repository = { id: 'h1t/TCD-SD15-LoRA', folder: join(hubFolder, 'tcd'), licence: 'mit' };
  /** Of the real repositories, with other contents; none of them is needed. */
  const UNUSED = [
    [riffusion, 'riffusion-model-v1.ckpt'],
    [riffusion, 'unet_traced/unet_traced.pt'],
    [riffusion, 'safety_checker/pytorch_model.bin'],
    [riffusion, 'feature_extractor/preprocessor_config.json'],
    [riffusion, 'seed_images/og_beat.png'],
    [turbo, 'assets/result.png'],
  ] as const;

  before(() => {
    if (skip) return;
    cpSync(checkpoint, riffusion.folder, { recursive: true });
    for (const [{ folder: repository }, name] of UNUSED) write(join(repository, name), 'not needed');
    write(join(riffusion.folder, 'README.md'), '# Riffusion');
    write(join(turbo.folder, 'README.md'), '# TCD');
    writeLora(join(turbo.folder, 'pytorch_lora_weights.safetensors'), LAYER);
  });

  const contextAt = (HF_ENDPOINT: string, cache: string) =>
    testContext({
      env: { ...process.env, HF_ENDPOINT, HF_HUB_DISABLE_XET: '1', XDG_CACHE_HOME: join(folder, cache) },
    });

  test('shows both licences, goes on after an interruption, converts, renders, and doctor explains it', async () => {
    const hub = await startFakeHub(riffusion, turbo);
    try {
      const abort = new AbortController();
      const onProgress = ({ words }: TaskProgress) => words.includes('unet/diff') && abort.abort();
      const context = contextAt(hub.url, 'first');
      const stopped: ModelContext = {
        ...context,
        working: (run) => run({ signal: abort.signal, onProgress }),
      };
      await assert.rejects(addOne(stopped, 'riffusion-turbo', { yes: true }), CancelledError);
      const before = hub.asked.length;
      // Calibrated on the few steps of its own scheduler, and with the port for a negative prompt.
      const form = { weights: 'int8-hybrid', calibrationSamples: 4, width: 128 } as const;
      await addOne(context, 'riffusion-turbo', { yes: true, ...form });
      const again = hub.asked.slice(before);
      assert.ok(!again.some((line) => line.startsWith('GET') && line.includes('text_encoder/model')));
      for (const [, name] of UNUSED) assert.ok(!hub.asked.some((line) => line.includes(name)), name);

      for (const licence of [/riffusion-model-v1 is licensed under: Creative/, /TCD-SD15-LoRA .*: MIT/]) {
        assert.match(context.noted.join('\n'), licence);
      }
      const model = join(context.modelsFolder, 'riffusion-turbo');
      const manifest = await readManifest(model);
      assert.equal(manifest?.parts.unet?.precision, 'int8-hybrid');
      assert.deepEqual(manifest?.defaults, { scheduler: 'tcd', steps: 4, guidanceScale: 1 });
      assert.deepEqual(
        manifest?.loras?.map(({ from, scale, licence }) => ({ from, scale, licence: licence?.name })),
        [{ from: 'h1t/TCD-SD15-LoRA/pytorch_lora_weights.safetensors', scale: 1, licence: 'MIT' }],
      );
      const ports = manifest?.parts.unet?.inputs.map(({ name }) => name);
      assert.ok(ports?.includes('encoder_hidden_states_negative'), ports?.join());
      const scheduler = readFileSync(join(model, 'scheduler/scheduler_config.json'), 'utf8');
      assert.match(scheduler, /"_class_name": "TCDScheduler"/);
      assert.equal(await verifyModels(context, 'riffusion-turbo'), true);
      assert.equal((await draw(context, 'riffusion-turbo')).length, 3 * 512 * 128);
      const [listed] = await installedModels(context.modelsFolder);
      assert.equal(listed?.licence, 'CreativeML OpenRAIL-M + MIT');
      const finding = await checkModelFolder(model);
      assert.equal(finding.kind, 'ok');
      assert.match(finding.detail, /fused with h1t.* × 1 \(MIT\); proposes 4 steps by tcd, guidance 1/);
      assert.deepEqual(readdirSync(join(folder, 'first', 'riff', 'downloads')), []);
    } finally {
      hub.close();
    }
  });

  test('a LoRA that is not what the hub says is refused', async () => {
    const damaged = ['pytorch_lora_weights.safetensors'];
    const hub = await startFakeHub(riffusion, { ...turbo, damaged });
    try {
      const adding = addOne(contextAt(hub.url, 'second'), 'riffusion-turbo', { yes: true });
      await assert.rejects(adding, /pytorch_lora_weights\.safetensors: expected .* as the hub tells, got/);
    } finally {
      hub.close();
    }
  });

  test('a licence that is not accepted fetches nothing', async () => {
    const hub = await startFakeHub(riffusion, turbo);
    try {
      const adding = addOne(contextAt(hub.url, 'third'), 'riffusion-turbo', {});
      await assert.rejects(adding, /licence: expected --yes/);
      assert.ok(!hub.asked.some((line) => line.startsWith('GET /h1t') || line.startsWith('GET /riff')));
    } finally {
      hub.close();
    }
  });

  test('of a repository of several LoRAs one has to be named', async () => {
    const several = { id: 'somebody/several', folder: join(hubFolder, 'several'), licence: 'openrail++' };
    for (const name of ['one', 'two']) writeLora(join(several.folder, `${name}.safetensors`), LAYER);
    const hub = await startFakeHub(several);
    try {
      const context = contextAt(hub.url, 'fourth');
      const add = (what: string) => addOne(context, checkpoint, { yes: true, name: 'one', lora: [what] });
      await assert.rejects(add('somebody/several'), /expected one LoRA .*got one\.safetensors, two\.safe/);
      await assert.rejects(add('somebody/several/three.safetensors'), /expected three\.safetensors in/);
      await add('somebody/several/two.safetensors:0.5');
      const manifest = await readManifest(join(context.modelsFolder, 'one'));
      assert.deepEqual(
        manifest?.loras?.map(({ from, scale, licence }) => [from, scale, licence?.name]),
        [['somebody/several/two.safetensors', 0.5, 'openrail++']],
      );
    } finally {
      hub.close();
    }
  });
});

/** A picture with the settings that the model proposes. */
async function draw(context: ModelContext, name: string): Promise<Float32Array> {
  const runtime = await openRuntime();
  const pipeline = await loadPipeline(runtime, join(context.modelsFolder, name), {
    device: 'CPU',
    properties: {},
  });
  try {
    const request = parseRiffRequest({ prompt: 'jazz piano' }, pipeline.describe.defaults, 1);
    return (await generate(pipeline, { ...request, steps: Math.min(request.steps, 4) })).planes;
  } finally {
    await pipeline.dispose();
    await runtime.dispose();
  }
}

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** Of one layer of the tiny checkpoint; every value of both matrices is 0.1. */
function writeLora(path: string, layer: string): void {
  const values = new Float32Array(2 * WIDTH * RANK).fill(0.1);
  const half = values.byteLength / 2;
  const header = JSON.stringify({
    [`${layer}.lora_down.weight`]: { dtype: 'F32', shape: [RANK, WIDTH], data_offsets: [0, half] },
    [`${layer}.lora_up.weight`]: { dtype: 'F32', shape: [WIDTH, RANK], data_offsets: [half, 2 * half] },
  });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  write(path, Buffer.concat([length, Buffer.from(header), Buffer.from(values.buffer)]));
}
