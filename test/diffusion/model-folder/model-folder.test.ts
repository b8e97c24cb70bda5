import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readModelFolder } from '../../../src/diffusion/model-folder/model-folder.ts';
import { RiffError } from '../../../src/errors.ts';
import type { ElementType, ModelPorts, Port, Runtime } from '../../../src/openvino/runtime.ts';

const VARIANT = fileURLToPath(new URL('../../golden/diffusion/tiny-variant', import.meta.url));
const MODEL = fileURLToPath(new URL('../../golden/diffusion/tiny-model', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'riff-model-folder-'));
after(() => rmSync(work, { recursive: true }));

const PORTS: Readonly<Record<string, ModelPorts>> = {
  text_encoder: {
    inputs: [port('tokens', 'i32', [1, 24])],
    outputs: [port('embeddings', 'f32', [1, 24, 8])],
  },
  unet: {
    inputs: [
      port('conditioning', 'f32', [-1, 24, 8]),
      port('x', 'f32', [-1, 3, -1, -1]),
      port('time', 'f32', [-1]),
    ],
    outputs: [port('velocity', 'f32', [-1, 3, -1, -1])],
  },
  vae_decoder: {
    inputs: [port('z', 'f32', [-1, 3, -1, -1])],
    outputs: [port('rgb', 'f32', [-1, 3, -1, -1])],
  },
};

test('a folder says everything about its model, whatever its ports are called', async () => {
  const folder = await readModelFolder(runtimeWith(PORTS), VARIANT);
  assert.deepEqual(folder.latents, { channels: 3, height: 16, width: 24 });
  assert.deepEqual(folder.vae, { scaling: 0.7, shift: 0.2, pixelsPerLatent: 4, channels: 4 });
  assert.equal(folder.textLength, 24);
  assert.equal(folder.vocabulary.padding, '!');
  assert.equal(folder.scheduler.predictionType, 'v_prediction');
  assert.equal(folder.unet.latents.name, 'x');
  assert.equal(folder.unet.timestep.name, 'time');
  assert.equal(folder.unet.embeddings.name, 'conditioning');
  assert.equal(folder.vaeEncoder, undefined);
  assert.deepEqual(folder.defaults, { steps: 20, guidanceScale: 7, scheduler: 'dpmpp_2m' });
});

test('the key riff of model_index.json sets name, version and defaults', async () => {
  const latents = port('latent_sample', 'f32', [-1, 4, -1, -1]);
  const sample = port('sample', 'f32', [-1, -1, -1, -1]);
  const runtime = runtimeWith({
    text_encoder: {
      inputs: [port('input_ids', 'i64', [-1, -1])],
      outputs: [port('pooler_output', 'f32', [-1, 16]), port('last_hidden_state', 'f32', [-1, -1, 16])],
    },
    unet: {
      inputs: [
        { ...latents, name: 'sample' },
        port('timestep', 'i64', []),
        port('encoder_hidden_states', 'f32', [-1, -1, 16]),
      ],
      outputs: [{ ...latents, name: 'out_sample' }],
    },
    vae_decoder: { inputs: [latents], outputs: [sample] },
    vae_encoder: { inputs: [sample], outputs: [{ ...latents, name: 'latent_parameters' }] },
  });
  const folder = await readModelFolder(runtime, MODEL);
  assert.equal(folder.version, '0.0.1');
  assert.deepEqual(folder.defaults, { steps: 5, guidanceScale: 4, scheduler: 'ddim' });
  assert.deepEqual(folder.spectrogram, { note: 'not read here' });
  assert.equal(folder.textLength, 77);
  assert.equal(folder.vae.scaling, 0.18215);
  assert.equal(folder.textEncoder.output.name, 'last_hidden_state');
  assert.equal(folder.vaeEncoder?.input.name, 'sample');
});

test('the key riff may set only some of them, as the catalog does', async () => {
  const folder = copyOfVariant();
  const riff = { steps: 9, guidance_scale: 5, negative_guidance_scale: 6, scheduler: 'euler' };
  writeFileSync(join(folder, 'model_index.json'), JSON.stringify({ riff }));
  const { defaults, spectrogram } = await readModelFolder(runtimeWith(PORTS), folder);
  assert.deepEqual(defaults, {
    steps: 9,
    guidanceScale: 5,
    negativeGuidanceScale: 6,
    scheduler: 'euler',
  });
  assert.equal(spectrogram, undefined);
});

