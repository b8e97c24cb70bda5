import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { foldText } from '../../src/riff/fold-text.ts';

const FOLDED: readonly (readonly [written: string, folded: string, why: string])[] = [
  ['ＢＡＤ', 'bad', 'full-width letters'],
  ['𝓫𝓪𝓭 𝔟𝔞𝔡', 'bad bad', 'mathematical letters'],
  ['ⓑⓐⓓ 🅱🅰🅳 🇧🇦🇩', 'bad bad bad', 'circled, squared and regional letters'],
  ['b\u200ba\u00add', 'bad', 'zero-width space and soft hyphen'],
  ['\u202ebad\u202c', 'bad', 'bidirectional overrides'],
  ['b\0a\u0007d', 'bad', 'control characters'],
  ['b\ud800ad', 'bad', 'a lone surrogate'],
  ['b\u3164a\u034fd', 'bad', 'fillers and joiners'],
  ['b̸̢̛á̷d', 'bad', 'combining marks'],
  ['ВАD βαδ ʙᴀᴅ', 'bad bad bad', 'Cyrillic, Greek and small capitals'],
  ['STRASSE straße ſtraẞe', 'strasse strasse strasse', 'sharp and long s'],
  ['  bad \t\n  thing ', 'bad thing', 'white space'],
  ['坏人 한국', '坏人 한국', 'scripts without look-alikes stay'],
];

for (const [written, folded, why] of FOLDED) {
  test(`folds ${why}`, () => assert.equal(foldText(written), folded));
}

test('folding is idempotent', () => {
  const anyText = fc.string({ unit: 'binary', maxLength: 60 });
  fc.assert(
    fc.property(anyText, (text) => foldText(foldText(text)) === foldText(text)),
    { numRuns: 5000 },
  );
});

test('what is folded never depends on lone surrogates to stay well-formed', () => {
  const codeUnits = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 });
  fc.assert(fc.property(codeUnits, (units) => foldText(String.fromCharCode(...units)).isWellFormed()));
});
