import {
  alphasCumprodOf,
  interpolate,
  karrasSchedule,
  roundHalfToEven,
  spacedTimesteps,
  trainingSigmas,
} from './noise-schedule.ts';
import { CLEAN, firstStep, type NoiseLevel, originalShares, type SchedulerOptions } from './scheduler.ts';
import type { PredictionType, SchedulerConfig } from './scheduler-config.ts';

export interface MultistepSigmas {
  /** Falling whole numbers. */
  readonly timesteps: readonly number[];
  /** Falling, one more than timesteps: the last is where the loop ends. */
  readonly sigmas: Float32Array;
}

interface SigmaOptions {
  /** DPM-Solver leaves out the timesteps whose λ lies below lambda_min_clipped; UniPC does not know it. */
  readonly clipsLambda: boolean;
  /** With Karras sigmas and final_sigmas_type sigma_min UniPC ends where Karras does, DPM-Solver where training does. */
  readonly karrasEndsAtOwnMinimum: boolean;
}

/** Timesteps and sigmas as DPM-Solver and UniPC place them; diffusers 0.42.1 set_timesteps of both. */
export function multistepSigmas(
  config: SchedulerConfig,
  taken: Pick<SchedulerOptions, 'steps' | 'strength'>,
  options: SigmaOptions,
): MultistepSigmas {
  const { steps } = taken;
  const training = trainingSigmas(alphasCumprodOf(config, 2 ** -24));
  const trainingMinimum = training[0] ?? 0;
  const { timesteps, sigmas } = config.useKarrasSigmas
    ? karrasSigmas(config, steps, training)
    : evenSigmas(config, steps, training, options.clipsLambda);
  const endsAtOwn = options.karrasEndsAtOwnMinimum && config.useKarrasSigmas;
  const minimum = endsAtOwn ? (sigmas.at(-1) ?? trainingMinimum) : trainingMinimum;
  const last = config.finalSigmasType === 'zero' ? 0 : minimum;
  const first = firstStep(taken);
  return { timesteps: timesteps.slice(first), sigmas: Float32Array.from([...sigmas, last].slice(first)) };
}

/** The noise level before each step and after the last one. */
export function levelOfSigmas({ timesteps, sigmas }: MultistepSigmas): (stepIndex: number) => NoiseLevel {
  return (stepIndex) => {
    if (stepIndex >= timesteps.length) return CLEAN;
    const { alpha, sigma } = logSnr(sigmas[stepIndex] ?? 0);
    return { ofOriginal: alpha, ofNoise: sigma };
  };
}

interface LogSnr {
  readonly alpha: number;
  readonly sigma: number;
  readonly lambda: number;
}

/** α, σ and λ = log(α/σ) of the variance-preserving process at the given σ/α. At 0, λ is infinite. */
export function logSnr(sigmaRatio: number): LogSnr {
  const alpha = 1 / Math.sqrt(sigmaRatio ** 2 + 1);
  return { alpha, sigma: sigmaRatio * alpha, lambda: -Math.log(sigmaRatio) };
}

/** Writes the x_0 that the model output means into `out`. */
export function predictedOriginalSample(
  predictionType: PredictionType,
  sigmaRatio: number,
  modelOutput: Float32Array,
  latents: Float32Array,
  out: Float32Array,
): void {
  const { alpha, sigma } = logSnr(sigmaRatio);
  const { ofLatents, ofOutput } = originalShares(predictionType, alpha, sigma);
  for (let i = 0; i < out.length; i++) out[i] = ofLatents * latents[i]! + ofOutput * modelOutput[i]!;
}

/** Keeps the newest `length` predicted x_0 of a solver. Each call adds one and returns them, the newest first. */
export function originalHistory(
  { predictionType }: SchedulerConfig,
  sigmas: Float32Array,
  { length, size }: { readonly length: number; readonly size: number },
): (modelOutput: Float32Array, stepIndex: number, latents: Float32Array) => readonly Float32Array[] {
  const history = Array.from({ length }, () => new Float32Array(size));
  return (modelOutput, stepIndex, latents) => {
    const newest = history.pop() ?? new Float32Array(size);
    history.unshift(newest);
    predictedOriginalSample(predictionType, sigmas[stepIndex] ?? 0, modelOutput, latents, newest);
    return history;
  };
}

/** out = weights[0] · latents + Σ weights[k + 1] · history[k], of four at most; `out` may be `latents`. */
export function weightedSum(
  weights: readonly number[],
  latents: Float32Array,
  history: readonly Float32Array[],
  out: Float32Array,
): void {
  const [ofLatents = 0, w0 = 0, w1 = 0, w2 = 0, w3 = 0] = weights;
  const [m0 = latents, m1 = latents, m2 = latents, m3 = latents] = history;
  for (let i = 0; i < out.length; i++) {
    out[i] = ofLatents * latents[i]! + w0 * m0[i]! + w1 * m1[i]! + w2 * m2[i]! + w3 * m3[i]!;
  }
}

interface SigmaSchedule {
  readonly timesteps: readonly number[];
  readonly sigmas: readonly number[];
}

function evenSigmas(
  config: SchedulerConfig,
  steps: number,
  training: Float32Array,
  clipsLambda: boolean,
): SigmaSchedule {
  const { numTrainTimesteps, stepsOffset, lambdaMinClipped } = config;
  const clipped = clipsLambda
    ? training.filter((sigma) => logSnr(sigma).lambda < lambdaMinClipped).length
    : 0;
  const timesteps = spacedTimesteps(config.timestepSpacing ?? 'linspace', {
    steps,
    stepsOffset,
    lastTimestep: numTrainTimesteps - clipped,
    numTrainTimesteps,
    dropsSmallest: true,
    rounded: true,
  });
  return { timesteps, sigmas: timesteps.map((timestep) => interpolate(training, timestep)) };
}

function karrasSigmas(config: SchedulerConfig, steps: number, training: Float32Array): SigmaSchedule {
  const sigmaMin = config.sigmaMin ?? training[0] ?? 1;
  const sigmaMax = config.sigmaMax ?? training.at(-1) ?? 1;
  const { sigmas, timesteps } = karrasSchedule(training, sigmaMin, sigmaMax, steps);
  return { sigmas, timesteps: timesteps.map(roundHalfToEven) };
}
