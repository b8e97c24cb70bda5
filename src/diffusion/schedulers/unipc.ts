import { levelOfSigmas, logSnr, multistepSigmas, originalHistory, weightedSum } from './multistep-sigmas.ts';
import { firstStep, type Scheduler, type SchedulerOptions, UNIT_VARIANCE } from './scheduler.ts';
import type { SchedulerConfig } from './scheduler-config.ts';

/**
 * UniPC in its data-prediction form: every model output first corrects the step before, then predicts the next one.
 * Zhao et al., 2023 (2302.04867), algorithms 1 and 2; diffusers 0.42.1 UniPCMultistepScheduler with predict_x0.
 */
export function unipc(config: SchedulerConfig, options: SchedulerOptions): Scheduler {
  const { size } = options;
  const first = firstStep(options);
  const { timesteps, sigmas } = multistepSigmas(config, options, {
    clipsLambda: false,
    karrasEndsAtOwnMinimum: true,
  });
  const orders = timesteps.map((_, index) => orderAt(config, index, timesteps.length));
  const predictors = orders.map((order, index) => predictorWeights(config, sigmas, index, order));
  const correctors = orders.map((_, index) =>
    isCorrected(config, index, first)
      ? correctorWeights(config, sigmas, index, orders[index - 1] ?? 1)
      : undefined,
  );
  const remember = originalHistory(config, sigmas, { length: config.solverOrder + 1, size });
  const previousLatents = new Float32Array(size);

  return {
    timesteps,
    ...UNIT_VARIANCE,
    noiseLevel: levelOfSigmas({ timesteps, sigmas }),
    step(modelOutput, stepIndex, latents) {
      const history = remember(modelOutput, stepIndex, latents);
      const corrector = correctors[stepIndex];
      if (corrector) weightedSum(corrector, previousLatents, history, latents);
      previousLatents.set(latents);
      weightedSum(predictors[stepIndex] ?? [], previousLatents, history, latents);
    },
  };
}

function orderAt(config: SchedulerConfig, index: number, steps: number): number {
  const highest = config.lowerOrderFinal ? steps - index : config.solverOrder;
  return Math.min(config.solverOrder, highest, index + 1);
}

function isCorrected(config: SchedulerConfig, index: number, first: number): boolean {
  return index > 0 && !config.disableCorrector.includes(first + index - 1);
}

/** Weights of the latents and of the predicted x_0, newest first. */
function predictorWeights(
  config: SchedulerConfig,
  sigmas: Float32Array,
  index: number,
  order: number,
): readonly number[] {
  const { ofLatents, ofStart, scale, ratios, matrix, right } = system(config, sigmas, index, order);
  const rhos =
    order === 2
      ? [0.5]
      : solve(
          matrix.slice(0, -1).map((row) => row.slice(0, -1)),
          right.slice(0, -1),
        );
  const slopes = ratios.map((ratio, k) => (-scale * (rhos[k] ?? 0)) / ratio);
  return [ofLatents, ofStart - sum(slopes), ...slopes];
}

/** Weights of the latents before the last prediction, of the newest x_0 and of those before it, newest first. */
function correctorWeights(
  config: SchedulerConfig,
  sigmas: Float32Array,
  index: number,
  order: number,
): readonly number[] {
  const { ofLatents, ofStart, scale, ratios, matrix, right } = system(config, sigmas, index - 1, order);
  const rhos = order === 1 ? [0.5] : solve(matrix, right);
  const slopes = ratios.map((ratio, k) => (-scale * (rhos[k] ?? 0)) / ratio);
  const ofNewest = -scale * (rhos[order - 1] ?? 0);
  return [ofLatents, ofNewest, ofStart - sum(slopes) - ofNewest, ...slopes];
}

interface System {
  readonly ofLatents: number;
  readonly ofStart: number;
  /** α_t · B(h). */
  readonly scale: number;
  /** r_k of the earlier outputs. */
  readonly ratios: readonly number[];
  readonly matrix: readonly (readonly number[])[];
  readonly right: readonly number[];
}

/** The step from sigmas[index] to sigmas[index + 1] with `order` − 1 outputs before it: equation 5 of the paper. */
function system(config: SchedulerConfig, sigmas: Float32Array, index: number, order: number): System {
  const next = logSnr(sigmas[index + 1] ?? 0);
  const now = logSnr(sigmas[index] ?? 0);
  const h = next.lambda - now.lambda;
  const growth = Math.expm1(-h);
  const b = config.solverType === 'bh1' ? -h : growth;
  const ratios = Array.from(
    { length: order - 1 },
    (_, k) => (logSnr(sigmas[index - k - 1] ?? 0).lambda - now.lambda) / h,
  );
  const nodes = [...ratios, 1];
  const right: number[] = [];
  let phi = growth / -h - 1;
  for (let k = 1, factorial = 1; k <= order; k++) {
    right.push((phi * factorial) / b);
    factorial *= k + 1;
    phi = phi / -h - 1 / factorial;
  }
  return {
    ofLatents: next.sigma / now.sigma,
    ofStart: -next.alpha * growth,
    scale: next.alpha * b,
    ratios,
    matrix: nodes.map((_, power) => nodes.map((node) => node ** power)),
    right,
  };
}

/** Solves matrix · x = right by Gauss–Jordan elimination; there are only a few unknowns. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  for (const [pivot, pivotRow] of rows.entries()) {
    const divisor = pivotRow[pivot] ?? 1;
    for (let k = pivot; k < pivotRow.length; k++) pivotRow[k] = pivotRow[k]! / divisor;
    for (const row of rows) {
      if (row === pivotRow) continue;
      const factor = row[pivot] ?? 0;
      for (let k = pivot; k < row.length; k++) row[k] = row[k]! - factor * pivotRow[k]!;
    }
  }
  return rows.map((row) => row.at(-1) ?? 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
