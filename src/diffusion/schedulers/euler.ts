import {
  alphasCumprodOf,
  interpolate,
  karrasSchedule,
  spacedTimesteps,
  trainingSigmas,
} from './noise-schedule.ts';
import { CLEAN, firstStep, type NoiseLevel, type Scheduler, type SchedulerOptions } from './scheduler.ts';
import type { SchedulerConfig } from './scheduler-config.ts';

/** Karras et al., 2022, algorithm 2 without churn; diffusers 0.42.1 EulerDiscreteScheduler. */
export function euler(config: SchedulerConfig, options: SchedulerOptions): Scheduler {
  const { steps } = options;
  const whole = config.useKarrasSigmas ? karrasSigmas(config, steps) : evenSigmas(config, steps);
  return onSigmas(from(whole, firstStep(options)), (sigma, sigmaNext, modelOutput, latents) =>
    descend(config, modelOutput, latents, sigma, sigmaNext - sigma),
  );
}

/**
 * Euler down to a sigma below the next one, then fresh noise up to it; diffusers 0.42.1
 * EulerAncestralDiscreteScheduler. It also draws after the last step, where the noise has weight 0.
 */
export function eulerAncestral(config: SchedulerConfig, options: SchedulerOptions): Scheduler {
  const { steps, size, noise } = options;
  const whole = evenSigmas({ ...config, finalSigmasType: 'zero' }, steps);
  const fresh = new Float32Array(size);
  return onSigmas(from(whole, firstStep(options)), (sigma, sigmaNext, modelOutput, latents) => {
    const sigmaUp = Math.sqrt((sigmaNext ** 2 * (sigma ** 2 - sigmaNext ** 2)) / sigma ** 2);
    const sigmaDown = Math.sqrt(sigmaNext ** 2 - sigmaUp ** 2);
    descend(config, modelOutput, latents, sigma, sigmaDown - sigma);
    noise.fill(fresh);
    for (let i = 0; i < latents.length; i++) latents[i] = latents[i]! + sigmaUp * fresh[i]!;
  });
}

/** `step` overwrites the latents at `sigma` with those at `sigmaNext`. */
function onSigmas(
  schedule: SigmaSchedule,
  step: (sigma: number, sigmaNext: number, modelOutput: Float32Array, latents: Float32Array) => void,
): Scheduler {
  const { timesteps, sigmas, initNoiseSigma } = schedule;
  return {
    timesteps,
    initNoiseSigma,
    scaleInput: scaleBySigma(sigmas),
    noiseLevel: levelOfSigma(schedule),
    step: (modelOutput, stepIndex, latents) =>
      step(sigmas[stepIndex] ?? 0, sigmas[stepIndex + 1] ?? 0, modelOutput, latents),
  };
}

interface SigmaSchedule {
  readonly timesteps: readonly number[];
  /** Falling, one more than timesteps: the last is where the loop ends. */
  readonly sigmas: Float32Array;
  readonly initNoiseSigma: number;
}

function evenSigmas(config: SchedulerConfig, steps: number): SigmaSchedule {
  const { numTrainTimesteps, stepsOffset } = config;
  const training = trainingSigmas(alphasCumprodOf(config, 2 ** -24));
  const timesteps = spacedTimesteps(config.timestepSpacing ?? 'linspace', {
    steps,
    stepsOffset,
    lastTimestep: numTrainTimesteps,
    numTrainTimesteps,
    dropsSmallest: false,
    rounded: false,
  });
  const sigmas = timesteps.map((timestep) => interpolate(training, timestep));
  return closed(config, timesteps, sigmas, training);
}

function karrasSigmas(config: SchedulerConfig, steps: number): SigmaSchedule {
  const even = evenSigmas(config, steps);
  const training = trainingSigmas(alphasCumprodOf(config, 2 ** -24));
  const sigmaMax = config.sigmaMax ?? even.sigmas[0] ?? 1;
  const sigmaMin = config.sigmaMin ?? even.sigmas[steps - 1] ?? 1;
  const { timesteps, sigmas } = karrasSchedule(training, sigmaMin, sigmaMax, steps);
  return closed(config, timesteps.map(Math.fround), sigmas, training);
}

function closed(
  config: SchedulerConfig,
  timesteps: readonly number[],
  sigmas: readonly number[],
  training: Float32Array,
): SigmaSchedule {
  const last = config.finalSigmasType === 'zero' ? 0 : (training[0] ?? 0);
  const all = Float32Array.from([...sigmas, last]);
  const sigmaMax = Math.max(...all);
  const isLeading = config.timestepSpacing === 'leading';
  return { timesteps, sigmas: all, initNoiseSigma: isLeading ? Math.sqrt(sigmaMax ** 2 + 1) : sigmaMax };
}

function from({ timesteps, sigmas, initNoiseSigma }: SigmaSchedule, first: number): SigmaSchedule {
  return { timesteps: timesteps.slice(first), sigmas: sigmas.slice(first), initNoiseSigma };
}

/** Euler's latents are not scaled down as noise is added. */
function levelOfSigma({ timesteps, sigmas }: SigmaSchedule): (stepIndex: number) => NoiseLevel {
  return (stepIndex) =>
    stepIndex < timesteps.length ? { ofOriginal: 1, ofNoise: sigmas[stepIndex] ?? 0 } : CLEAN;
}

/** The model was trained on latents of unit variance. */
function scaleBySigma(sigmas: Float32Array): Scheduler['scaleInput'] {
  return (latents, stepIndex, out) => {
    const scale = 1 / Math.sqrt((sigmas[stepIndex] ?? 0) ** 2 + 1);
    for (let i = 0; i < latents.length; i++) out[i] = scale * latents[i]!;
  };
}

/** latents += distance · dx/dσ, where the derivative is the noise that the model output means. */
function descend(
  config: SchedulerConfig,
  modelOutput: Float32Array,
  latents: Float32Array,
  sigma: number,
  distance: number,
): void {
  const isNoise = config.predictionType === 'epsilon';
  const ofLatents = isNoise ? 0 : sigma / (sigma ** 2 + 1);
  const ofOutput = isNoise ? 1 : 1 / Math.sqrt(sigma ** 2 + 1);
  for (let i = 0; i < latents.length; i++) {
    latents[i] = latents[i]! + distance * (ofLatents * latents[i]! + ofOutput * modelOutput[i]!);
  }
}
