import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TokenizedText } from '../../src/diffusion/clip-tokenizer.ts';
import { textWarnings } from '../../src/diffusion/window-texts.ts';
import { noticeText } from '../../src/messages/notices.ts';

const KNOWN: TokenizedText = {
  ids: [0, 1, 2],
  cutText: '',
  correctedWords: [],
  unknownWords: [],
  knowsNone: false,
};
const REQUEST = { guidanceScale: 7, negativePrompt: '' };

test('nothing is said of texts that are understood', () => {
  assert.deepEqual(textWarnings(REQUEST, KNOWN, KNOWN, false), []);
});

test('a prompt of unknown words alone is told first, without its words', () => {
  const prompt = { ...KNOWN, unknownWords: ['qzqz'], knowsNone: true };
  const negative = { ...KNOWN, unknownWords: ['zürgh'] };
  const warnings = textWarnings({ ...REQUEST, negativePrompt: 'jazz zürgh' }, prompt, negative, false);
  assert.deepEqual(warnings, [
    { kind: 'noPromptWordKnown' },
    { kind: 'unknownWords', of: 'negative', words: ['zürgh'] },
  ]);
});

test('a word that was read as another is told with it', () => {
  const prompt = { ...KNOWN, correctedWords: [{ typed: 'violen', read: 'violin' }] };
  const [warning = ''] = textWarnings(REQUEST, prompt, KNOWN, false);
  assert.match(noticeText(warning, 'en'), /“violen” as “violin”/);
  assert.match(noticeText(warning, 'de'), /„violen“ als „violin“/);
});

test('at guidance 1 the negative prompt is only said to have no effect', () => {
  const request = { guidanceScale: 1, negativePrompt: 'qzqz' };
  const negative = { ...KNOWN, unknownWords: ['qzqz'], knowsNone: true };
  const warnings = textWarnings(request, KNOWN, negative, false);
  assert.deepEqual(warnings, [{ kind: 'negativeHasNoEffect' }]);
  assert.deepEqual(textWarnings(request, KNOWN, negative, true), [{ kind: 'noNegativeWordKnown' }]);
});