test('tokenizer.json serves where vocab.json and merges.txt are absent', async () => {
  const folder = copyOfVariant();
  const vocab: Record<string, number> = JSON.parse(
    readFileSync(join(folder, 'tokenizer/vocab.json'), 'utf8'),
  );
  const merges = readFileSync(join(folder, 'tokenizer/merges.txt'), 'utf8').trim().split('\n').slice(1);
  rmSync(join(folder, 'tokenizer/vocab.json'));
  rmSync(join(folder, 'tokenizer/merges.txt'));
  const before = await readModelFolder(runtimeWith(PORTS), VARIANT);
  for (const pairs of [merges, merges.map((pair) => pair.split(' '))]) {
    const model = { type: 'BPE', end_of_word_suffix: '</w>', vocab, merges: pairs };
    writeFileSync(join(folder, 'tokenizer/tokenizer.json'), JSON.stringify({ added_tokens: [], model }));
    const { vocabulary } = await readModelFolder(runtimeWith(PORTS), folder);
    assert.deepEqual(vocabulary, before.vocabulary);
  }
});

const IR = 'openvino_model';
const FILES = [
  'model_index.json',
  'scheduler/scheduler_config.json',
  'tokenizer/vocab.json',
  'tokenizer/merges.txt',
  'tokenizer/tokenizer_config.json',
  `text_encoder/${IR}.xml`,
  `text_encoder/${IR}.bin`,
  `unet/${IR}.xml`,
  `unet/${IR}.bin`,
  `vae_decoder/${IR}.xml`,
  `vae_decoder/${IR}.bin`,
  'vae_decoder/config.json',
];

for (const file of FILES) {
  test(`${file} missing, cut short or wrong is an error that names it`, async () => {
    const folder = copyOfVariant();
    const path = join(folder, file);
    const whole = readFileSync(path);
    // Of a tokenizer only the folder may be named: vocabulary and merges contradict one another.
    const named = file.startsWith('tokenizer/') ? join(folder, 'tokenizer') : path;

    truncateSync(path, Math.floor(whole.length / 2));
    await assertInvalid(folder, named);
    truncateSync(path, 0);
    await assertInvalid(folder, named);
    if (!file.endsWith('.bin')) {
      writeFileSync(path, '{"something": "else"}');
      if (file !== 'model_index.json' && file !== 'tokenizer/tokenizer_config.json') {
        await assertInvalid(folder, named);
      }
    }
    rmSync(path);
    await assertInvalid(folder, named);
  });
}

test("what OpenVINO's reader says of a part is passed on as it is; another fault is named by its file", async () => {
  const told = new RiffError('invalid_model', 'x.xml: expected a model, got none; fetch it');
  const reading = (fault: Error) =>
    readModelFolder({ ...runtimeWith(PORTS), readPorts: () => Promise.reject(fault) }, VARIANT);
  await assert.rejects(reading(told), (error) => error === told);
  await assert.rejects(reading(new Error('broken')), {
    code: 'invalid_model',
    message: /openvino_model\.xml: expected a model that OpenVINO reads, got broken;/,
  });
});

test('a path that is no folder is an error that names it', async () => {
  await assertInvalid(join(work, 'nothing'), join(work, 'nothing'));
  await assertInvalid(join(VARIANT, 'model_index.json'), 'model_index.json');
});

const CONTRADICTIONS: readonly {
  readonly title: string;
  readonly part: string;
  readonly ports: ModelPorts;
  readonly says: RegExp;
}[] = [
  {
    title: 'an input that has no role',
    part: 'unet',
    ports: withInput('unet', port('timestep_cond', 'f32', [-1, 256])),
    says: /3 inputs .*timestep_cond f32\[-1,256\]/,
  },
  {
    title: 'two inputs that could be the latents',
    part: 'unet',
    ports: withInput('unet', port('y', 'f32', [-1, 3, -1, -1])),
    says: /to be the latents/,
  },
  {
    title: 'half precision at the edge',
    part: 'vae_decoder',
    ports: { ...ports('vae_decoder'), outputs: [port('rgb', 'f16', [-1, 3, -1, -1])] },
    says: /the picture: f32 of rank 4, got rgb f16/,
  },
  {
    title: 'a decoder for other latents',
    part: 'vae_decoder',
    ports: { ...ports('vae_decoder'), inputs: [port('z', 'f32', [1, 4, -1, -1])] },
    says: /3 latent channels, as the U-Net has, got 4/,
  },
];

for (const { title, part, ports: changed, says } of CONTRADICTIONS) {
  test(`${title} is an error that lists what is there`, async () => {
    const runtime = runtimeWith({ ...PORTS, [part]: changed });
    await assert.rejects(readModelFolder(runtime, VARIANT), (error) => {
      assert.ok(error instanceof RiffError && error.code === 'invalid_model');
      assert.match(error.message, says);
      return true;
    });
  });
}

