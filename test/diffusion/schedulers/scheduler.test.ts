import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { torchNoise } from '../../../src/diffusion/noise.ts';
import { createScheduler } from '../../../src/diffusion/schedulers/create-scheduler.ts';
import { isConsistencySampling } from '../../../src/diffusion/schedulers/scheduler-classes.ts';
import {
  type SchedulerConfig,
  schedulerConfigSchema,
  schedulerWarnings,
} from '../../../src/diffusion/schedulers/scheduler-config.ts';
import { UserError } from '../../../src/errors.ts';
import { SCHEDULER_NAMES, type SchedulerName } from '../../../src/riff/request.ts';

interface Case {
  readonly scheduler: SchedulerName;
  readonly folder: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly steps: number;
  readonly timesteps: readonly number[];
  readonly initNoiseSigma: number;
  readonly latents: readonly number[];
}

interface Golden {
  readonly tolerance: number;
  readonly noiseSeed: number;
  readonly cases: readonly Case[];
  readonly timestepSums: Readonly<Record<string, readonly number[]>>;
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('../../golden/diffusion/schedulers.json', import.meta.url), 'utf8'),
);

for (const [index, expected] of golden.cases.entries()) {
  const { scheduler, folder, config, steps } = expected;
  test(`${index}: ${scheduler} on ${folder} ${JSON.stringify(config)} in ${steps} steps equals diffusers`, () => {
    const { timesteps, initNoiseSigma, latents } = dummyLoop(expected);
    if (config.use_karras_sigmas && scheduler === 'euler') assertClose(timesteps, expected.timesteps);
    else assert.deepEqual(timesteps, expected.timesteps);
    assertClose([initNoiseSigma], [expected.initNoiseSigma]);
    assertClose(latents, expected.latents);
  });
}

for (const [name, sums] of Object.entries(golden.timestepSums)) {
  test(`timesteps of ${name} equal diffusers' for 1 to 100 steps`, () => {
    const [scheduler, spacing] = name.split('/');
    for (const [index, expected] of sums.entries()) {
      const steps = index + 1;
      // numpy's arange gives diffusers a 62nd timestep, −1, here.
      if (spacing === 'trailing' && steps === 61 && scheduler !== 'dpmpp_2m_karras') continue;
      const config = parse('PNDMScheduler', { ...STABLE_DIFFUSION, timestep_spacing: spacing });
      const { timesteps } = createScheduler(asName(scheduler), config, {
        steps,
        size: 1,
        noise: torchNoise(0),
      });
      const sum = timesteps.reduce((total, timestep, i) => total + timestep * (i + 1), 0);
      assert.ok(Math.abs(sum - expected) <= 1e-6 * expected, `${steps} steps: ${sum} instead of ${expected}`);
    }
  });
}

test('61 trailing steps are 61 timesteps, none below zero', () => {
  for (const name of SCHEDULER_NAMES) {
    if (isConsistencySampling(name)) continue;
    const config = parse('PNDMScheduler', { ...STABLE_DIFFUSION, timestep_spacing: 'trailing' });
    const { timesteps } = createScheduler(name, config, { steps: 61, size: 1, noise: torchNoise(0) });
    assert.equal(timesteps.length, name === 'pndm' ? 62 : 61);
    assert.ok(Math.min(...timesteps) >= 0);
  }
});

test('more steps than training timesteps are refused with both numbers', () => {
  const config = parse('DDIMScheduler', { num_train_timesteps: 10 });
  const make = () => createScheduler('ddim', config, { steps: 11, size: 1, noise: torchNoise(0) });
  assert.throws(make, (error) => error instanceof UserError && /at most 10 .* got 11/.test(error.message));
});

test('more steps than weights were distilled on are refused with both numbers', () => {
  const config = parse('LCMScheduler', { ...STABLE_DIFFUSION, original_inference_steps: 20 });
  for (const name of SCHEDULER_NAMES.filter(isConsistencySampling)) {
    const make = () => createScheduler(name, config, { steps: 21, size: 1, noise: torchNoise(0) });
    assert.throws(make, (error) => error instanceof UserError && /at most 20.* got 21/.test(error.message));
  }
});

test('a scheduler that does not fit the distilled weights is warned of, and the other way round', () => {
  const config = parse('LCMScheduler', STABLE_DIFFUSION);
  const warned = (proposed: SchedulerName) =>
    SCHEDULER_NAMES.filter((name) => schedulerWarnings(config, name, proposed).length > 0);
  assert.deepEqual(
    warned('lcm'),
    SCHEDULER_NAMES.filter((name) => !isConsistencySampling(name)),
  );
  assert.deepEqual(warned('ddim'), ['lcm', 'tcd']);
});

describe('a configuration that no scheduler here runs is refused by name', () => {
  for (const [config, says] of [
    [{ prediction_type: 'sample' }, /epsilon/],
    [{ beta_schedule: 'sigmoid' }, /scaled_linear/],
    [{ use_flow_sigmas: true }, /a flow-matching model/],
    [{ variance_type: 'learned_range' }, /models that learned it/],
    [{ eta: 1.5 }, /<=1/],
    [{ _class_name: 'FlowMatchEulerDiscreteScheduler' }, /a flow-matching model/],
    [{ _class_name: 'FlowMatchHeunDiscreteScheduler' }, /a flow-matching model/],
    [{ _class_name: 'EDMEulerScheduler' }, /an EDM model/],
    [{ _class_name: 'EDMDPMSolverMultistepScheduler' }, /an EDM model/],
    [{ _class_name: 'SomebodysScheduler' }, /expected one of PNDMScheduler, .*SASolverScheduler/],
    [{ _class_name: 'constructor' }, /expected one of/],
    [{ _class_name: undefined }, /string/],
  ] as const) {
    test(JSON.stringify(config), () => {
      const { error } = schedulerConfigSchema.safeParse({ _class_name: 'DDIMScheduler', ...config });
      assert.match(error?.issues[0]?.message ?? '', says);
    });
  }
});

