import assert from 'node:assert/strict';
import {
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, test } from 'node:test';
import { addOne } from '../../../src/cli/model/add.ts';
import { readModelFolder } from '../../../src/diffusion/model-folder/model-folder.ts';
import { loadPipeline } from '../../../src/diffusion/pipeline.ts';
import { CancelledError } from '../../../src/errors.ts';
import { readManifest } from '../../../src/model-library/manifest.ts';
import { verifyModel } from '../../../src/model-library/verify-model.ts';
import { openRuntime } from '../../../src/openvino/open-runtime.ts';
import { parseRiffRequest } from '../../../src/riff/request.ts';
import { generate } from '../../diffusion/generate.ts';
import { type TestContext, TINY_MODEL, testContext, tinyFolder } from './model-context.ts';

/** What is in models/ besides places for work. */
function modelsOf(context: TestContext): readonly string[] {
  return readdirSync(context.modelsFolder).filter((name) => !name.startsWith('.'));
}

/** The tiny model as old exports lie about: names side by side, no settings. */
function flatFolder(context: TestContext, names: Readonly<Record<string, string>>): string {
  const folder = join(context.base, 'flat');
  mkdirSync(folder);
  for (const [part, name] of Object.entries(names)) {
    for (const extension of ['xml', 'bin']) {
      copyFileSync(
        join(TINY_MODEL, part, `openvino_model.${extension}`),
        join(folder, `${name}.${extension}`),
      );
    }
  }
  return folder;
}

const FLAT = { text_encoder: 'text_encoder', unet: 'unet_int8', vae_decoder: 'vae_decoder' };

describe('model add, a converted folder', () => {
  test('copies what a model consists of, hashes it and describes its ports', async () => {
    const context = testContext();
    const folder = tinyFolder(context);
    mkdirSync(join(folder, 'safety_checker'));
    writeFileSync(join(folder, 'safety_checker', 'model.bin'), 'large and unused');
    await addOne(context, './tiny', {});
    const manifest = await readManifest(join(context.modelsFolder, 'tiny'));
    assert.deepEqual(manifest?.source, { kind: 'converted', from: 'tiny' });
    assert.equal(manifest?.width, 64);
    assert.equal(manifest?.parts.unet?.precision, 'f32');
    assert.deepEqual(
      manifest?.parts.unet?.inputs.map(({ name }) => name),
      ['sample', 'timestep', 'encoder_hidden_states'],
    );
    assert.equal(manifest?.files['unet/openvino_model.bin']?.bytes, 140916);
    assert.ok(!existsSync(join(context.modelsFolder, 'tiny', 'safety_checker')));
    assert.match(context.printed.join('\n'), /unet f32.*64 pixels wide\n.*use tiny/);
  });

  test('takes a folder from another machine with its manifest: source, licence and makers stay', async () => {
    const first = testContext();
    tinyFolder(first);
    await addOne(first, 'tiny', { name: 'one' });
    const there = join(first.modelsFolder, 'one', 'manifest.json');
    const manifest = JSON.parse(readFileSync(there, 'utf8'));
    const made = {
      licence: { name: 'Somebody’s' },
      madeBy: { nncf: '3.4.0', riff: '0.0.9' },
    };
    writeFileSync(there, JSON.stringify({ ...manifest, ...made }));
    const second = testContext();
    await addOne(second, join(first.modelsFolder, 'one'), { name: 'two' });
    const copied = await readManifest(join(second.modelsFolder, 'two'));
    assert.equal(copied?.name, 'two');
    assert.deepEqual(copied?.licence, made.licence);
    assert.equal(copied?.madeBy.nncf, '3.4.0');
  });

  test('refuses a folder that is not as its manifest says, and leaves nothing', async () => {
    const first = testContext();
    tinyFolder(first);
    await addOne(first, 'tiny', {});
    truncateSync(join(first.modelsFolder, 'tiny', 'unet', 'openvino_model.bin'), 1000);
    const second = testContext();
    await assert.rejects(
      addOne(second, join(first.modelsFolder, 'tiny'), {}),
      /unet\/openvino_model\.bin: expected 140916 bytes, got 1000: it is cut short/,
    );
    assert.deepEqual(modelsOf(second), []);
    assert.deepEqual(readdirSync(join(second.modelsFolder, '.partial')), []);
  });

  test('leaves nothing when it is cancelled', async () => {
    const abort = new AbortController();
    const work = { signal: abort.signal, onProgress: () => abort.abort() };
    const context = testContext({ work });
    tinyFolder(context);
    await assert.rejects(addOne(context, 'tiny', {}), CancelledError);
    assert.deepEqual(modelsOf(context), []);
    assert.deepEqual(readdirSync(join(context.modelsFolder, '.partial')), []);
  });

  test('clears what a killed run left behind', async () => {
    const context = testContext();
    tinyFolder(context);
    mkdirSync(join(context.modelsFolder, '.partial', 'other.999999999'), { recursive: true });
    await addOne(context, 'tiny', {});
    assert.deepEqual(readdirSync(join(context.modelsFolder, '.partial')), []);
  });
});

