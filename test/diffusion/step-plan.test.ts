import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXACT, type Levers } from '../../src/diffusion/levers.ts';
import { schedulerConfigSchema } from '../../src/diffusion/schedulers/scheduler-config.ts';
import { noiseLevels, planSteps, type StepKind } from '../../src/diffusion/step-plan.ts';

const SIGMAS = [14, 8, 4, 2, 1, 0.5, 0.2, 0.1];
const LETTERS: Readonly<Record<StepKind, string>> = { both: 'B', kept: 'k', prompt: 'p', forecast: '-' };
const always = EXACT.guidance.interval;

const PLANS: readonly [name: string, levers: Levers, guidanceScale: number, plan: string][] = [
  ['every step runs both sides when no lever is pulled', EXACT, 4, 'BBBBBBBB'],
  ['guidance 1 runs the prompt alone', EXACT, 1, 'pppppppp'],
  [
    'outside of the interval the prompt runs alone; its upper end belongs to it, its lower end does not',
    { ...EXACT, guidance: { interval: { low: 0.5, high: 8 }, every: 1 } },
    4,
    'pBBBBppp',
  ],
  [
    'between the runs of the negative side its difference is kept',
    { ...EXACT, guidance: { interval: always, every: 3 } },
    4,
    'BkkBkkBk',
  ],
  [
    'the first step of the interval is never a kept one',
    { ...EXACT, guidance: { interval: { low: 0, high: 4 }, every: 2 } },
    4,
    'ppBkBkBk',
  ],
  [
    'after the warm-up every second step is a forecast, but not the last',
    { ...EXACT, forecast: { degree: 1, warmUp: 3, every: 2 } },
    4,
    'BBB-B-BB',
  ],
  [
    'with every third step asked two forecasts follow each other',
    { ...EXACT, forecast: { degree: 1, warmUp: 2, every: 3 } },
    4,
    'BB--B--B',
  ],
  [
    'only asked steps count for the kept difference',
    { guidance: { interval: always, every: 2 }, forecast: { degree: 1, warmUp: 2, every: 2 } },
    4,
    'Bk-B-k-B',
  ],
];

for (const [name, levers, guidanceScale, expected] of PLANS) {
  test(name, () => {
    const plan = planSteps(levers, SIGMAS, guidanceScale);
    assert.equal(plan.map((kind) => LETTERS[kind]).join(''), expected);
  });
}

test('noise levels are those of the training schedule, also between two timesteps', () => {
  const config = schedulerConfigSchema.parse({
    _class_name: 'DDIMScheduler',
    beta_start: 0.00085,
    beta_end: 0.012,
    beta_schedule: 'scaled_linear',
  });
  const [last = 0, between = 0, below = 0, above = 0, first = 0] = noiseLevels(
    config,
    [999, 500.5, 500, 501, 0],
  );
  // Stable Diffusion's own range.
  assert.ok(Math.abs(last - 14.6146) < 1e-3 && Math.abs(first - 0.0292) < 1e-3, `${last} … ${first}`);
  assert.ok(Math.abs(between - (below + above) / 2) < 1e-6);
});
