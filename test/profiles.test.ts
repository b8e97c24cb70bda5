import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXACT } from '../src/diffusion/levers/levers.ts';
import { defaultsOf, PROFILES } from '../src/profiles.ts';
import { PROFILE_NAMES, parseRiffRequest, type RiffDefaults } from '../src/riff-request.ts';

const MODEL: RiffDefaults = { steps: 30, guidanceScale: 5, scheduler: 'ddim' };

test('balanced is the model as it is, with every lever off', () => {
  assert.deepEqual(defaultsOf('balanced', MODEL), MODEL);
  assert.deepEqual(PROFILES.balanced.levers, EXACT);
});

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
