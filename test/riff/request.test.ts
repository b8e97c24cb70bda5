import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../src/errors.ts';
import { inputFaultsText } from '../../src/messages/input-faults.ts';
import { parseRiffRequest, REQUEST_LIMITS, type RiffRequest } from '../../src/riff/request.ts';

const DEFAULTS = { steps: 20, guidanceScale: 4, scheduler: 'dpmpp_2m' } as const;

test('options that are left out come from the model, the seed from the caller', () => {
  assert.deepEqual(parseRiffRequest({ prompt: '  jazz piano ' }, DEFAULTS, 7), {
    prompt: 'jazz piano',
    negativePrompt: '',
    seed: 7,
    profile: 'balanced',
    ...DEFAULTS,
  });
});

test('a negative prompt has a guidance of its own where the model proposes one', () => {
  const defaults = { ...DEFAULTS, negativeGuidanceScale: 6 };
  const guidance = (input: Partial<RiffRequest>, of = defaults) =>
    parseRiffRequest({ prompt: 'x', ...input }, of, 7).guidanceScale;
  assert.equal(guidance({ negativePrompt: 'drums' }), 6);
  for (const nothing of ['  ', '\u200b', '\u3164 \u202e'])
    assert.equal(guidance({ negativePrompt: nothing }), 4);
  assert.equal(parseRiffRequest({ prompt: 'x', negativePrompt: '\u200b' }, DEFAULTS, 7).negativePrompt, '');
  assert.equal(guidance({ negativePrompt: 'drums', guidanceScale: 2 }), 2);
  assert.equal(parseRiffRequest({ prompt: 'x', negativePrompt: 'drums' }, DEFAULTS, 7).guidanceScale, 4);
});

test('given zeros and empty texts are kept, not replaced by defaults', () => {
  const request = parseRiffRequest({ prompt: 'x', negativePrompt: '', seed: 0 }, DEFAULTS, 7);
  assert.equal(request.seed, 0);
  assert.equal(request.negativePrompt, '');
});

const WRONG: readonly [name: string, input: Partial<RiffRequest>, message: RegExp][] = [
  ['an empty prompt', { prompt: '   ' }, /^prompt: expected words .* empty text$/],
  ['a prompt that shows nothing', { prompt: '\u0000 \u202e\u200b\u3164' }, /^prompt: .* got an empty text$/],
  [
    'an endless prompt',
    { prompt: 'a'.repeat(REQUEST_LIMITS.promptLength.max + 1) },
    /^prompt: expected at most 1000/,
  ],
  ['no steps', { prompt: 'x', steps: 0 }, /^steps: expected a whole number from 1 to 100, got 0$/],
  [
    'steps that break two rules',
    { prompt: 'x', steps: 1e308 },
    /^steps: expected a whole number from 1 to 100, got 1e\+308$/,
  ],
  ['half steps', { prompt: 'x', steps: 1.5 }, /^steps: expected a whole number from 1 to 100, got 1.5$/],
  [
    'guidance that is no number',
    { prompt: 'x', guidanceScale: Number.NaN },
    /^guidance: expected a number from 1 to 20, got NaN$/,
  ],
  ['a negative seed', { prompt: 'x', seed: -1 }, /^seed: expected a whole number from 0 to \d+, got -1$/],
  [
    'an unknown scheduler',
    { prompt: 'x', scheduler: 'magic' as 'ddim' },
    /^scheduler: expected one of pndm, .* got "magic"$/,
  ],
  [
    'an unknown profile',
    { prompt: 'x', profile: 'quick' as 'fast' },
    /^profile: expected one of classic, balanced, fast, got "quick"$/,
  ],
  [
    'a sound at a tempo that leaves no picture',
    {
      prompt: 'x',
      from: { kind: 'remix', of: { sound: { latents: '', bpm: Number.MIN_VALUE } }, strength: 0 },
    },
    /^bpm: expected a number from 10 to 1000, got 5e-324$/,
  ],
];

for (const [name, input, message] of WRONG) {
  test(`${name} is refused with what was expected and what came`, () => {
    assert.throws(
      () => parseRiffRequest(input, DEFAULTS, 7),
      (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

test('several faults are named together, for any language', () => {
  const both = () => parseRiffRequest({ prompt: '', steps: 0 }, DEFAULTS, 7);
  assert.throws(both, /prompt: .*; steps: /);
  const steps = { kind: 'noWholeNumber', name: 'steps', min: 1, max: 100, got: '0' } as const;
  assert.throws(both, { faults: [{ kind: 'emptyPrompt' }, steps] });
  assert.match(inputFaultsText([steps], 'de'), /^schritte: .* von 1 bis 100/);
});
