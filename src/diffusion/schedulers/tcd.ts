import { descent } from './ddim.ts';
import { alphasCumprodOf, distilledTimesteps, levelsOfTimesteps } from './noise-schedule.ts';
import { type Scheduler, type SchedulerOptions, UNIT_VARIANCE } from './scheduler.ts';
import type { SchedulerConfig } from './scheduler-config.ts';

/**
 * Strategic stochastic sampling: every step goes down to timestep s = ⌊(1 − η)·next⌋ and adds fresh noise from there up
 * to the next timestep; η 0 adds none. Zheng et al., 2024 (2402.19159), algorithm 4; diffusers 0.42.1 TCDScheduler.
 * Throws UserError when there are more steps than the weights were distilled on.
 */
export function tcd(config: SchedulerConfig, options: SchedulerOptions): Scheduler {
  const { size, noise } = options;
  const { predictionType, eta } = config;
  const alphasCumprod = alphasCumprodOf(config);
  const timesteps = distilledTimesteps(config, options);
  const fresh = new Float32Array(size);

  return {
    timesteps,
    ...UNIT_VARIANCE,
    noiseLevel: levelsOfTimesteps(timesteps, alphasCumprod),
    step(modelOutput, stepIndex, latents) {
      const alpha = alphasCumprod[timesteps[stepIndex] ?? 0] ?? 1;
      const isLast = stepIndex === timesteps.length - 1;
      const next = timesteps[stepIndex + 1] ?? 0;
      const reachedAlpha = alphasCumprod[Math.floor((1 - eta) * next)] ?? 1;
      const { ofLatents, ofOutput } = descent(predictionType, alpha, reachedAlpha);
      const isNoisy = eta > 0 && !isLast;
      const kept = isNoisy ? (alphasCumprod[next] ?? 1) / reachedAlpha : 1;
      const [up, ofNoise] = [Math.sqrt(kept), Math.sqrt(1 - kept)];
      if (isNoisy) noise.fill(fresh);
      for (let i = 0; i < latents.length; i++) {
        const reached = ofLatents * latents[i]! + ofOutput * modelOutput[i]!;
        latents[i] = up * reached + ofNoise * fresh[i]!;
      }
    },
  };
}