describe('a scheduler that Riff does not have is replaced, with a note where that matters', () => {
  const RUNS: readonly (readonly [object, SchedulerName, readonly SchedulerName[]])[] = [
    [{ _class_name: 'DDPMScheduler', variance_type: 'fixed_small' }, 'dpmpp_2m', ['dpmpp_2m']],
    [{ _class_name: 'DDIMScheduler', variance_type: 'fixed_large' }, 'ddim', []],
    [{ _class_name: 'DDIMScheduler', variance_type: 'fixed_small_log' }, 'ddim', []],
    [{ _class_name: 'HeunDiscreteScheduler' }, 'dpmpp_2m', ['dpmpp_2m']],
    [{ _class_name: 'LMSDiscreteScheduler' }, 'dpmpp_2m', ['dpmpp_2m']],
    [{ _class_name: 'KDPM2DiscreteScheduler' }, 'dpmpp_2m', ['dpmpp_2m']],
    [{ _class_name: 'KDPM2AncestralDiscreteScheduler' }, 'euler_a', ['euler_a']],
    [
      { _class_name: 'DEISMultistepScheduler', algorithm_type: 'deis', solver_type: 'logrho' },
      'dpmpp_2m',
      ['dpmpp_2m'],
    ],
    [{ _class_name: 'DPMSolverSinglestepScheduler' }, 'dpmpp_2m', ['dpmpp_2m']],
    [{ _class_name: 'DPMSolverSDEScheduler' }, 'dpmpp_2m', ['dpmpp_2m']],
    [
      { _class_name: 'DPMSolverMultistepScheduler', algorithm_type: 'sde-dpmsolver++' },
      'dpmpp_2m',
      ['dpmpp_2m', 'dpmpp_2m_karras'],
    ],
    [
      { _class_name: 'DPMSolverMultistepScheduler', algorithm_type: 'dpmsolver' },
      'dpmpp_2m',
      ['dpmpp_2m', 'dpmpp_2m_karras'],
    ],
    [{ _class_name: 'PNDMScheduler', algorithm_type: 'dpmsolver++', thresholding: false }, 'pndm', []],
    [{ _class_name: 'EulerDiscreteScheduler', interpolation_type: 'log_linear' }, 'euler', ['euler']],
    [{ _class_name: 'EulerDiscreteScheduler', timestep_type: 'continuous' }, 'euler', ['euler']],
    [{ _class_name: 'UniPCMultistepScheduler', predict_x0: false }, 'unipc', ['unipc']],
    [
      { _class_name: 'DDIMScheduler', thresholding: true },
      'ddim',
      ['ddim', 'dpmpp_2m', 'dpmpp_2m_karras', 'unipc'],
    ],
    [
      { _class_name: 'UniPCMultistepScheduler', use_beta_sigmas: true },
      'unipc',
      ['dpmpp_2m', 'dpmpp_2m_karras', 'euler', 'unipc'],
    ],
  ];
  for (const [file, name, noted] of RUNS) {
    test(JSON.stringify(file), () => {
      const config = schedulerConfigSchema.parse(file);
      assert.equal(config.name, name);
      const ordinary = SCHEDULER_NAMES.filter((scheduler) => !isConsistencySampling(scheduler));
      const warned = ordinary.filter((scheduler) => schedulerWarnings(config, scheduler, name).length > 0);
      assert.deepEqual([...warned].sort(), noted);
    });
  }
});

const STABLE_DIFFUSION = {
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  skip_prk_steps: true,
  steps_offset: 1,
  set_alpha_to_one: false,
};

function asName(name: string | undefined): SchedulerName {
  const found = SCHEDULER_NAMES.find((known) => known === name);
  assert.ok(found, `unknown scheduler ${name} in the golden file`);
  return found;
}

function parse(folder: string, config: Readonly<Record<string, unknown>>): SchedulerConfig {
  const betas = config.trained_betas === 'ramp' ? { trained_betas: RAMP } : {};
  return schedulerConfigSchema.parse({ _class_name: folder, ...config, ...betas });
}

const RAMP = Array.from({ length: 1000 }, (_, i) => 0.001 + 0.00001 * i);

/** The model of diffusers' own scheduler tests: input · t / (t + 1), from a ramp. */
function dummyLoop({ scheduler: name, folder, config, steps, latents: { length: size } }: Case) {
  const noise = torchNoise(golden.noiseSeed);
  const scheduler = createScheduler(name, parse(folder, config), { steps, size, noise });
  const { timesteps, initNoiseSigma } = scheduler;
  const latents = Float32Array.from({ length: size }, (_, i) => (i / size - 0.3) * initNoiseSigma);
  const modelInput = new Float32Array(size);
  for (const [stepIndex, timestep] of timesteps.entries()) {
    scheduler.scaleInput(latents, stepIndex, modelInput);
    const modelOutput = modelInput.map((value) => value * (timestep / (timestep + 1)));
    scheduler.step(modelOutput, stepIndex, latents);
  }
  return { timesteps, initNoiseSigma, latents: [...latents] };
}

function assertClose(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  const largest = Math.max(1, ...expected.map(Math.abs));
  const worst = Math.max(...actual.map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN))));
  assert.ok(worst <= golden.tolerance * largest, `off by ${worst}, largest value ${largest}`);
}