describe('model add and links', () => {
  /** The tiny model as the Hugging Face cache holds it: every file of a snapshot is a link into blobs/. */
  function snapshot(context: TestContext): string {
    const model = join(context.base, 'hub', 'models--somebody--tiny');
    const folder = join(model, 'snapshots', '0123abc');
    mkdirSync(join(model, 'blobs'), { recursive: true });
    for (const [index, name] of readdirSync(TINY_MODEL, { recursive: true, encoding: 'utf8' }).entries()) {
      if (statSync(join(TINY_MODEL, name)).isDirectory()) continue;
      const blob = join(model, 'blobs', String(index));
      copyFileSync(join(TINY_MODEL, name), blob);
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      symlinkSync(relative(dirname(join(folder, name)), blob), join(folder, name));
    }
    return folder;
  }

  /** A file of the folder becomes a link to one outside that holds the same. */
  function linkOut(context: TestContext, folder: string, name: string): string {
    const outside = join(context.base, 'outside');
    renameSync(join(folder, name), outside);
    symlinkSync(outside, join(folder, name));
    return outside;
  }

  test('a snapshot of the Hugging Face cache is added as the files that its links mean', async () => {
    const context = testContext();
    await addOne(context, snapshot(context), { name: 'tiny' });
    const folder = join(context.modelsFolder, 'tiny');
    const copied = lstatSync(join(folder, 'unet', 'openvino_model.bin'));
    assert.deepEqual([copied.isFile(), copied.size], [true, 140916]);
    assert.equal((await readManifest(folder))?.files['unet/openvino_model.bin']?.bytes, 140916);
  });

  test('a link within the folder is that file', async () => {
    const context = testContext();
    const folder = tinyFolder(context);
    renameSync(join(folder, 'tokenizer', 'vocab.json'), join(folder, 'words.json'));
    symlinkSync('../words.json', join(folder, 'tokenizer', 'vocab.json'));
    await addOne(context, 'tiny', {});
    assert.ok(lstatSync(join(context.modelsFolder, 'tiny', 'tokenizer', 'vocab.json')).isFile());
  });

  test('a link to a folder within the folder is that folder', async () => {
    const context = testContext();
    const folder = tinyFolder(context);
    renameSync(join(folder, 'unet'), join(folder, 'unet-fp16'));
    symlinkSync('unet-fp16', join(folder, 'unet'));
    symlinkSync('..', join(folder, 'tokenizer', 'up'));
    await addOne(context, 'tiny', {});
    const { files } = (await readManifest(join(context.modelsFolder, 'tiny'))) ?? {};
    assert.equal(files?.['unet/openvino_model.bin']?.bytes, 140916);
    assert.ok(lstatSync(join(context.modelsFolder, 'tiny', 'unet')).isDirectory());
  });

  test('a broken link under models/ counts as an existing model', async () => {
    const context = testContext();
    tinyFolder(context);
    symlinkSync('nothing', join(context.modelsFolder, 'tiny'));
    await assert.rejects(addOne(context, 'tiny', {}), /models\/tiny is there already/);
  });

  for (const name of ['tokenizer/vocab.json', 'unet/openvino_model.bin', 'README.md', 'unet', 'tokenizer']) {
    test(`a link out of the folder is refused by name: ${name}`, async () => {
      const context = testContext();
      const folder = tinyFolder(context);
      writeFileSync(join(folder, 'README.md'), 'text');
      const outside = linkOut(context, folder, name);
      await assert.rejects(addOne(context, 'tiny', {}), (error: Error) => {
        assert.ok(
          error.message.includes(join(folder, name)) && error.message.includes(outside),
          error.message,
        );
        return true;
      });
      assert.deepEqual(modelsOf(context), []);
    });
  }

  test('a snapshot may not link out of its own blobs', async () => {
    const context = testContext();
    const folder = snapshot(context);
    copyFileSync(join(TINY_MODEL, 'tokenizer', 'vocab.json'), join(context.base, 'hub', 'other'));
    rmSync(join(folder, 'tokenizer', 'vocab.json'));
    symlinkSync('../../../../other', join(folder, 'tokenizer', 'vocab.json'));
    await assert.rejects(
      addOne(context, folder, { name: 'tiny' }),
      /vocab\.json .*got a link to .*hub.other/,
    );
  });

  test('a manifest does not make a link out of the folder a file of it', async () => {
    const first = testContext();
    tinyFolder(first);
    await addOne(first, 'tiny', {});
    const folder = join(first.modelsFolder, 'tiny');
    linkOut(first, folder, 'tokenizer/vocab.json');
    const second = testContext();
    await assert.rejects(addOne(second, folder, { name: 'two' }), /vocab\.json: .*got a link to/);
    assert.deepEqual(modelsOf(second), []);
  });

  test('a link to nothing is named in the folder that was given', async () => {
    const context = testContext();
    const folder = snapshot(context);
    rmSync(join(folder, 'scheduler', 'scheduler_config.json'));
    symlinkSync('../../../blobs/none', join(folder, 'scheduler', 'scheduler_config.json'));
    await assert.rejects(
      addOne(context, folder, { name: 'tiny' }),
      /snapshots.*scheduler_config\.json: .*no such/,
    );
  });

  test('a checkpoint with a link out of its folder is refused before it is converted', async () => {
    const context = testContext({ env: { RIFF_PYTHON: '/nonexistent/python' } });
    const folder = join(context.base, 'checkpoint');
    mkdirSync(join(folder, 'unet'), { recursive: true });
    cpSync(join(TINY_MODEL, 'scheduler'), join(folder, 'scheduler'), { recursive: true });
    writeFileSync(join(folder, 'model_index.json'), '{}');
    writeFileSync(join(folder, 'unet', 'config.json'), '{}');
    linkOut(context, folder, 'unet/config.json');
    await assert.rejects(addOne(context, 'checkpoint', {}), /unet.config\.json .*got a link to/);
    rmSync(join(folder, 'unet', 'config.json'));
    writeFileSync(join(folder, 'unet', 'config.json'), '{}');
    rmSync(join(context.base, 'outside'));
    linkOut(context, folder, 'unet');
    await assert.rejects(addOne(context, 'checkpoint', {}), /checkpoint.unet .*got a link to/);
  });
});

