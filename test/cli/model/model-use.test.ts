import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'dotenv';
import { addOne } from '../../../src/cli/model/add.ts';
import { removeOne } from '../../../src/cli/model/remove.ts';
import { useModel } from '../../../src/cli/model/use.ts';
import { type TestDeskOptions, TINY_MODEL, testDesk, tinyFolder } from './model-desk.ts';

function deskWithModel(options: TestDeskOptions = {}) {
  const desk = testDesk(options);
  cpSync(TINY_MODEL, join(desk.modelsFolder, 'tiny'), { recursive: true });
  return desk;
}

const EDITS: readonly { readonly before: string | null; readonly after: string }[] = [
  { before: null, after: 'MODEL=tiny\n' },
  { before: '', after: 'MODEL=tiny\n' },
  { before: 'DISCORD_TOKEN=a.b.c\n', after: 'DISCORD_TOKEN=a.b.c\nMODEL=tiny\n' },
  { before: 'DEVICE=CPU', after: 'DEVICE=CPU\nMODEL=tiny\n' },
  { before: '# MODEL=x\nMODEL=riff-mini\nDEVICE=CPU\n', after: '# MODEL=x\nMODEL=tiny\nDEVICE=CPU\n' },
  { before: 'A=1\r\nMODEL = "x" # mine\r\nB=2\r\n', after: 'A=1\r\nMODEL=tiny\r\nB=2\r\n' },
  { before: 'A=1\r\n', after: 'A=1\r\nMODEL=tiny\r\n' },
  { before: 'MODEL=one\nexport MODEL=two\nMODELS=3\n', after: 'MODEL=one\nMODEL=tiny\nMODELS=3\n' },
];

describe('model use', () => {
  for (const { before, after } of EDITS) {
    test(`turns ${JSON.stringify(before)} into ${JSON.stringify(after)}`, async () => {
      const desk = deskWithModel();
      if (before !== null) writeFileSync(desk.envFile, before);
      await useModel(desk, 'tiny');
      assert.equal(readFileSync(desk.envFile, 'utf8'), after);
      assert.equal(parse(after).MODEL, 'tiny');
      assert.match(desk.printed.join(), /MODEL=tiny is written into .*\.env/);
    });
  }

  test('keeps the file to its owner, as the token in it asks for', {
    skip: process.platform === 'win32' && 'no modes there',
  }, async () => {
    const desk = deskWithModel();
    writeFileSync(desk.envFile, 'DISCORD_TOKEN=a.b.c\n', { mode: 0o600 });
    await useModel(desk, 'tiny');
    assert.equal(statSync(desk.envFile).mode & 0o777, 0o600);
  });

  test('writes a path outside of models/ so that it can be read again', async () => {
    const desk = testDesk();
    const folder = tinyFolder(desk, 'a folder #1');
    await useModel(desk, './a folder #1');
    assert.equal(parse(readFileSync(desk.envFile)).MODEL, folder);
  });

  test('says when the environment has another one than .env had', async () => {
    const desk = deskWithModel({ env: { MODEL: 'riff-mini' } });
    await useModel(desk, 'tiny');
    assert.match(desk.noted.join(), /environment has MODEL=riff-mini, which goes before/);
    const loaded = deskWithModel({ env: { MODEL: 'riff-mini' } });
    writeFileSync(loaded.envFile, 'MODEL=riff-mini\n');
    await useModel(loaded, 'tiny');
    assert.deepEqual(loaded.noted, []);
  });

  test('refuses what is no model, and a damaged one; .env stays', async () => {
    const desk = testDesk();
    tinyFolder(desk);
    await addOne(desk, 'tiny', {});
    truncateSync(join(desk.modelsFolder, 'tiny', 'unet', 'openvino_model.bin'), 5);
    await assert.rejects(useModel(desk, 'nobody'), /expected a model under models\/ \(tiny\).*"nobody"/);
    await assert.rejects(useModel(desk, 'tiny'), /unet\/openvino_model\.bin: expected 140916 bytes, found 5/);
    assert.ok(!existsSync(desk.envFile));
  });
});

describe('model remove', () => {
  test('asks with the size, and removes what is agreed to', async () => {
    const desk = deskWithModel({ answer: true });
    await removeOne(desk, 'tiny');
    assert.deepEqual(desk.questions, ['Remove models/tiny (625 kB)?']);
    assert.ok(!existsSync(join(desk.modelsFolder, 'tiny')));
  });

  const REFUSALS = [
    { title: 'without agreement', answer: false, yes: false, env: {}, says: /not agreed, tiny stays/ },
    { title: 'where nobody can be asked', answer: null, yes: false, env: {}, says: /expected --yes/ },
    {
      title: 'the model in use',
      answer: true,
      yes: true,
      env: { MODEL: 'tiny' },
      says: /tiny is in use; choose another/,
    },
  ] as const;
  for (const { title, says, yes, ...options } of REFUSALS) {
    test(`keeps it: ${title}`, async () => {
      const desk = deskWithModel(options);
      await assert.rejects(removeOne(desk, 'tiny', { yes }), says);
      assert.ok(existsSync(join(desk.modelsFolder, 'tiny', 'model_index.json')));
    });
  }

  test('keeps the embedded model and what is no model', async () => {
    const desk = deskWithModel({ answer: true });
    mkdirSync(join(desk.modelsFolder, 'training'));
    await assert.rejects(removeOne(desk, 'riff-mini', { yes: true }), /riff-mini belongs to the project/);
    await assert.rejects(removeOne(desk, 'training', { yes: true }), /expected one of tiny, got "training"/);
    await assert.rejects(removeOne(desk, '../models/tiny', { yes: true }), /expected one of tiny/);
  });
});
