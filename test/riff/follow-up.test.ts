import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completeRequest } from '../../src/render/profiles.ts';
import { extended, type RequestContext, reworded } from '../../src/riff/follow-up.ts';
import type { RiffDefaults } from '../../src/riff/request.ts';
import { ABILITIES } from '../abilities.ts';

const MODEL: RiffDefaults = {
  ...{ steps: 20, guidanceScale: 4, negativeGuidanceScale: 7, scheduler: 'dpmpp_2m' },
  fewSteps: { steps: 4, guidanceScale: 1, negativeGuidanceScale: 3, scheduler: 'tcd' },
};
const complete: RequestContext['complete'] = (wanted) => completeRequest(wanted, MODEL, { freshSeed: 7 });
const AWAY = { prompt: 'blues', negativePrompt: 'drums' };

for (const { profile, guidanceScale } of [
  { profile: 'balanced', guidanceScale: 7 },
  { profile: 'fast', guidanceScale: 3 },
] as const) {
  test(`what follows a ${profile} riff heeds a negative prompt that is new`, () => {
    const riff = complete({ prompt: 'jazz', profile });
    const words = reworded(riff, AWAY, { complete });
    assert.deepEqual(words, { ...AWAY, guidanceScale });
    const request = extended({ riff }, { seconds: 5, at: 'end', seed: 8, ...words }, ABILITIES.grid);
    assert.equal(request.guidanceScale, guidanceScale);
    assert.equal(request.scheduler, riff.scheduler);
  });
}

test('guidance that was chosen stays, whatever the words', () => {
  const riff = complete({ prompt: 'jazz', guidanceScale: 3 });
  assert.deepEqual(reworded(riff, AWAY, { complete }), { ...AWAY, guidanceScale: 3 });
});

test('words that are left out stay, with their guidance', () => {
  const riff = complete({ prompt: 'jazz', negativePrompt: 'drums' });
  const words = { prompt: 'jazz', negativePrompt: 'drums', guidanceScale: 7 };
  assert.deepEqual(reworded(riff, {}, { complete }), words);
  assert.equal(reworded(riff, { negativePrompt: '' }, { complete }).guidanceScale, 4);
});
