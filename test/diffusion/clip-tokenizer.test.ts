import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { clipTokenizer } from '../../src/diffusion/clip-tokenizer.ts';
import { readClipVocabulary } from '../../src/diffusion/clip-vocabulary.ts';

interface Golden {
  readonly texts: readonly string[];
  readonly ids: readonly string[];
  readonly idsPadExclamation: Readonly<Record<string, string>>;
  readonly padded: Readonly<Record<string, readonly (readonly number[])[]>>;
}

const FOLDER = fileURLToPath(new URL('../golden/diffusion/tokenizer', import.meta.url));
const golden: Golden = JSON.parse(readFileSync(`${FOLDER}/tokens.json`, 'utf8'));
const vocabulary = await readClipVocabulary(FOLDER);
const exclaiming = { ...vocabulary, padding: '!' };

test('ids of 1,000 texts equal those of transformers', () => {
  assert.equal(golden.texts.length, 1000);
  const tokenizer = clipTokenizer(vocabulary, 2000);
  const wrong = golden.texts.filter((text, i) => idsOf(tokenizer, text) !== golden.ids[i]);
  assert.deepEqual(wrong, []);
});

test('a padding token that is ordinary text is taken for special, as transformers takes it', () => {
  const tokenizer = clipTokenizer(exclaiming, 2000);
  const changed = Object.entries(golden.idsPadExclamation);
  assert.ok(changed.length > 10);
  for (const [index, expected] of changed) {
    const text = golden.texts[Number(index)] ?? '';
    const ids = tokenizer.tokenize(text).ids.slice(1, 1 + expected.split(' ').length);
    assert.equal(ids.join(' '), expected, text);
  }
});

test('short texts are padded and long ones cut to the length, as transformers does', () => {
  for (const [name, words] of Object.entries({ pad_is_end: vocabulary, pad_is_exclamation: exclaiming })) {
    const tokenizer = clipTokenizer(words, 77);
    const rows = ['jazz', 'jazz '.repeat(100)].map((text) => tokenizer.tokenize(text).ids);
    assert.deepEqual(rows, golden.padded[`${name}_padded`]);
  }
});

test('what did not fit is named from the first word that was not taken whole', () => {
  const tokenizer = clipTokenizer(vocabulary, 8);
  assert.equal(tokenizer.tokenize('jazz piano').cutText, '');
  assert.equal(tokenizer.tokenize('jazz jazz jazz jazz jazz jazz piano & Drums').cutText, 'piano & drums');
  const split = tokenizer.tokenize('jazz jazz jazz jazz jazz qzqzqzqz piano');
  assert.equal(split.cutText, 'qzqzqzqz piano');
});

test('words that a small vocabulary has only in pieces are reported once, punctuation and digits never', () => {
  const { unknownWords } = clipTokenizer(vocabulary, 77).tokenize("Qzqz jazz, qzqz's 1234 🪇 piano zürgh!");
  assert.deepEqual(unknownWords, ['qzqz', 'zürgh']);
  const large = new Map(vocabulary.ids);
  for (let i = 0; i < 10_000; i++) large.set(`<extra ${i}>`, large.size);
  assert.deepEqual(clipTokenizer({ ...vocabulary, ids: large }, 77).tokenize('Qzqz').unknownWords, []);
});

function idsOf(tokenizer: ReturnType<typeof clipTokenizer>, text: string): string {
  const { ids } = tokenizer.tokenize(text);
  const end = vocabulary.ids.get(vocabulary.end);
  const last = ids.findLastIndex((id) => id !== end) + 1;
  const length = Math.max(
    last,
    (golden.ids[golden.texts.indexOf(text)] ?? '').split(' ').filter(Boolean).length + 1,
  );
  return ids.slice(1, length).join(' ');
}
