import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { saveUserFiles } from '../../src/cli/user-files.ts';
import { temporaryFolder } from './run-riff.ts';

const folder = temporaryFolder();
const bytes = Buffer.from('bytes');

test('the files of a riff are all written, without those that it does not have', async () => {
  const [png, wav] = [join(folder, 'all', 'a.png'), join(folder, 'all', 'a.wav')];
  await saveUserFiles([
    { name: 'picture', path: png, bytes },
    { name: 'poster', path: undefined, bytes },
    { name: 'sound', path: wav, bytes },
  ]);
  assert.deepEqual(readdirSync(join(folder, 'all')), ['a.png', 'a.wav']);
});

test('no file of a riff is left where one of them cannot be written', async () => {
  const [png, wav] = [join(folder, 'b.png'), join(folder, 'b.wav')];
  mkdirSync(wav);
  const saving = saveUserFiles([
    { name: 'picture', path: png, bytes },
    { name: 'sound', path: wav, bytes },
  ]);
  await assert.rejects(saving, /^UserError: sound: expected to write .*b\.wav/);
  assert.ok(!existsSync(png));
});