/** A picture of two steps, with the model's own scheduler. */
async function drawn(folder: string): Promise<Float32Array> {
  const runtime = await openRuntime();
  const pipeline = await loadPipeline(runtime, folder, { device: 'CPU', properties: {} });
  try {
    const { profile: _, ...request } = parseRiffRequest(
      { prompt: 'jazz', steps: 2 },
      pipeline.describe.defaults,
      7,
    );
    return (await generate(pipeline, request)).planes;
  } finally {
    await pipeline.dispose();
    await runtime.dispose();
  }
}

describe('model add and schedulers that Riff does not have', () => {
  const schedulerOf = (folder: string, config: object) =>
    writeFileSync(join(folder, 'scheduler', 'scheduler_config.json'), JSON.stringify(config));

  const proposeNothing = (folder: string) => {
    const index = join(folder, 'model_index.json');
    writeFileSync(index, JSON.stringify({ ...JSON.parse(readFileSync(index, 'utf8')), riff: undefined }));
  };

  test('a model whose scheduler has a substitute is added, with a note', async () => {
    const context = testContext();
    const folder = tinyFolder(context);
    proposeNothing(folder);
    schedulerOf(folder, { _class_name: 'HeunDiscreteScheduler' });
    await addOne(context, 'tiny', {});
    assert.match(context.noted.join('\n'), /HeunDiscreteScheduler.*dpmpp_2m is used instead/);
  });

  test('the file that train_dreambooth writes is taken, and draws what its numbers say', async () => {
    const numbers = {
      beta_start: 0.00085,
      beta_end: 0.012,
      beta_schedule: 'scaled_linear',
      num_train_timesteps: 1000,
      prediction_type: 'v_prediction',
      rescale_betas_zero_snr: true,
      timestep_spacing: 'trailing',
      steps_offset: 1,
      clip_sample: false,
      trained_betas: null,
    };
    const ddpm = {
      ...numbers,
      _class_name: 'DDPMScheduler',
      variance_type: 'fixed_small',
      clip_sample_range: 1,
      dynamic_thresholding_ratio: 0.995,
      sample_max_value: 1,
      thresholding: false,
    };
    const pictures = [];
    for (const [name, config] of Object.entries({
      ddpm,
      plain: { ...numbers, _class_name: 'DPMSolverMultistepScheduler' },
    })) {
      const context = testContext();
      const folder = tinyFolder(context, name);
      proposeNothing(folder);
      schedulerOf(folder, config);
      await addOne(context, name, {});
      pictures.push(await drawn(join(context.modelsFolder, name)));
    }
    assert.deepEqual(pictures[0], pictures[1]);
  });

  test('a model whose scheduler has no substitute is refused before anything is copied', async () => {
    const context = testContext();
    schedulerOf(tinyFolder(context), { _class_name: 'FlowMatchEulerDiscreteScheduler' });
    await assert.rejects(addOne(context, 'tiny', {}), /scheduler_config\.json: expected .*flow-matching/);
    assert.deepEqual(readdirSync(context.modelsFolder), []);
  });

  test('a checkpoint is refused before it is converted', async () => {
    const context = testContext({ env: { RIFF_PYTHON: '/nonexistent/python' } });
    const folder = join(context.base, 'checkpoint');
    mkdirSync(join(folder, 'unet'), { recursive: true });
    mkdirSync(join(folder, 'scheduler'));
    writeFileSync(join(folder, 'model_index.json'), '{}');
    writeFileSync(join(folder, 'unet', 'config.json'), '{}');
    schedulerOf(folder, { _class_name: 'DDPMScheduler', variance_type: 'learned' });
    await assert.rejects(addOne(context, 'checkpoint', {}), /variance_type: .*models that learned it/);
    schedulerOf(folder, { _class_name: 'DDPMScheduler', variance_type: 'fixed_small' });
    await assert.rejects(addOne(context, 'checkpoint', {}), /RIFF_PYTHON: expected a Python/);
  });
});

