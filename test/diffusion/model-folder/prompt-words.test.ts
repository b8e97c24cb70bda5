import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readPromptWords } from '../../../src/diffusion/model-folder/model-folder.ts';
import { NO_PROMPT_WORDS } from '../../../src/riff/prompt-words.ts';

test('a folder lists its words in a file; without the file there are none, and a faulty file is named', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'riff-words-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (text: string) => writeFileSync(join(folder, 'prompt_words.json'), text);
  assert.deepEqual(await readPromptWords(folder), NO_PROMPT_WORDS);
  write('{"styles": ["jazz"], "colours": ["red"]}');
  assert.deepEqual(await readPromptWords(folder), { ...NO_PROMPT_WORDS, styles: ['jazz'] });
  write('{"styles": ["jazz", 7]}');
  await assert.rejects(readPromptWords(folder), {
    code: 'invalid_model',
    message: /styles\.1: .*it holds 7/,
  });
});
