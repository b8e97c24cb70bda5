import type { NoiseSource } from '../noise.ts';

/** Steps from noise to latents, for one riff; keeps the history of a multistep method. */
export interface Scheduler {
  /** Falling, one model call each; PNDM takes one call more than there are steps. May be fractional (Euler). */
  readonly timesteps: readonly number[];
  /** The first latents are standard normal noise times this. */
  readonly initNoiseSigma: number;
  /** Writes the scaled model input for `latents` into `out` (same size). */
  scaleInput(latents: Float32Array, stepIndex: number, out: Float32Array): void;
  /**
   * Overwrites `latents` with those of the next timestep. `modelOutput` is noise or velocity, as the folder's
   * prediction_type says. Steps must be taken once each, in order.
   */
  step(modelOutput: Float32Array, stepIndex: number, latents: Float32Array): void;
}

export interface SchedulerOptions {
  readonly steps: number;
  /** Count of values in the latents. */
  readonly size: number;
  /** Ancestral sampling draws on; it has to be the source that made the first latents. */
  readonly noise: NoiseSource;
}
