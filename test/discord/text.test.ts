import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fittedLines, plainText, punctuated, quotedText, riffFileName } from '../../src/discord/text.ts';
import { queueTexts } from '../../src/messages/queue.ts';

const numRuns = Number(process.env.FUZZ_RUNS ?? 3000);
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 200 })
    .map((units) => String.fromCharCode(...units)),
  fc
    .array(
      fc.constantFrom(
        '@everyone',
        '<@1>',
        '\\',
        '`',
        '*',
        '||',
        'https://x.y',
        '[a](b)',
        '\u202e',
        '👻',
        '\n',
      ),
    )
    .map((bits) => bits.join('')),
);

test('quoted text has no markup left that is not escaped, one line, no controls, within its length', () => {
  fc.assert(
    fc.property(hostile, fc.integer({ min: 2, max: 120 }), (text, maxLength) => {
      const quoted = quotedText(text, maxLength);
      const bare = quoted.replace(/\\[\\*_~`|<>[\]()@:]/g, '');
      assert.doesNotMatch(bare, /[\\*_~`|<>[\]()@]|:\/\//);
      assert.doesNotMatch(quoted, /[\p{Cc}\p{Cs}\p{Bidi_Control}\n]/u);
      assert.ok(quoted.length <= maxLength);
    }),
    { numRuns },
  );
});

test('plain text is well-formed, one line, within its length', () => {
  fc.assert(
    fc.property(hostile, fc.integer({ min: 2, max: 120 }), (text, maxLength) => {
      const plain = plainText(text, maxLength);
      assert.ok(plain.isWellFormed() && plain.length <= maxLength && !/[\r\n\0]/.test(plain));
    }),
    { numRuns },
  );
});

test('a text that fits is shown as it is', () => {
  assert.equal(plainText('  jazz \n piano ', 50), 'jazz piano');
  assert.equal(quotedText('jazz_piano: 90 bpm (slow)', 50), 'jazz\\_piano: 90 bpm \\(slow\\)');
  assert.equal(quotedText('see https://x.y', 50), 'see https\\://x.y');
});

test('a cut never splits an escape or what a reader sees as one character', () => {
  assert.equal(quotedText('aaaa****', 7), 'aaaa\\*…');
  assert.equal(quotedText('aaaa****', 8), 'aaaa\\*…');
  assert.equal(plainText('aa👻👻👻', 4), 'aa…');
  assert.equal(plainText('a👩‍👩‍👧‍👦b👩‍👩‍👧‍👦', 14), 'a👩‍👩‍👧‍👦b…');
  assert.equal(quotedText('👍🏽👍🏽👍🏽', 8), '👍🏽…');
  assert.equal(plainText('e\u0301e\u0301e\u0301', 4), 'e\u0301…');
});

test('a sentence ends once', () => {
  assert.deepEqual(['too loud', 'no.', 'why?', 'so …'].map(punctuated), ['too loud.', 'no.', 'why?', 'so …']);
});

test('lines beyond the length are counted, never cut in two', () => {
  const { more } = queueTexts.en;
  assert.equal(fittedLines(['abcd', 'efgh'], more, 10), 'abcd\nefgh');
  assert.equal(fittedLines(['abcd', 'efgh', 'ijkl'], more, 10), `abcd\nefgh\n${more(1)}`);
  assert.equal(fittedLines([], more, 10), '');
});

test('file names are [a-z0-9-] whatever was asked', () => {
  fc.assert(
    fc.property(hostile, fc.maxSafeNat(), (prompt, seed) => {
      assert.match(riffFileName(prompt, seed, 'wav'), /^riff-[a-z0-9-]{1,60}\.wav$/);
    }),
    { numRuns },
  );
});

test('file names tell prompt and seed', () => {
  assert.equal(riffFileName('Jazz Piano, slow!', 42, 'wav'), 'riff-jazz-piano-slow-42.wav');
  assert.equal(riffFileName('Café Über', 1, 'png'), 'riff-cafe-uber-1.png');
  assert.equal(riffFileName('../../🎵', 7, 'png'), 'riff-7.png');
  assert.equal(riffFileName('x'.repeat(100), 7, 'png'), `riff-${'x'.repeat(40)}-7.png`);
});