describe('model add, a flat IR folder', () => {
  test('arranges it with the tokenizer and settings of another folder', async () => {
    const context = testContext();
    flatFolder(context, FLAT);
    await addOne(context, 'flat', { settings: tinyFolder(context) });
    const runtime = await openRuntime();
    try {
      const folder = join(context.modelsFolder, 'flat');
      const model = await readModelFolder(runtime, folder);
      assert.deepEqual(model.latents, { channels: 4, height: 32, width: 32 });
      assert.deepEqual((await verifyModel(runtime, folder)).problems, []);
    } finally {
      await runtime.dispose();
    }
  });

  test("takes Stable Diffusion 1.5's settings where only a tokenizer is given", async () => {
    const context = testContext();
    const folder = flatFolder(context, FLAT);
    await addOne(context, folder, { settings: join(TINY_MODEL, 'tokenizer') });
    const scheduler = join(context.modelsFolder, 'flat', 'scheduler', 'scheduler_config.json');
    assert.equal(JSON.parse(readFileSync(scheduler, 'utf8'))._class_name, 'PNDMScheduler');
    assert.equal((await readManifest(join(context.modelsFolder, 'flat')))?.width, 512);
  });
});

interface Refusal {
  readonly title: string;
  readonly prepare: (context: TestContext) => void;
  readonly what: string;
  readonly options?: Parameters<typeof addOne>[2];
  readonly says: RegExp;
}

