import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { deviceOptions } from '../../src/openvino/device-options.ts';
import { guidanceMemory } from '../../src/render/guidance-memory.ts';

const root = mkdtempSync(join(tmpdir(), 'riff-guidance-'));
after(() => rmSync(root, { recursive: true, force: true }));
const unet = join(root, 'model/unet/openvino_model.xml');
mkdirSync(join(root, 'model/unet'), { recursive: true });
mkdirSync(join(root, 'cache'));
writeFileSync(unet, '<net/>');
const options = deviceOptions('CPU', { threads: 2 });
const memoryOf = (version = '2026.4', device = options, folder = 'cache') =>
  guidanceMemory(join(root, folder), join(root, 'model'), version, device);

test('a choice is remembered for the same model, OpenVINO and device, and for nothing else', async () => {
  assert.equal(await memoryOf().recall(), null);
  await memoryOf().keep(1);
  assert.equal(await memoryOf().recall(), 1);
  assert.equal(await memoryOf('2026.5').recall(), null);
  assert.equal(await memoryOf('2026.4', deviceOptions('CPU', { threads: 1 })).recall(), null);
  writeFileSync(unet, '<net><layers/></net>');
  assert.equal(await memoryOf().recall(), null);
});

test('of two processes that measured at once, both take the choice that was kept first', async () => {
  const version = 'at once';
  assert.equal(await memoryOf(version).keep(2), 2);
  assert.equal(await memoryOf(version).keep(1), 2);
  assert.equal(await memoryOf(version).recall(), 2);
});

test('a file that a kill left empty is replaced, and no other file stays', async () => {
  const memory = memoryOf('killed', options, 'killed');
  mkdirSync(join(root, 'killed'));
  await memory.keep(2);
  const [name = ''] = readdirSync(join(root, 'killed'));
  writeFileSync(join(root, 'killed', name), '');
  assert.equal(await memory.keep(1), 1);
  assert.equal(await memory.recall(), 1);
  assert.deepEqual(readdirSync(join(root, 'killed')), [name]);
});

test('without its folder a choice is not remembered, and nothing fails', async () => {
  const memory = memoryOf('2026.4', options, 'file/under');
  writeFileSync(join(root, 'file'), '');
  assert.equal(await memory.keep(2), 2);
  assert.equal(await memory.recall(), null);
});
