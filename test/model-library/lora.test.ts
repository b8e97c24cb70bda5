import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseNag } from '../../src/cli/model/add.ts';
import { UserError } from '../../src/errors.ts';
import { readCatalog } from '../../src/model-library/catalog.ts';
import { findLoras, parseLoraChoice } from '../../src/model-library/lora.ts';
import { temporaryFolder } from '../cli/run-riff.ts';

describe('a LoRA on the command line', () => {
  for (const [text, what, scale] of [
    ['style.safetensors', 'style.safetensors', 1],
    ['style.safetensors:0.5', 'style.safetensors', 0.5],
    ['h1t/TCD-SD15-LoRA:-1', 'h1t/TCD-SD15-LoRA', -1],
    ['C:\\loras\\style.safetensors', 'C:\\loras\\style.safetensors', 1],
    ['C:\\loras\\style.safetensors:.25', 'C:\\loras\\style.safetensors', 0.25],
    ['a:b:2', 'a:b', 2],
    ['tcd-sd15:1e3', 'tcd-sd15:1e3', 1],
  ] as const) {
    test(text, () => assert.deepEqual(parseLoraChoice(text), { what, scale }));
  }

  test('a scale out of range is refused', () => {
    assert.throws(() => parseLoraChoice('style.safetensors:11'), UserError);
  });

  test('a file without layers of a LoRA is refused', async () => {
    const folder = temporaryFolder();
    const context = { catalog: await readCatalog(), env: {}, say: () => {}, accept: async () => {} };
    const header = (name: string) => Buffer.from(JSON.stringify({ [name]: { shape: [1] } }));
    const files = {
      whole: header('unet.conv_in.weight'),
      page: Buffer.from('<html>'),
      style: header('a.lora_A.weight'),
    };
    for (const [name, bytes] of Object.entries(files)) {
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(bytes.length));
      writeFileSync(join(folder, name), Buffer.concat([length, bytes]));
    }
    const find = (what: string) => findLoras(context, [{ what, scale: 1 }], folder, {});
    for (const what of ['whole', 'page'])
      await assert.rejects(find(what), /the layers of a LoRA, got .* without any/);
    await find('style');
  });

  test('a LoRA that is neither a file nor an id is refused with the names that are known', async () => {
    const context = { catalog: await readCatalog(), env: {}, say: () => {}, accept: async () => {} };
    for (const what of ['nothing.safetensors', './nothing', '..', '']) {
      const finding = findLoras(context, [{ what, scale: 1 }], import.meta.dirname, {});
      await assert.rejects(finding, (error) => error instanceof UserError && /tcd-sd15/.test(error.message));
    }
  });
});

test('normalized attention guidance is three numbers in their ranges, or off', () => {
  assert.deepEqual(parseNag('5,0.5,1.5'), { scale: 5, alpha: 0.5, tau: 1.5 });
  assert.equal(parseNag('off'), null);
  for (const text of ['', '5', '5,0.5', '0.5,0.5,1.5', '5,1.5,1.5', '5,0.5,0.5', '5,0.5,1.5,1', 'a,b,c']) {
    assert.throws(() => parseNag(text), UserError, text);
  }
});

test('the models of the catalogue name LoRAs that it has', async () => {
  const { models, loras } = await readCatalog();
  assert.ok(models['riffusion-turbo']?.loras.length);
  for (const { loras: names } of Object.values(models)) {
    for (const name of names) assert.ok(Object.hasOwn(loras, name), name);
  }
});

test('the settings that a LoRA of the catalogue proposes are valid ones', async () => {
  for (const { sampling } of Object.values((await readCatalog()).loras)) {
    assert.ok((sampling.riff.steps ?? 0) >= 1);
    assert.ok((sampling.riff.guidance_scale ?? 0) >= 1);
  }
});
