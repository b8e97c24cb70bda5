import type { NoiseSource } from '../noise.ts';

/** The way from noise to latents, for one riff; it keeps the history that a multistep method needs. */
export interface Scheduler {
  /** Falling, one model call each; PNDM takes one call more than there are steps. May be fractional (Euler). */
  readonly timesteps: readonly number[];
  /** The first latents are standard normal noise times this. */
  readonly initNoiseSigma: number;
  /** Writes into `out` (same size) what the model is to see of `latents`. */
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