test('a scheduler setting that Riff does not have is named with its value', async () => {
  const folder = copyOfVariant();
  const path = join(folder, 'scheduler/scheduler_config.json');
  const config = JSON.parse(readFileSync(path, 'utf8').replace('-Infinity', '-1e30'));
  writeFileSync(path, JSON.stringify({ ...config, prediction_type: 'sample' }));
  await assertInvalid(folder, 'prediction_type: ', '"sample"', '"v_prediction"');
});

/** The variant with keys of a JSON file changed; undefined takes one out. */
function variantWith(name: string, change: object): string {
  const folder = copyOfVariant();
  const path = join(folder, name);
  const value = JSON.parse(readFileSync(path, 'utf8').replace('-Infinity', '-1e30'));
  writeFileSync(path, JSON.stringify({ ...value, ...change }));
  return folder;
}

test('a scheduler that the index alone names counts, as in diffusers', async () => {
  const folder = variantWith('scheduler/scheduler_config.json', { _class_name: undefined });
  await assertInvalid(folder, 'scheduler_config.json', '_class_name');
  const index = join(folder, 'model_index.json');
  const withScheduler = (name: string) =>
    writeFileSync(index, JSON.stringify({ scheduler: ['diffusers', name], riff: {} }));
  withScheduler('EulerDiscreteScheduler');
  assert.equal((await readModelFolder(runtimeWith(PORTS), folder)).defaults.scheduler, 'euler');
  withScheduler('LCMScheduler');
  assert.equal((await readModelFolder(runtimeWith(PORTS), folder)).defaults.scheduler, 'lcm');
  withScheduler('EDMEulerScheduler');
  await assertInvalid(folder, 'model_index.json', 'an EDM model');
});

test('a model of another kind is refused although its scheduler file has been exchanged', async () => {
  const folder = variantWith('model_index.json', {
    scheduler: ['diffusers', 'FlowMatchEulerDiscreteScheduler'],
  });
  await assertInvalid(folder, 'model_index.json', 'a flow-matching model');
});

for (const config of ['[]', 'null', '"DDIMScheduler"', '5']) {
  test(`a scheduler file that holds ${config} is refused`, async () => {
    const folder = copyOfVariant();
    writeFileSync(join(folder, 'scheduler/scheduler_config.json'), config);
    await assertInvalid(folder, 'scheduler_config.json', 'expected object');
  });
}

test('a byte order mark before a text of the folder means nothing', async () => {
  const folder = copyOfVariant();
  const before = await readModelFolder(runtimeWith(PORTS), folder);
  for (const file of FILES.filter((name) => /\.(json|txt)$/.test(name))) {
    const path = join(folder, file);
    writeFileSync(path, `\ufeff${readFileSync(path, 'utf8')}`);
  }
  assert.deepEqual(await readModelFolder(runtimeWith(PORTS), folder), before);
});

test('an optional file that cannot be read is an error, not a missing one', async () => {
  const folder = copyOfVariant();
  rmSync(join(folder, 'unet/config.json'), { force: true });
  mkdirSync(join(folder, 'unet/config.json'));
  await assertInvalid(folder, join(folder, 'unet/config.json'), 'unreadable');
});

async function assertInvalid(folder: string, ...parts: readonly string[]): Promise<void> {
  await assert.rejects(readModelFolder(runtimeWith(PORTS), folder), (error) => {
    assert.ok(error instanceof RiffError, String(error));
    assert.equal(error.code, 'invalid_model');
    for (const part of ['expected', 'got', ...parts]) {
      assert.ok(error.message.includes(part), `${part} is not in: ${error.message}`);
    }
    return true;
  });
}

function port(name: string, elementType: ElementType, shape: readonly number[]): Port {
  return { name, elementType, shape };
}

function ports(part: string): ModelPorts {
  return PORTS[part] ?? { inputs: [], outputs: [] };
}

function withInput(part: string, extra: Port): ModelPorts {
  const { inputs, outputs } = ports(part);
  return { inputs: [...inputs.map((input) => ({ ...input, name: `${input.name}_` })), extra], outputs };
}

function runtimeWith(parts: Readonly<Record<string, ModelPorts>>): Runtime {
  return {
    binding: 'c-api',
    version: 'none',
    location: 'none',
    cancelsMidway: true,
    devices: async () => [],
    readPorts: async (xmlPath) => parts[basename(dirname(xmlPath))] ?? { inputs: [], outputs: [] },
    compile: () => assert.fail('reading a folder compiles nothing'),
    dispose: async () => {},
  };
}

function copyOfVariant(): string {
  const folder = mkdtempSync(join(work, 'copy-'));
  cpSync(VARIANT, folder, { recursive: true });
  return folder;
}
