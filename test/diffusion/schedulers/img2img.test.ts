import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { torchNoise } from '../../../src/diffusion/noise.ts';
import { createScheduler } from '../../../src/diffusion/schedulers/create-scheduler.ts';
import { distilledTimesteps } from '../../../src/diffusion/schedulers/noise-schedule.ts';
import { addNoise, firstStep, type Scheduler } from '../../../src/diffusion/schedulers/scheduler.ts';
import { isConsistencySampling } from '../../../src/diffusion/schedulers/scheduler-classes.ts';
import { schedulerConfigSchema } from '../../../src/diffusion/schedulers/scheduler-config.ts';
import type { SchedulerName } from '../../../src/riff/request.ts';

interface Golden {
  readonly tolerance: number;
  readonly shape: readonly [channels: number, height: number, width: number];
  readonly steps: number;
  readonly seed: number;
  readonly cases: readonly {
    readonly scheduler: SchedulerName;
    readonly config: Readonly<Record<string, unknown>>;
    readonly strength: number;
    readonly img2img: readonly number[];
    readonly inpaint: readonly number[];
  }[];
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('../../golden/diffusion/img2img.json', import.meta.url), 'utf8'),
);
const [, , WIDTH] = golden.shape;
const SIZE = golden.shape.reduce((product, count) => product * count);
const RAMP = Float32Array.from({ length: SIZE }, (_, i) => (i / SIZE - 0.3) * 3);

for (const { scheduler: name, config, strength, img2img, inpaint } of golden.cases) {
  const title = `${name} ${config.prediction_type ?? 'epsilon'} at strength ${strength}`;

  test(`${title} makes latents anew as diffusers' img2img does`, () => {
    const { scheduler, noise } = begin(name, config, strength);
    const latents = new Float32Array(SIZE);
    addNoise(scheduler.noiseLevel(0), RAMP, noise, latents);
    for (const stepIndex of scheduler.timesteps.keys()) dummyStep(scheduler, stepIndex, latents);
    assertClose(latents, img2img);
  });

  test(`${title} keeps the left half as diffusers' inpainting does`, () => {
    const { scheduler, noise } = begin(name, config, strength);
    const latents = noise.map((value) => value * scheduler.initNoiseSigma);
    if (strength < 1) addNoise(scheduler.noiseLevel(0), RAMP, noise, latents);
    const kept = new Float32Array(SIZE);
    for (const stepIndex of scheduler.timesteps.keys()) {
      dummyStep(scheduler, stepIndex, latents);
      addNoise(scheduler.noiseLevel(stepIndex + 1), RAMP, noise, kept);
      for (let i = 0; i < SIZE; i++) if (i % WIDTH < WIDTH / 2) latents[i] = kept[i]!;
    }
    assertClose(latents, inpaint);
  });
}

test('a strength of less than half a step takes none', () => {
  for (const name of new Set(golden.cases.map(({ scheduler }) => scheduler))) {
    // The grid of lcm and tcd has 50 places.
    const { scheduler } = begin(
      name,
      golden.cases[0]?.config ?? {},
      isConsistencySampling(name) ? 0.009 : 0.02,
    );
    assert.deepEqual(scheduler.timesteps, [], name);
    assert.deepEqual(scheduler.noiseLevel(0), { ofOriginal: 1, ofNoise: 0 }, name);
  }
});

test('of few steps the nearest to the strength is the first', () => {
  const first = (strength: number) => firstStep({ steps: 11, strength });
  assert.deepEqual([0, 0.04, 0.25, 0.7, 0.85, 1].map(first), [11, 11, 8, 3, 2, 0]);
});

for (const { steps, strength, timesteps } of [
  { steps: 4, strength: 1, timesteps: [999, 749, 499, 249] },
  { steps: 4, strength: 0.85, timesteps: [874, 749, 499, 249] },
  { steps: 4, strength: 0.7, timesteps: [749, 499, 249] },
  { steps: 4, strength: 0.25, timesteps: [249] },
  { steps: 8, strength: 0.7, timesteps: [749, 624, 499, 374, 249, 124] },
  { steps: 1, strength: 0.7, timesteps: [749] },
  { steps: 4, strength: 0.05, timesteps: [] },
]) {
  test(`${steps} distilled steps begin at the noise of strength ${strength}, on a grid of eight`, () => {
    const config = schedulerConfigSchema.parse({ _class_name: 'TCDScheduler', original_inference_steps: 8 });
    assert.deepEqual(distilledTimesteps(config, { steps, strength }), timesteps);
  });
}

/** The scheduler, and the noise that its source gives first. */
function begin(name: SchedulerName, config: Readonly<Record<string, unknown>>, strength: number) {
  const source = torchNoise(golden.seed);
  const noise = new Float32Array(SIZE);
  source.fill(noise);
  const scheduler = createScheduler(
    name,
    schedulerConfigSchema.parse({ _class_name: 'PNDMScheduler', ...config }),
    {
      steps: golden.steps,
      strength,
      size: SIZE,
      noise: source,
    },
  );
  return { scheduler, noise };
}

/** The model of diffusers' own scheduler tests: input · t / (t + 1). */
function dummyStep(scheduler: Scheduler, stepIndex: number, latents: Float32Array): void {
  const timestep = scheduler.timesteps[stepIndex] ?? 0;
  const modelInput = new Float32Array(SIZE);
  scheduler.scaleInput(latents, stepIndex, modelInput);
  scheduler.step(
    modelInput.map((value) => value * (timestep / (timestep + 1))),
    stepIndex,
    latents,
  );
}

function assertClose(actual: Float32Array, expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  const largest = Math.max(1, ...expected.map(Math.abs));
  const worst = Math.max(...expected.map((value, i) => Math.abs(value - (actual[i] ?? Number.NaN))));
  assert.ok(worst <= golden.tolerance * largest, `off by ${worst}, largest value ${largest}`);
}
