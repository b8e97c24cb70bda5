import { UserError } from '../../errors.ts';
import type { SchedulerName } from '../../riff/request.ts';
import type { NoiseSource } from '../noise.ts';
import { ddim } from './ddim.ts';
import { dpmSolverMultistep } from './dpm-solver-multistep.ts';
import { euler, eulerAncestral } from './euler.ts';
import { pndm } from './pndm.ts';
import type { SchedulerConfig } from './scheduler-config.ts';
import { unipc } from './unipc.ts';

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

/**
 * The named scheduler on a folder's settings, as diffusers 0.42.1 makes it with from_config.
 * Throws UserError when there are more steps than training timesteps.
 */
export function createScheduler(
  name: SchedulerName,
  config: SchedulerConfig,
  options: SchedulerOptions,
): Scheduler {
  if (options.steps > config.numTrainTimesteps) {
    throw new UserError(
      `steps: expected at most ${config.numTrainTimesteps} for this model, got ${options.steps}`,
    );
  }
  switch (name) {
    case 'pndm':
      return pndm(config, options);
    case 'ddim':
      return ddim(config, options);
    case 'euler':
      return euler(config, options);
    case 'euler_a':
      return eulerAncestral(config, options);
    case 'dpmpp_2m':
      return dpmSolverMultistep(config, options);
    case 'dpmpp_2m_karras':
      return dpmSolverMultistep({ ...config, useKarrasSigmas: true }, options);
    case 'unipc':
      return unipc(config, options);
  }
}
