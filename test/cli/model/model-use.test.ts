import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'dotenv';
import { addOne } from '../../../src/cli/model/add.ts';
import { removeOne } from '../../../src/cli/model/remove.ts';
import { useModel } from '../../../src/cli/model/use.ts';
import { chosenModel } from '../../../src/model-library/chosen-model.ts';
import { readEnvFile } from '../../../src/system/env-file.mjs';
import { type TestContextOptions, TINY_MODEL, testContext, tinyFolder } from './model-context.ts';

function contextWithModel(options: TestContextOptions = {}) {
  const context = testContext(options);
  cpSync(TINY_MODEL, join(context.modelsFolder, 'tiny'), { recursive: true });
  return context;
}

const EDITS: readonly { readonly before: string | null; readonly after: string }[] = [
  { before: null, after: 'MODEL=tiny\n' },
  { before: '', after: 'MODEL=tiny\n' },
  { before: 'DISCORD_TOKEN=a.b.c\n', after: 'DISCORD_TOKEN=a.b.c\nMODEL=tiny\n' },
  { before: 'DEVICE=CPU', after: 'DEVICE=CPU\nMODEL=tiny\n' },
  { before: '# MODEL=x\nMODEL=riff-mini\nDEVICE=CPU\n', after: '# MODEL=x\nMODEL=tiny\nDEVICE=CPU\n' },
  { before: 'A=1\r\nMODEL = "x" # mine\r\nB=2\r\n', after: 'A=1\r\nMODEL=tiny\r\nB=2\r\n' },
  { before: 'A=1\r\n', after: 'A=1\r\nMODEL=tiny\r\n' },
  { before: 'MODEL=one\nMODEL: two\n', after: 'MODEL=one\nMODEL: two\nMODEL=tiny\n' },
  { before: 'MODEL=one\nexport MODEL=two\nMODELS=3\n', after: 'MODEL=one\nMODEL=tiny\nMODELS=3\n' },
];

describe('model use', () => {
  for (const { before, after } of EDITS) {
    test(`turns ${JSON.stringify(before)} into ${JSON.stringify(after)}`, async () => {
      const context = contextWithModel();
      if (before !== null) writeFileSync(context.envFile, before);
      await useModel(context, 'tiny');
      assert.equal(readFileSync(context.envFile, 'utf8'), after);
      assert.equal(parse(after).MODEL, 'tiny');
      assert.match(context.printed.join(), /MODEL=tiny is written into .*\.env/);
    });
  }

  test('keeps the file to its owner, as the token in it asks for', {
    skip: process.platform === 'win32' && 'no modes there',
  }, async () => {
    const context = contextWithModel();
    writeFileSync(context.envFile, 'DISCORD_TOKEN=a.b.c\n', { mode: 0o600 });
    await useModel(context, 'tiny');
    assert.equal(statSync(context.envFile).mode & 0o777, 0o600);
  });

  test('writes a path outside of models/ so that it can be read again', async () => {
    const context = testContext();
    const folder = tinyFolder(context, 'a folder #1');
    await useModel(context, './a folder #1');
    assert.equal(parse(readFileSync(context.envFile)).MODEL, folder);
  });

  for (const name of ['it’s "mine"', "it's mine", "\\new's", 'a `b` "c"']) {
    test(`writes a folder's name that has quotes: ${name}`, async () => {
      const context = testContext();
      const folder = tinyFolder(context, name);
      await useModel(context, folder);
      assert.equal(parse(readFileSync(context.envFile)).MODEL, folder);
    });
  }

  test('refuses a path that no quotes hold; .env stays', async () => {
    const context = testContext();
    const folder = tinyFolder(context, `'"\`#`);
    await assert.rejects(useModel(context, folder), /expected a path that \.env can hold/);
    assert.ok(!existsSync(context.envFile));
  });

  test('loses nothing of a .env in UTF-16, nor of one with a byte order mark', async () => {
    const text = '\ufeffDISCORD_TOKEN=a.b.c\r\nMODEL=音楽\r\n';
    for (const bytes of [Buffer.from(text, 'utf16le'), Buffer.from(text)]) {
      const context = contextWithModel();
      writeFileSync(context.envFile, bytes);
      await useModel(context, 'tiny');
      assert.deepEqual(readEnvFile(context.envFile), { DISCORD_TOKEN: 'a.b.c', MODEL: 'tiny' });
    }
  });

  test('an empty MODEL in the environment is the embedded model, whatever .env says', async () => {
    const context = contextWithModel({ env: { MODEL: '' } });
    await useModel(context, 'tiny');
    assert.equal(await chosenModel(context.envFile, context.env), 'riff-mini');
    assert.match(context.noted.join(), /environment has MODEL=, which overrides/);
  });

  test('says when the environment has another one than .env had', async () => {
    const context = contextWithModel({ env: { MODEL: 'riff-mini' } });
    await useModel(context, 'tiny');
    assert.match(context.noted.join(), /environment has MODEL=riff-mini, which overrides/);
    const loaded = contextWithModel({ env: { MODEL: 'riff-mini' } });
    writeFileSync(loaded.envFile, 'MODEL=riff-mini\n');
    await useModel(loaded, 'tiny');
    assert.deepEqual(loaded.noted, []);
  });

  test('refuses a folder that is no model, and a damaged model; .env stays', async () => {
    const context = testContext();
    tinyFolder(context);
    await addOne(context, 'tiny', {});
    truncateSync(join(context.modelsFolder, 'tiny', 'unet', 'openvino_model.bin'), 5);
    await assert.rejects(useModel(context, 'nobody'), /expected a model under models\/ \(tiny\).*"nobody"/);
    await assert.rejects(
      useModel(context, 'tiny'),
      /unet\/openvino_model\.bin: expected 140916 bytes, got 5/,
    );
    assert.ok(!existsSync(context.envFile));
  });
});

describe('model remove', () => {
  test('asks with the size, and removes what is agreed to', async () => {
    const context = contextWithModel({ answer: true });
    await removeOne(context, 'tiny');
    assert.deepEqual(context.questions, ['Remove models/tiny (625 kB)?']);
    assert.ok(!existsSync(join(context.modelsFolder, 'tiny')));
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
      const context = contextWithModel(options);
      await assert.rejects(removeOne(context, 'tiny', { yes }), says);
      assert.ok(existsSync(join(context.modelsFolder, 'tiny', 'model_index.json')));
    });
  }

  test('keeps the embedded model, and folders that are no models', async () => {
    const context = contextWithModel({ answer: true });
    mkdirSync(join(context.modelsFolder, 'training'));
    await assert.rejects(removeOne(context, 'riff-mini', { yes: true }), /riff-mini is part of the project/);
    await assert.rejects(
      removeOne(context, 'training', { yes: true }),
      /expected one of tiny, got "training"/,
    );
    await assert.rejects(removeOne(context, '../models/tiny', { yes: true }), /expected one of tiny/);
  });
});
