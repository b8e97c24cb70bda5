import type { NoiseSource } from '../noise.ts';
import type { PredictionType } from './scheduler-config.ts';

/** Steps from noise to latents, for one strip; keeps the history of a multistep method. */
export interface Scheduler {
  /**
   * Falling, one model call each; PNDM takes one call more than there are steps. May be fractional (Euler). Empty where
   * the strength is too low for a single step.
   */
  readonly timesteps: readonly number[];
  /** Without given latents, the first latents are standard normal noise times this. */
  readonly initNoiseSigma: number;
  /** Writes the scaled model input for `latents` into `out` (same size). */
  scaleInput(latents: Float32Array, stepIndex: number, out: Float32Array): void;
  /**
   * The mixture of which the latents before step `stepIndex` consist: original latents · `ofOriginal` + standard normal
   * noise · `ofNoise`. `stepIndex` = `timesteps.length`: after the last step, 1 and 0.
   */
  noiseLevel(stepIndex: number): NoiseLevel;
  /**
   * Overwrites `latents` with those of the next timestep. `modelOutput` is noise or velocity, as the folder's
   * prediction_type says. Steps must be taken once each, in order.
   */
  step(modelOutput: Float32Array, stepIndex: number, latents: Float32Array): void;
}

export interface NoiseLevel {
  readonly ofOriginal: number;
  readonly ofNoise: number;
}

export const CLEAN: NoiseLevel = { ofOriginal: 1, ofNoise: 0 };

/** For methods whose latents have unit variance at every noise level and are not scaled. */
export const UNIT_VARIANCE: Pick<Scheduler, 'initNoiseSigma' | 'scaleInput'> = {
  initNoiseSigma: 1,
  scaleInput: (latents, _stepIndex, out) => out.set(latents),
};

export interface SchedulerOptions {
  /** Steps from pure noise; with less strength, only a part of them is taken. */
  readonly steps: number;
  /**
   * 0 … 1, as diffusers' img2img has it: only the last steps · strength steps are taken, rounded; with distilled weights
   * as distilledTimesteps says. 1 where absent.
   */
  readonly strength?: number | undefined;
  /** Number of values in the latents. */
  readonly size: number;
  /** Ancestral sampling draws from it; it has to be the source that made the first latents. */
  readonly noise: NoiseSource;
}

/**
 * Index of the first step that is taken: get_timesteps of diffusers' StableDiffusionImg2ImgPipeline (0.42.1), but
 * steps · strength is rounded to the nearest, not down. With few steps a strength then still means about the same noise:
 * a quarter of 11 steps is 3.
 */
export function firstStep({ steps, strength = 1 }: Pick<SchedulerOptions, 'steps' | 'strength'>): number {
  return steps - Math.min(Math.round(steps * strength), steps);
}

/** diffusers' add_noise: out = original · ofOriginal + noise · ofNoise. All of one size; `out` may be one of them. */
export function addNoise(
  { ofOriginal, ofNoise }: NoiseLevel,
  original: Float32Array,
  noise: Float32Array,
  out: Float32Array,
): void {
  for (let i = 0; i < out.length; i++) out[i] = ofOriginal * original[i]! + ofNoise * noise[i]!;
}

/** A value that is linear in the latents and the model output. */
export interface Shares {
  readonly ofLatents: number;
  readonly ofOutput: number;
}

/** The x_0 that the model output means for latents α · x_0 + σ · ε with α² + σ² = 1. */
export function originalShares(predictionType: PredictionType, alpha: number, sigma: number): Shares {
  return predictionType === 'epsilon'
    ? { ofLatents: 1 / alpha, ofOutput: -sigma / alpha }
    : { ofLatents: alpha, ofOutput: -sigma };
}
