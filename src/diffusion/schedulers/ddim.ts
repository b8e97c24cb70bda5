import { alphasCumprodOf, levelsOfTimesteps, wholeTimesteps } from './noise-schedule.ts';
import { type Scheduler, type SchedulerOptions, type Shares, UNIT_VARIANCE } from './scheduler.ts';
import type { PredictionType, SchedulerConfig } from './scheduler-config.ts';

/** DDIM with η = 0. Song et al., 2020, equation 12; diffusers 0.42.1 DDIMScheduler, without thresholding. */
export function ddim(config: SchedulerConfig, options: SchedulerOptions): Scheduler {
  const alphasCumprod = alphasCumprodOf(config);
  const finalAlpha = (config.setAlphaToOne ?? true) ? 1 : (alphasCumprod[0] ?? 1);
  const stride = Math.floor(config.numTrainTimesteps / options.steps);
  const timesteps = wholeTimesteps(config, options);

  return {
    timesteps,
    ...UNIT_VARIANCE,
    noiseLevel: levelsOfTimesteps(timesteps, alphasCumprod),
    step(modelOutput, stepIndex, latents) {
      const timestep = timesteps[stepIndex] ?? 0;
      const alpha = alphasCumprod[timestep] ?? finalAlpha;
      const previousAlpha = alphasCumprod[timestep - stride] ?? finalAlpha;
      const { ofLatents, ofOutput } = descent(config.predictionType, alpha, previousAlpha);
      for (let i = 0; i < latents.length; i++) {
        latents[i] = ofLatents * latents[i]! + ofOutput * modelOutput[i]!;
      }
    },
  };
}

/**
 * Shares of the latents at ᾱ = `alpha` and of the model output that make the latents at `reached`, both on the line
 * through x_0 and ε. Song et al., 2020, equation 12 with σ = 0.
 */
export function descent(predictionType: PredictionType, alpha: number, reached: number): Shares {
  const [a, s] = [Math.sqrt(alpha), Math.sqrt(1 - alpha)];
  const [reachedA, reachedS] = [Math.sqrt(reached), Math.sqrt(1 - reached)];
  // x_0 and ε are both linear in latents and model output, and so is the result.
  return predictionType === 'epsilon'
    ? { ofLatents: reachedA / a, ofOutput: reachedS - (reachedA * s) / a }
    : { ofLatents: reachedA * a + reachedS * s, ofOutput: reachedS * a - reachedA * s };
}
