import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXACT } from '../../src/diffusion/levers.ts';
import { planSteps } from '../../src/diffusion/step-plan.ts';
import { defaultsOf, PROFILES } from '../../src/render/profiles.ts';
import { PROFILE_NAMES, parseRiffRequest, type RiffDefaults } from '../../src/riff/request.ts';

const MODEL: RiffDefaults = { steps: 30, guidanceScale: 5, scheduler: 'ddim' };

test('balanced takes what the model proposes', () => {
  assert.deepEqual(defaultsOf('balanced', MODEL), MODEL);
});

for (const { profile, steps, asked } of [
  { profile: 'classic', steps: 20, asked: 20 },
  { profile: 'balanced', steps: 20, asked: 13 },
  { profile: 'balanced', steps: 8, asked: 7 },
  { profile: 'balanced', steps: 6, asked: 6 },
  { profile: 'fast', steps: 9, asked: 6 },
  { profile: 'fast', steps: 3, asked: 3 },
] as const) {
  test(`${profile} asks the U-Net in ${asked} of ${steps} steps, both sides each time`, () => {
    const plan = planSteps(PROFILES[profile].levers, Array(steps).fill(1), 7);
    assert.equal(plan.filter((kind) => kind === 'both').length, asked);
    assert.equal(plan.filter((kind) => kind === 'forecast').length, steps - asked);
  });
}

test('classic is the notebook: PNDM, 20 steps, random phases, both sides at every step', () => {
  assert.deepEqual(defaultsOf('classic', MODEL), { steps: 20, guidanceScale: 5, scheduler: 'pndm' });
  assert.deepEqual(PROFILES.classic.phase, { method: 'classic' });
  assert.deepEqual(PROFILES.classic.levers, EXACT);
});

test('fast takes fewer steps than the model, never more', () => {
  assert.ok(defaultsOf('fast', MODEL).steps < MODEL.steps);
  assert.equal(defaultsOf('fast', { ...MODEL, steps: 4 }).steps, 4);
});

test('what the person says goes before the profile', () => {
  const asked = { prompt: 'x', steps: 50, scheduler: 'euler', profile: 'classic' } as const;
  const { steps, scheduler, guidanceScale } = parseRiffRequest(asked, defaultsOf('classic', MODEL), 1);
  assert.deepEqual({ steps, scheduler, guidanceScale }, { steps: 50, scheduler: 'euler', guidanceScale: 5 });
});

test('Discord can show every profile as a choice of at most 100 letters', () => {
  for (const name of PROFILE_NAMES) assert.ok(`${name}: ${PROFILES[name].summary}`.length <= 100, name);
});
