import type { ForecastLever, Levers } from './levers.ts';
import { alphasCumprodOf, interpolate, trainingSigmas } from './schedulers/noise-schedule.ts';
import type { SchedulerConfig } from './schedulers/scheduler-config.ts';

/**
 * How a step's prediction is made: `both` sides of guidance, the prompt side with the `kept` difference of the last
 * `both`, the `prompt` side alone, or a `forecast` that asks nothing.
 */
export type StepKind = 'both' | 'kept' | 'prompt' | 'forecast';

/** One kind for each noise level σ, which fall. Guidance 1 never runs the negative side. */
export function planSteps(levers: Levers, sigmas: readonly number[], guidanceScale: number): StepKind[] {
  const { interval, every } = levers.guidance;
  let sinceBoth = every;
  return sigmas.map((sigma, stepIndex) => {
    if (isForecast(levers.forecast, stepIndex, sigmas.length)) return 'forecast';
    if (guidanceScale === 1 || sigma <= interval.low || sigma > interval.high) return 'prompt';
    sinceBoth = sinceBoth >= every ? 1 : sinceBoth + 1;
    return sinceBoth === 1 ? 'both' : 'kept';
  });
}

/** σ of every timestep, fractional ones too, on the model's own noise schedule. */
export function noiseLevels(config: SchedulerConfig, timesteps: readonly number[]): number[] {
  const training = trainingSigmas(alphasCumprodOf(config));
  return timesteps.map((timestep) => interpolate(training, timestep));
}

function isForecast(lever: ForecastLever | null, stepIndex: number, steps: number): boolean {
  if (lever === null || stepIndex < lever.warmUp || stepIndex === steps - 1) return false;
  return (stepIndex - lever.warmUp) % lever.every !== lever.every - 1;
}
