import { levelOfSigmas, logSnr, multistepSigmas, originalHistory, weightedSum } from './multistep-sigmas.ts';
import { type Scheduler, type SchedulerOptions, UNIT_VARIANCE } from './scheduler.ts';
import type { SchedulerConfig } from './scheduler-config.ts';

/**
 * DPM-Solver++ multistep, order 1 to 3. Lu et al., 2022 (2211.01095), algorithm 2; diffusers 0.42.1
 * DPMSolverMultistepScheduler with algorithm_type dpmsolver++; its SDE variants and thresholding are left out.
 */
export function dpmSolverMultistep(config: SchedulerConfig, options: SchedulerOptions): Scheduler {
  const { steps, size } = options;
  const { timesteps, sigmas } = multistepSigmas(config, options, {
    clipsLambda: true,
    karrasEndsAtOwnMinimum: false,
  });
  const weights = timesteps.map((_, index) =>
    stepWeights(config, sigmas, index, orderAt(config, index, timesteps.length, steps)),
  );
  const remember = originalHistory(config, sigmas, { length: config.solverOrder, size });

  return {
    timesteps,
    ...UNIT_VARIANCE,
    noiseLevel: levelOfSigmas({ timesteps, sigmas }),
    step(modelOutput, stepIndex, latents) {
      const history = remember(modelOutput, stepIndex, latents);
      weightedSum(weights[stepIndex] ?? [], latents, history, latents);
    },
  };
}

/**
 * The order rises with the number of known outputs and falls at the end, where a high one would be unstable. `steps`:
 * from pure noise; `taken`: those that the strength leaves.
 */
function orderAt(config: SchedulerConfig, index: number, taken: number, steps: number): number {
  const fallsEarly = config.lowerOrderFinal && steps < 15;
  const isLast = index === taken - 1;
  if (isLast && (config.eulerAtFinal || fallsEarly || config.finalSigmasType === 'zero')) return 1;
  const highest = index === taken - 2 && fallsEarly ? 2 : 3;
  return Math.min(config.solverOrder, index + 1, highest);
}

/** Weights of the latents and of the predicted x_0, newest first. */
function stepWeights(
  config: SchedulerConfig,
  sigmas: Float32Array,
  index: number,
  order: number,
): readonly number[] {
  const next = logSnr(sigmas[index + 1] ?? 0);
  const now = logSnr(sigmas[index] ?? 0);
  const h = next.lambda - now.lambda;
  const ofLatents = next.sigma / now.sigma;
  const phi1 = Math.expm1(-h);
  const ofStart = -next.alpha * phi1;
  if (order === 1) return [ofLatents, ofStart];

  const before = logSnr(sigmas[index - 1] ?? 0);
  const r0 = (now.lambda - before.lambda) / h;
  const ofSlope = order === 2 && config.solverType !== 'heun' ? ofStart / 2 : next.alpha * (phi1 / h + 1);
  if (order === 2) return [ofLatents, ofStart + ofSlope / r0, -ofSlope / r0];

  const earliest = logSnr(sigmas[index - 2] ?? 0);
  const r1 = (before.lambda - earliest.lambda) / h;
  const ofCurve = -next.alpha * ((phi1 + h) / h ** 2 - 0.5);
  const newer = ofSlope * (1 + r0 / (r0 + r1)) + ofCurve / (r0 + r1);
  const older = -(ofSlope * (r0 / (r0 + r1)) + ofCurve / (r0 + r1));
  return [ofLatents, ofStart + newer / r0, -newer / r0 + older / r1, -older / r1];
}
