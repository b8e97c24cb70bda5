import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counted, fittedLines, ordinal, punctuated } from '../../src/discord/text.ts';

test('ordinals as English has them', () => {
  const ordinals = [1, 2, 3, 4, 10, 11, 12, 13, 20, 21, 22, 23, 101, 111, 112, 1003].map(ordinal);
  assert.equal(
    ordinals.join(' '),
    '1st 2nd 3rd 4th 10th 11th 12th 13th 20th 21st 22nd 23rd 101st 111th 112th 1003rd',
  );
});

test('one is one, all else is many', () => {
  assert.deepEqual(
    [0, 1, 2].map((count) => counted(count, 'riff')),
    ['0 riffs', '1 riff', '2 riffs'],
  );
});

test('a sentence ends once', () => {
  assert.deepEqual(['too loud', 'no.', 'why?', 'so …'].map(punctuated), ['too loud.', 'no.', 'why?', 'so …']);
});

test('lines beyond the length are counted, never cut in two', () => {
  assert.equal(fittedLines(['abcd', 'efgh'], 10), 'abcd\nefgh');
  assert.equal(fittedLines(['abcd', 'efgh', 'ijkl'], 10), 'abcd\nefgh\n… and 1 more');
  assert.equal(fittedLines([], 10), '');
});
