import assert from 'node:assert/strict';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { addOne } from '../../../src/cli/model/add.ts';
import { listModels } from '../../../src/cli/model/list.ts';
import { sealFolder, verifyModels } from '../../../src/cli/model/verify.ts';
import { readManifest } from '../../../src/model-library/manifest.ts';
import { EMBEDDED_MODEL } from '../../../src/model-library/new-model.ts';
import { filesBelow } from '../../../src/model-library/read-through.ts';
import { TINY_MODEL, testContext, tinyFolder } from './model-context.ts';

const EMBEDDED_FOLDER = fileURLToPath(new URL('../../../models/riff-mini', import.meta.url));

const whole = testContext();
tinyFolder(whole);
await addOne(whole, 'tiny', {});

/** A context with one whole model, "tiny". */
function contextWithModel() {
  const context = testContext();
  cpSync(whole.modelsFolder, context.modelsFolder, { recursive: true, preserveTimestamps: true });
  return { ...context, folder: join(context.modelsFolder, 'tiny') };
}

interface Damage {
  readonly title: string;
  readonly damage: (folder: string) => void;
  readonly says: RegExp;
}

const DAMAGES: readonly Damage[] = [
  {
    title: 'a missing graph',
    damage: (folder) => rmSync(join(folder, 'unet', 'openvino_model.xml')),
    says: /unet\/openvino_model\.xml: expected 216865 bytes, got no such file/,
  },
  {
    title: 'a missing setting',
    damage: (folder) => rmSync(join(folder, 'scheduler', 'scheduler_config.json')),
    says: /scheduler\/scheduler_config\.json: expected 327 bytes, got no such file/,
  },
  {
    title: 'weights that are cut short',
    damage: (folder) => truncateSync(join(folder, 'vae_decoder', 'openvino_model.bin'), 32000),
    says: /vae_decoder\/openvino_model\.bin: expected 32588 bytes, got 32000: it is cut short/,
  },
  {
    title: 'weights that are too long',
    damage: (folder) => appendFileSync(join(folder, 'unet', 'openvino_model.bin'), 'x'),
    says: /unet\/openvino_model\.bin: expected 140916 bytes, got 140917/,
  },
  {
    title: 'one changed byte',
    damage: (folder) => {
      const path = join(folder, 'unet', 'openvino_model.bin');
      const bytes = readFileSync(path);
      bytes[5000] = (bytes[5000] ?? 0) ^ 1;
      writeFileSync(path, bytes);
    },
    says: /unet\/openvino_model\.bin: expected SHA-256 [0-9a-f]{64}, got [0-9a-f]{64}/,
  },
  {
    title: 'ports of another network',
    damage: (folder) => {
      for (const name of ['openvino_model.xml', 'openvino_model.bin']) {
        copyFileSync(join(TINY_MODEL, 'text_encoder', name), join(folder, 'vae_encoder', name));
      }
    },
    says: /one of the inputs to be the picture: f32 of rank 4, got input_ids/,
  },
  {
    title: 'other port names than the manifest has',
    damage: (folder) => {
      const path = join(folder, 'manifest.json');
      writeFileSync(path, readFileSync(path, 'utf8').replace('"out_sample"', '"noise"'));
    },
    says: /unet: expected the ports .* → noise f32\[-1,4,-1,-1\], got .* → out_sample f32/,
  },
  {
    title: 'a manifest that is no JSON',
    damage: (folder) => truncateSync(join(folder, 'manifest.json'), 100),
    says: /manifest\.json: expected JSON, got 100 characters/,
  },
  {
    title: 'a manifest that points out of the folder',
    damage: (folder) => {
      const path = join(folder, 'manifest.json');
      const text = readFileSync(path, 'utf8').replace('"model_index.json"', '"../../.env"');
      writeFileSync(path, text);
    },
    says: /manifest\.json: .*expected a path below the model folder|Invalid key/,
  },
];

