import { alphasCumprodOf, levelsOfTimesteps, spacedTimesteps } from './noise-schedule.ts';
import { firstStep, type Scheduler, type SchedulerOptions } from './scheduler.ts';
import type { SchedulerConfig } from './scheduler-config.ts';

/** DDIM with η = 0. Song et al., 2020, equation 12; diffusers 0.42.1 DDIMScheduler, without thresholding. */
export function ddim(config: SchedulerConfig, options: SchedulerOptions): Scheduler {
  const { steps } = options;
  const { numTrainTimesteps, stepsOffset, predictionType } = config;
  const alphasCumprod = alphasCumprodOf(config);
  const finalAlpha = (config.setAlphaToOne ?? true) ? 1 : (alphasCumprod[0] ?? 1);
  const stride = Math.floor(numTrainTimesteps / steps);
  const timesteps = spacedTimesteps(config.timestepSpacing ?? 'leading', {
    steps,
    stepsOffset,
    lastTimestep: numTrainTimesteps,
    numTrainTimesteps,
    dropsSmallest: false,
    rounded: true,
  }).slice(firstStep(options));

  return {
    timesteps,
    initNoiseSigma: 1,
    scaleInput: (latents, _stepIndex, out) => out.set(latents),
    noiseLevel: levelsOfTimesteps(timesteps, alphasCumprod),
    step(modelOutput, stepIndex, latents) {
      const timestep = timesteps[stepIndex] ?? 0;
      const alpha = alphasCumprod[timestep] ?? finalAlpha;
      const previousAlpha = alphasCumprod[timestep - stride] ?? finalAlpha;
      const [a, s] = [Math.sqrt(alpha), Math.sqrt(1 - alpha)];
      const [previousA, previousS] = [Math.sqrt(previousAlpha), Math.sqrt(1 - previousAlpha)];
      // x_0 and ε are both linear in latents and model output, and so is the result.
      const isNoise = predictionType === 'epsilon';
      const ofLatents = isNoise ? previousA / a : previousA * a + previousS * s;
      const ofOutput = isNoise ? previousS - (previousA * s) / a : previousS * a - previousA * s;
      for (let i = 0; i < latents.length; i++) {
        latents[i] = ofLatents * latents[i]! + ofOutput * modelOutput[i]!;
      }
    },
  };
}
