import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { clipTokenizer } from '../../src/diffusion/clip-tokenizer.ts';
import { readClipVocabulary } from '../../src/diffusion/clip-vocabulary.ts';
import { nearestWord } from '../../src/diffusion/closed-vocabulary.ts';

interface Golden {
  readonly texts: readonly (readonly [string, string])[];
}

const file = fileURLToPath(new URL('../golden/diffusion/closed-vocabulary.json', import.meta.url));
const golden: Golden = JSON.parse(readFileSync(file, 'utf8'));

const folder = fileURLToPath(new URL('../../models/riff-mini/tokenizer', import.meta.url));
const vocabulary = { ...(await readClipVocabulary(folder)), isClosed: true };
const tokenizer = clipTokenizer(vocabulary, 32);

test('of a text the known words are read, and those a letter away from exactly one', () => {
  const tokenOf = new Map([...vocabulary.ids].map(([token, id]) => [id, token.replace('</w>', '')]));
  const end = vocabulary.ids.get(vocabulary.end) ?? 0;
  for (const [text, read] of golden.texts) {
    const { ids } = tokenizer.tokenize(text);
    const words = ids.slice(1, ids.indexOf(end)).map((id) => tokenOf.get(id));
    assert.equal(words.join(' '), read, text);
  }
});

test('a corrected word is reported as corrected, not as unknown', () => {
  const { correctedWords, unknownWords } = tokenizer.tokenize('Violen qzqzqz');
  assert.deepEqual(correctedWords, [{ typed: 'violen', read: 'violin' }]);
  assert.deepEqual(unknownWords, ['qzqzqz']);
});

test('a word is read as the longest near one, and as neither of two of one length', () => {
  const known = new Set(['metal', 'petal', 'drum', 'drums']);
  const read = ['hetal', 'drumz', 'metall'].map((word) => nearestWord(word, (other) => known.has(other)));
  assert.deepEqual(read, [undefined, 'drums', 'metal']);
});
