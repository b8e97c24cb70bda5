import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isForecastStep } from '../../src/diffusion/forecast.ts';
import { completeRequest, defaultsOf, forecastOf, PROFILES } from '../../src/render/profiles.ts';
import { PROFILE_NAMES, type RiffDefaults } from '../../src/riff/request.ts';

const MODEL: RiffDefaults = { steps: 30, guidanceScale: 5, scheduler: 'ddim' };

for (const [profile, steps] of [
  ['balanced', 11],
  ['fast', 9],
] as const) {
  test(`${profile} takes at most ${steps} steps of DPM++ 2M, and what else the model proposes`, () => {
    assert.deepEqual(defaultsOf(profile, MODEL), { ...MODEL, scheduler: 'dpmpp_2m', steps });
    assert.equal(defaultsOf(profile, { ...MODEL, steps: 4 }).steps, 4);
  });
}

for (const { profile, steps, evaluated } of [
  { profile: 'classic', steps: 20, evaluated: 20 },
  { profile: 'balanced', steps: 11, evaluated: 7 },
  { profile: 'balanced', steps: 20, evaluated: 12 },
  { profile: 'balanced', steps: 3, evaluated: 3 },
  { profile: 'fast', steps: 9, evaluated: 6 },
  { profile: 'fast', steps: 3, evaluated: 3 },
] as const) {
  test(`${profile} evaluates the U-Net in ${evaluated} of ${steps} steps`, () => {
    const { forecast } = PROFILES[profile];
    const indices = Array.from({ length: steps }, (_, index) => index);
    assert.equal(indices.filter((index) => !isForecastStep(forecast, index, steps)).length, evaluated);
  });
}

test('classic is the notebook: PNDM, 20 steps, random phases, every step evaluated', () => {
  assert.deepEqual(defaultsOf('classic', MODEL), { steps: 20, guidanceScale: 5, scheduler: 'pndm' });
  assert.deepEqual(PROFILES.classic.phase, { method: 'classic' });
  assert.equal(PROFILES.classic.forecast, null);
});

test('weights distilled for few steps keep their scheduler and steps in every profile', () => {
  for (const model of [
    { ...MODEL, steps: 4 },
    { ...MODEL, scheduler: 'tcd' },
  ] as const) {
    for (const profile of PROFILE_NAMES) assert.deepEqual(defaultsOf(profile, model), model);
  }
});

const FEW_STEPS: RiffDefaults = { steps: 4, guidanceScale: 1, scheduler: 'tcd' };

for (const { profile, wanted, takesFewSteps } of [
  { profile: 'fast', wanted: {}, takesFewSteps: true },
  { profile: 'fast', wanted: { steps: 2 }, takesFewSteps: true },
  { profile: 'fast', wanted: { steps: 20 }, takesFewSteps: false },
  { profile: 'fast', wanted: { guidanceScale: 6 }, takesFewSteps: false },
  { profile: 'fast', wanted: { negativePrompt: 'drums' }, takesFewSteps: false },
  { profile: 'fast', wanted: { negativePrompt: ' ' }, takesFewSteps: true },
  { profile: 'fast', wanted: { scheduler: 'euler' }, takesFewSteps: false },
  { profile: 'balanced', wanted: {}, takesFewSteps: false },
  { profile: 'classic', wanted: {}, takesFewSteps: false },
  { profile: 'balanced', wanted: { scheduler: 'tcd' }, takesFewSteps: true },
  { profile: 'classic', wanted: { scheduler: 'lcm' }, takesFewSteps: true },
] as const) {
  const does = takesFewSteps ? 'takes' : 'does not take';
  test(`${profile} with ${JSON.stringify(wanted)} ${does} the weights for few steps`, () => {
    const defaults = defaultsOf(profile, { ...MODEL, fewSteps: FEW_STEPS }, wanted);
    assert.deepEqual(
      defaults,
      takesFewSteps ? FEW_STEPS : PROFILES[profile].defaults({ ...MODEL, fewSteps: FEW_STEPS }),
    );
  });
}

test('a scheduler that adds fresh noise in every step is never forecast', () => {
  assert.equal(forecastOf({ profile: 'fast', scheduler: 'lcm' }), null);
  assert.deepEqual(forecastOf({ profile: 'fast', scheduler: 'ddim' }), PROFILES.fast.forecast);
});

test('options of the user win over the profile', () => {
  const asked = { prompt: 'x', steps: 50, scheduler: 'euler', profile: 'classic' } as const;
  const { steps, scheduler, guidanceScale } = completeRequest(asked, MODEL, { freshSeed: 1 });
  assert.deepEqual({ steps, scheduler, guidanceScale }, { steps: 50, scheduler: 'euler', guidanceScale: 5 });
});

test('what a request leaves out comes from its profile, and from balanced where it names none', () => {
  const model = { ...MODEL, fewSteps: FEW_STEPS };
  const complete = (wanted: object) => completeRequest({ prompt: 'x', ...wanted }, model, { freshSeed: 7 });
  const others = { prompt: 'x', negativePrompt: '', seed: 7 };
  assert.deepEqual(complete({}), { ...others, ...defaultsOf('balanced', MODEL), profile: 'balanced' });
  assert.deepEqual(complete({ profile: 'fast' }), { ...others, ...FEW_STEPS, profile: 'fast' });
  const negative = complete({ profile: 'fast', negativePrompt: 'drums' });
  assert.equal(negative.scheduler, 'dpmpp_2m');
  assert.equal(negative.steps, 9);
});

test('a limit of steps holds for the defaults alone', () => {
  const options = { freshSeed: 7, mostSteps: 10 };
  assert.equal(completeRequest({ prompt: 'x' }, MODEL, options).steps, 10);
  assert.equal(completeRequest({ prompt: 'x', profile: 'fast' }, MODEL, options).steps, 9);
  assert.equal(completeRequest({ prompt: 'x', steps: 20 }, MODEL, options).steps, 20);
});
