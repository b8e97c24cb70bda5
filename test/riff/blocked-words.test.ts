import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BLOCKED_PATTERN_LIMITS, checkPattern, findBlockedPattern } from '../../src/riff/blocked-words.ts';

const CASES: readonly (readonly [pattern: string, text: string, isBlocked: boolean])[] = [
  ['bad', 'a bad song', true],
  ['bad', 'BAD', true],
  ['bad', 'a song so bad!', true],
  ['bad', 'badge', false],
  ['bad', 'forbad', false],
  ['bad', 'b4d', true],
  ['bad', 'b@d and more', true],
  ['bad', 'b.a.d', true],
  ['bad', 'ba-d', true],
  ['bad', 'b a d', true],
  ['bad', 'b . a . d', true],
  ['bad', 'b @ d', true],
  ['bad', 'play B A D now', true],
  ['bad', 'tab ad', false],
  ['bad', 'ba d', false],
  ['bad', 'baaaad', true],
  ['god', 'good', false],
  ['god', 'gooood', true],
  ['ass', 'class', false],
  ['ass', 'a$$', true],
  ['ass', 'bass as sound', false],
  ['bob', '808 drums', false],
  ['bob', 'b0b', true],
  ['808', '808 drums', true],
  ['bad*', 'badly played', true],
  ['*bad', 'forbad', true],
  ['*bad*', 'xxbadxx', true],
  ['b?d', 'bed', true],
  ['b?d', 'bleed', false],
  ['b*d', 'b d', true],
  ['b*d', 'blue and red', false],
  ['bad thing', 'a bad, thing', true],
  ['bad thing', 'bad    thing', true],
  ['bad thing', 'badthing', false],
  ['坏人', '这个坏人', true],
  ['плохо', 'очень плохо', true],
  ['sh!t', 'sh!t', true],
  ['a.*+(x', 'a.*+(x', true],
];

for (const [typed, text, isBlocked] of CASES) {
  test(`"${typed}" ${isBlocked ? 'stops' : 'lets through'} "${text}"`, () => {
    assert.equal(findBlockedPattern([text], [folded(typed)]) !== null, isBlocked);
  });
}

test('the negative prompt is looked at like the prompt', () => {
  assert.equal(findBlockedPattern(['a song', 'no bad'], ['good', 'bad']), 'bad');
});

test('a pattern of two letters or more, up to forty-eight characters and three stars is taken', () => {
  for (const typed of ['', '*', 'x', '***?', '!!', '\u200b', 'x'.repeat(49), 'a*b*c*d*e']) {
    assert.equal(checkPattern(typed).kind, 'refused', JSON.stringify(typed));
  }
  assert.deepEqual(checkPattern('  BÄD  **Thing '), { kind: 'ok', pattern: 'bad *thing' });
});

test('a listed word is found however it is dressed', () => {
  const word = fc.stringMatching(/^[a-z]{3,10}$/);
  const dressed = fc.tuple(word, fc.infiniteStream(fc.constantFrom(...DRESSES)));
  fc.assert(
    fc.property(dressed, fc.constantFrom('', ' ', '.', '-', '\u200b', ' _ '), ([plain, dresses], gap) => {
      const written = Array.from(plain, (letter) => dresses.next().value(letter)).join(gap);
      return findBlockedPattern([`some ${written} music`], [plain]) === plain;
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 5000) },
  );
});

test('the worst pattern on the longest prompt takes a bounded number of steps', () => {
  const worst = 'a*?*?*'.padEnd(48, 'a');
  const patterns = Array.from({ length: BLOCKED_PATTERN_LIMITS.count }, () => folded(worst));
  assert.equal(findBlockedPattern([`${'a'.repeat(999)}b`], patterns), null);
});

const DRESSES: readonly ((letter: string) => string)[] = [
  (letter) => letter,
  (letter) => letter.toUpperCase(),
  (letter) => `${letter}\u0301`,
  (letter) => `\u200d${letter}\u2060`,
  (letter) => String.fromCodePoint(letter.charCodeAt(0) - 0x61 + 0xff41),
  (letter) => String.fromCodePoint(letter.charCodeAt(0) - 0x61 + 0x1d400),
  (letter) => String.fromCodePoint(letter.charCodeAt(0) - 0x61 + 0x1f170),
  (letter) => ({ a: 'а', c: 'с', e: 'е', o: 'ο', p: 'р', x: 'х', i: 'ı' })[letter] ?? letter,
];

function folded(typed: string): string {
  const check = checkPattern(typed);
  assert.equal(check.kind, 'ok');
  return check.kind === 'ok' ? check.pattern : '';
}
