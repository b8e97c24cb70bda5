import { alphasCumprodOf, levelsOfTimesteps, wholeTimesteps } from './noise-schedule.ts';
import { type Scheduler, type SchedulerOptions, UNIT_VARIANCE } from './scheduler.ts';
import type { SchedulerConfig } from './scheduler-config.ts';

/** Adams–Bashforth weights, newest output first, by how many outputs there are. */
const MULTISTEP_WEIGHTS = [
  [1],
  [3 / 2, -1 / 2],
  [23 / 12, -16 / 12, 5 / 12],
  [55 / 24, -59 / 24, 37 / 24, -9 / 24],
] as const;

/**
 * PLMS: PNDM without the Runge–Kutta start. The second call repeats the first step with the mean of both outputs, so
 * there is one call more than steps. Liu et al., 2022, equations 9 and 12; diffusers 0.42.1 PNDMScheduler.step_plms.
 * With less strength the second of the steps that are left is the repeated one. diffusers cuts its list behind the
 * repetition instead, counts its steps anew, and so ends one noise level off.
 */
export function pndm(config: SchedulerConfig, options: SchedulerOptions): Scheduler {
  const { steps, size } = options;
  const alphasCumprod = alphasCumprodOf({ ...config, rescaleBetasZeroSnr: false });
  const finalAlpha = (config.setAlphaToOne ?? false) ? 1 : (alphasCumprod[0] ?? 1);
  const stride = Math.floor(config.numTrainTimesteps / steps);
  const timesteps = withRepeatedSecond(wholeTimesteps(config, options));
  const outputs = Array.from({ length: 4 }, () => new Float32Array(size));
  const start = new Float32Array(size);
  const combined = new Float32Array(size);
  let known = 0;

  const remember = (modelOutput: Float32Array): void => {
    const oldest = outputs.pop() ?? new Float32Array(size);
    oldest.set(modelOutput);
    outputs.unshift(oldest);
    known = Math.min(known + 1, 4);
    const weights: readonly number[] = MULTISTEP_WEIGHTS[known - 1] ?? [];
    combined.fill(0);
    for (const [age, weight] of weights.entries()) addScaled(combined, outputs[age] ?? oldest, weight);
  };

  return {
    timesteps,
    ...UNIT_VARIANCE,
    noiseLevel: levelsOfTimesteps(timesteps, alphasCumprod),
    step(modelOutput, stepIndex, latents) {
      const timestep = timesteps[stepIndex] ?? 0;
      if (stepIndex === 1) {
        for (let i = 0; i < size; i++) combined[i] = (modelOutput[i]! + outputs[0]![i]!) / 2;
        latents.set(start);
        move(timestep + stride, timestep, latents);
        return;
      }
      if (stepIndex === 0) start.set(latents);
      remember(modelOutput);
      move(timestep, timestep - stride, latents);
    },
  };

  /** Equation 9, from `timestep` to `previous`. */
  function move(timestep: number, previous: number, latents: Float32Array): void {
    const alpha = alphasCumprod[timestep] ?? finalAlpha;
    const previousAlpha = alphasCumprod[previous] ?? finalAlpha;
    const ofLatents = Math.sqrt(previousAlpha / alpha);
    const divisor = alpha * Math.sqrt(1 - previousAlpha) + Math.sqrt(alpha * (1 - alpha) * previousAlpha);
    const ofNoise = (alpha - previousAlpha) / divisor;
    const isNoise = config.predictionType === 'epsilon';
    const [noiseOfOutput, noiseOfLatents] = isNoise ? [1, 0] : [Math.sqrt(alpha), Math.sqrt(1 - alpha)];
    for (let i = 0; i < size; i++) {
      const noise = noiseOfOutput * combined[i]! + noiseOfLatents * latents[i]!;
      latents[i] = ofLatents * latents[i]! + ofNoise * noise;
    }
  }
}

function withRepeatedSecond(timesteps: readonly number[]): readonly number[] {
  return timesteps.flatMap((timestep, index) => (index === 1 ? [timestep, timestep] : [timestep]));
}

function addScaled(sum: Float32Array, values: Float32Array, weight: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + weight * values[i]!;
}
