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
const extras = Array.from({ length: 10_000 }, (_, i): [string, number] => [`<extra ${i}>`, 1e6 + i]);
/** The same, as large as a vocabulary of all subjects. */
const large = { ...vocabulary, ids: new Map([...vocabulary.ids, ...extras]) };
const closed = { ...vocabulary, isClosed: true };
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

test('the text that did not fit is named, from the first word that was not read whole', () => {
  const tokenizer = clipTokenizer(vocabulary, 8);
  assert.equal(tokenizer.tokenize('jazz piano').cutText, '');
  const own = tokenizer.tokenize('Jazz jazz jazz jazz jazz jazz **Piano** & Drums');
  assert.equal(own.cutText, '**Piano** & Drums');
  const split = clipTokenizer(large, 8).tokenize('jazz jazz jazz jazz jazz QZQZqzqz piano');
  assert.equal(split.cutText, 'QZQZqzqz piano');
});

test('the words that are named are the right ones, although lower-casing makes two words of one', () => {
  const { cutText } = clipTokenizer(large, 5).tokenize('jazz İstanbul piano');
  assert.ok(cutText.endsWith('piano') && !cutText.includes('jazz'), cutText);
});

test('words that a closed vocabulary does not know are not read, and are named', () => {
  const tokenizer = clipTokenizer(closed, 8);
  const known = tokenizer.tokenize('jazz piano');
  const crowded = tokenizer.tokenize('🎷🎶 👩‍👩‍👧‍👦 Qzqzqz jazz 🎷🎶 piano');
  assert.deepEqual(crowded.ids, known.ids);
  assert.equal(crowded.cutText, '');
  assert.deepEqual(crowded.unknownWords, ['qzqzqz']);
});

test('emoji do not push the one word out that the embedded model knows', async () => {
  const folder = fileURLToPath(new URL('../../models/riff-mini/tokenizer', import.meta.url));
  const tokenizer = clipTokenizer({ ...(await readClipVocabulary(folder)), isClosed: true }, 32);
  const { ids, cutText } = tokenizer.tokenize('🎷🎶 👩‍👩‍👧‍👦 sax');
  assert.deepEqual(ids, tokenizer.tokenize('sax').ids);
  assert.equal(cutText, '');
});

test('a word that is cut is named once, known or not', () => {
  const { cutText, unknownWords } = clipTokenizer(closed, 5).tokenize('qzqz jazz jazz jazz Jazz zürgh piano');
  assert.equal(cutText, 'Jazz zürgh piano');
  assert.deepEqual(unknownWords, ['qzqz']);
});

test('a text of unknown words alone says so, a large vocabulary never does', () => {
  const tokenizer = clipTokenizer(vocabulary, 77);
  assert.equal(tokenizer.tokenize('qzqz 🎷 12').knowsNone, true);
  assert.equal(tokenizer.tokenize('qzqz jazz').knowsNone, false);
  assert.equal(tokenizer.tokenize('').knowsNone, false);
  assert.equal(clipTokenizer(large, 77).tokenize('qzqz').knowsNone, false);
});

test('an open vocabulary reads unknown words piece by piece, however long the text', () => {
  const text = '🎷🎶 👩‍👩‍👧‍👦 jazz';
  const { ids, unknownWords } = clipTokenizer(large, 8).tokenize(text);
  assert.deepEqual(ids.slice(1, 7), clipTokenizer(large, 77).tokenize(text).ids.slice(1, 7));
  assert.deepEqual(unknownWords, []);
});

test('words that a small vocabulary has only in pieces are reported once, punctuation and digits never', () => {
  const { unknownWords } = clipTokenizer(vocabulary, 77).tokenize("Qzqz jazz, qzqz's 1234 🪇 piano zürgh!");
  assert.deepEqual(unknownWords, ['qzqz', 'zürgh']);
  assert.deepEqual(clipTokenizer(large, 77).tokenize('Qzqz').unknownWords, []);
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
