import {
  alphasCumprodOf,
  interpolate,
  karrasSchedule,
  roundHalfToEven,
  spacedTimesteps,
  trainingSigmas,
} from './noise-schedule.ts';
import { CLEAN, firstStep, type NoiseLevel, type SchedulerOptions } from './scheduler.ts';
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
  const isNoise = predictionType === 'epsilon';
  const ofLatents = isNoise ? 1 / alpha : alpha;
  const ofOutput = isNoise ? -sigma / alpha : -sigma;
  for (let i = 0; i < out.length; i++) out[i] = ofLatents * latents[i]! + ofOutput * modelOutput[i]!;
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