const REFUSALS: readonly Refusal[] = [
  {
    title: 'nothing there',
    prepare: () => {},
    what: './nothing',
    says: /expected a folder, a name of the catalog \(riffusion, riffusion-turbo\).*"\.\/nothing"/,
  },
  { title: 'an empty text', prepare: () => {}, what: '', says: /got "": there is no such folder/ },
  {
    title: 'a file',
    prepare: ({ base }) => writeFileSync(join(base, 'model.ckpt'), ''),
    what: 'model.ckpt',
    says: /expected a folder, got the file .*model\.ckpt.*from_single_file/,
  },
  {
    title: 'an empty folder',
    prepare: ({ base }) => mkdirSync(join(base, 'empty')),
    what: 'empty',
    says: /model_index\.json beside unet\/.*got neither/,
  },
  {
    title: 'a flat folder without a decoder',
    prepare: (context) => flatFolder(context, { text_encoder: 'text_encoder', unet: 'unet' }),
    what: 'flat',
    says: /got a flat one without vae_decoder\.xml/,
  },
  {
    title: 'a flat folder with two U-Nets',
    prepare: (context) => {
      const folder = flatFolder(context, FLAT);
      copyFileSync(join(folder, 'unet_int8.xml'), join(folder, 'unet_fp16.xml'));
    },
    what: 'flat',
    says: /expected one unet in .*got unet_fp16, unet_int8/,
  },
  {
    title: 'a flat folder without weights',
    prepare: (context) => rmSync(join(flatFolder(context, FLAT), 'unet_int8.bin')),
    what: 'flat',
    options: { settings: TINY_MODEL },
    says: /expected .*unet_int8\.bin, got no such file/,
  },
  {
    title: 'settings without a tokenizer',
    prepare: (context) => flatFolder(context, FLAT),
    what: 'flat',
    options: { settings: join(TINY_MODEL, 'scheduler') },
    says: /expected a tokenizer \(vocab\.json and merges\.txt\) in/,
  },
  {
    title: 'a name that is taken',
    prepare: (context) => {
      tinyFolder(context);
      mkdirSync(join(context.modelsFolder, 'tiny'));
    },
    what: 'tiny',
    says: /models\/tiny is there already/,
  },
  {
    title: 'a name that leads out of models/',
    prepare: tinyFolder,
    what: 'tiny',
    options: { name: '../x' },
    says: /got "\.\.\/x"/,
  },
  {
    title: 'the name of a folder of the project',
    prepare: tinyFolder,
    what: 'tiny',
    options: { name: 'riff_training' },
    says: /got "riff_training"/,
  },
  {
    title: 'weights asked of a converted folder',
    prepare: tinyFolder,
    what: 'tiny',
    options: { weights: 'int8' },
    says: /expected a diffusers checkpoint, but .*tiny is converted already/,
  },
  {
    title: 'settings for a converted folder',
    prepare: tinyFolder,
    what: 'tiny',
    options: { settings: 'x' },
    says: /expected a flat IR folder, but .*tiny has its own/,
  },
  {
    title: 'a graph of something else',
    prepare: (context) => {
      const folder = tinyFolder(context);
      for (const extension of ['xml', 'bin']) {
        const name = `openvino_model.${extension}`;
        copyFileSync(join(folder, 'vae_decoder', name), join(folder, 'unet', name));
      }
    },
    what: 'tiny',
    says: /unet.openvino_model\.xml: expected .* got/,
  },
  {
    title: 'a licence that nobody can accept',
    prepare: () => {},
    what: 'riffusion',
    says: /licence: expected --yes/,
  },
];

describe('model add refuses', () => {
  for (const { title, prepare, what, options = {}, says } of REFUSALS) {
    test(title, async () => {
      const context = testContext();
      prepare(context);
      const before = modelsOf(context);
      await assert.rejects(addOne(context, what, options), says);
      assert.deepEqual(modelsOf(context), before);
    });
  }

  test('a model whose licence, which is shown first, is not accepted', async () => {
    const context = testContext({ answer: false });
    await assert.rejects(addOne(context, 'riffusion', {}), /licence: not accepted, nothing was fetched/);
    assert.match(
      context.noted.join('\n'),
      /riffusion\/riffusion-model-v1 .*CreativeML OpenRAIL-M\n\s+https:/,
    );
  });
});
