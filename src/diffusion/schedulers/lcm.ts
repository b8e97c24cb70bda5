import { alphasCumprodOf, distilledTimesteps, levelsOfTimesteps } from './noise-schedule.ts';
import { originalShares, type Scheduler, type SchedulerOptions, UNIT_VARIANCE } from './scheduler.ts';
import type { SchedulerConfig } from './scheduler-config.ts';

/** The deviation of the data that the boundary condition assumes. */
const SIGMA_DATA = 0.5;

/**
 * Multistep consistency sampling: every step predicts x_0 and adds fresh noise up to the next timestep; the last adds
 * none. Luo et al., 2023 (2310.04378), algorithm 1 of the appendix; diffusers 0.42.1 LCMScheduler without thresholding.
 * Throws UserError when there are more steps than the weights were distilled on.
 */
export function lcm(config: SchedulerConfig, options: SchedulerOptions): Scheduler {
  const { size, noise } = options;
  const alphasCumprod = alphasCumprodOf(config);
  const timesteps = distilledTimesteps(config, options);
  const fresh = new Float32Array(size);

  return {
    timesteps,
    ...UNIT_VARIANCE,
    noiseLevel: levelsOfTimesteps(timesteps, alphasCumprod),
    step(modelOutput, stepIndex, latents) {
      const timestep = timesteps[stepIndex] ?? 0;
      const alpha = alphasCumprod[timestep] ?? 1;
      const original = originalShares(config.predictionType, Math.sqrt(alpha), Math.sqrt(1 - alpha));
      const { skip, out } = boundaryScalings(timestep * config.timestepScaling);
      const ofLatents = skip + out * original.ofLatents;
      const ofOutput = out * original.ofOutput;
      const next = timesteps[stepIndex + 1];
      const nextAlpha = next === undefined ? 1 : (alphasCumprod[next] ?? 1);
      const [nextA, nextS] = [Math.sqrt(nextAlpha), Math.sqrt(1 - nextAlpha)];
      // Drawn only where it counts: the source's later values must be those that diffusers would get.
      if (next !== undefined) noise.fill(fresh);
      for (let i = 0; i < latents.length; i++) {
        const denoised = ofLatents * latents[i]! + ofOutput * modelOutput[i]!;
        latents[i] = nextA * denoised + nextS * fresh[i]!;
      }
    },
  };
}

/** Shares of the noisy latents and of the predicted x_0, so that at timestep 0 the latents are the answer. */
function boundaryScalings(scaledTimestep: number): { readonly skip: number; readonly out: number } {
  const sum = scaledTimestep ** 2 + SIGMA_DATA ** 2;
  return { skip: SIGMA_DATA ** 2 / sum, out: scaledTimestep / Math.sqrt(sum) };
}