describe('model verify', () => {
  test('finds a fresh model whole', async () => {
    const context = contextWithModel();
    assert.equal(await verifyModels(context, 'tiny'), true);
    assert.deepEqual(context.printed, ['tiny: whole']);
  });

  for (const { title, damage, says } of DAMAGES) {
    test(`names ${title}`, async () => {
      const context = contextWithModel();
      damage(context.folder);
      assert.equal(await verifyModels(context, undefined), false);
      assert.match(context.printed.join('\n'), says);
    });
  }

  test('refuses a name that is not there', async () => {
    await assert.rejects(verifyModels(contextWithModel(), 'other'), /expected one of tiny, got "other"/);
  });

  test('reads a model without a manifest and says so; a manifest can be made', async () => {
    const context = testContext();
    cpSync(TINY_MODEL, join(context.modelsFolder, 'bare'), { recursive: true });
    assert.equal(await verifyModels(context, 'bare'), true);
    await sealFolder(context, 'bare');
    assert.equal(await verifyModels(context, 'bare'), true);
    assert.deepEqual(context.printed, [
      'bare: readable; no manifest says what its files should be',
      'bare: manifest.json written',
      'bare: whole',
    ]);
    await assert.rejects(sealFolder(context, 'bare'), /expected bare to have no manifest\.json yet/);
  });
});

describe('model list', () => {
  test('shows size, precision, width, licence and whether it was verified', async () => {
    const context = contextWithModel();
    writeFileSync(context.envFile, 'MODEL=tiny\n');
    await listModels(context);
    assert.match(
      context.printed[1] ?? '',
      /^tiny +630 kB +f32 +64 +see its folder +verified \d{4}-\d\d-\d\d +← in use$/,
    );
    assert.match(context.noted.join('\n'), /To get riffusion .*CreativeML OpenRAIL-M.*add riffusion/);
  });

  test('a file that changed since is not verified any more', async () => {
    const context = contextWithModel();
    writeFileSync(
      join(context.folder, 'model_index.json'),
      readFileSync(join(context.folder, 'model_index.json')),
    );
    await listModels(context);
    assert.match(context.printed[1] ?? '', /not verified/);
  });

  test('damage is shown without reading the weights', async () => {
    const context = contextWithModel();
    rmSync(join(context.folder, 'unet', 'openvino_model.bin'));
    mkdirSync(join(context.modelsFolder, 'no-model'));
    await listModels(context, { json: true });
    const rows: { name: string; inUse: boolean; state: unknown }[] = JSON.parse(context.printed.join(''));
    assert.deepEqual(
      rows.map(({ name, inUse }) => [name, inUse]),
      [['tiny', false]],
    );
    const problem = 'unet/openvino_model.bin: expected 140916 bytes, got no such file';
    assert.deepEqual(rows[0]?.state, { kind: 'damaged', problem });
  });

  test('shows the embedded model as a part of the project, with its licence', async () => {
    const context = contextWithEmbedded();
    await listModels(context);
    assert.match(
      context.printed[1] ?? '',
      /^riff-mini +[\d.]+ MB +int8 +512 +Apache-2\.0 +embedded +← in use$/,
    );
  });
});

describe('the embedded model', () => {
  test('is what its manifest says; after a change on purpose remove that file and run "npm run model -- verify riff-mini --write-manifest"', async () => {
    const context = contextWithEmbedded();
    assert.equal(await verifyModels(context, EMBEDDED_MODEL), true, context.printed.join('\n'));
    const { files } = (await readManifest(join(context.modelsFolder, EMBEDDED_MODEL))) ?? { files: {} };
    const there = (await filesBelow(EMBEDDED_FOLDER)).filter(
      (name) => !/\.(md|png|wav)$|^manifest/.test(name),
    );
    assert.deepEqual(Object.keys(files).sort(), there);
  });

  test('with one flipped bit is found out', async () => {
    const context = contextWithEmbedded();
    const weights = join(context.modelsFolder, EMBEDDED_MODEL, 'unet', 'openvino_model.bin');
    const bytes = readFileSync(weights);
    bytes[5_000_000] = (bytes[5_000_000] ?? 0) ^ 1;
    writeFileSync(weights, bytes);
    assert.equal(await verifyModels(context, EMBEDDED_MODEL), false);
    assert.match(context.printed.join('\n'), /unet\/openvino_model\.bin: expected SHA-256/);
  });
});

function contextWithEmbedded() {
  const context = testContext();
  cpSync(EMBEDDED_FOLDER, join(context.modelsFolder, EMBEDDED_MODEL), { recursive: true });
  return context;
}
