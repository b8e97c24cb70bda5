import { logSnr } from './schedulers/multistep-sigmas.ts';
import type { NoiseLevel } from './schedulers/scheduler.ts';

/**
 * Which steps are forecast from the predictions of earlier ones instead of evaluated by the U-Net. TaylorSeer: Liu et
 * al., 2025 (2503.06923), on the whole network's output. What it costs is in research/README.md.
 */
export interface ForecastPlan {
  /** Of the polynomial in λ through the last predictions: 0 repeats the last one, 1 is a line. */
  readonly degree: 0 | 1 | 2;
  /** Evaluated steps at the start, more than the degree. */
  readonly warmUp: number;
  /** After those every n-th step is evaluated; the last one always. */
  readonly every: number;
}

/** Null evaluates every step. */
export function isForecastStep(plan: ForecastPlan | null, stepIndex: number, steps: number): boolean {
  if (plan === null || stepIndex < plan.warmUp || stepIndex === steps - 1) return false;
  return (stepIndex - plan.warmUp) % plan.every !== plan.every - 1;
}

/** Remembers the newest predictions and extrapolates them by a polynomial in λ (see lambdaOf). */
export interface Forecaster {
  /** Copies `predicted`. */
  remember(lambda: number, predicted: Float32Array): void;
  /** Overwritten by the next call. All zeros before anything was remembered. */
  at(lambda: number): Float32Array;
}

/** With zero terminal SNR the first step holds noise alone; this keeps λ finite there, as DPM-Solver does. */
const LEAST_OF_ORIGINAL = 2 ** -12;

/**
 * λ = ln(α / σ), half the logarithm of the signal-to-noise ratio. Linear extrapolation in λ is more accurate than in the
 * timestep (research/README.md); DPM-Solver uses λ for the same reason: Lu et al., 2022 (2206.00927).
 */
export function lambdaOf({ ofOriginal, ofNoise }: NoiseLevel): number {
  return logSnr(ofNoise / Math.max(ofOriginal, LEAST_OF_ORIGINAL)).lambda;
}

export function createForecaster(degree: number, size: number): Forecaster {
  const known: { lambda: number; readonly predicted: Float32Array }[] = [];
  const forecast = new Float32Array(size);
  return {
    remember(lambda, predicted) {
      // PNDM evaluates one timestep twice; a polynomial has one value there.
      const again = known.findIndex((point) => point.lambda === lambda);
      const [point = { lambda, predicted: new Float32Array(size) }] =
        again >= 0 ? known.splice(again, 1) : known.splice(degree);
      point.lambda = lambda;
      point.predicted.set(predicted);
      known.unshift(point);
    },
    at(lambda) {
      forecast.fill(0);
      for (const [index, weight] of lagrangeWeights(known, lambda).entries()) {
        const { predicted } = known[index]!;
        for (let i = 0; i < size; i++) forecast[i] = forecast[i]! + weight * predicted[i]!;
      }
      return forecast;
    },
  };
}

/** The weights with which the values of the points add up to the polynomial through all of them, at `lambda`. */
function lagrangeWeights(points: readonly { readonly lambda: number }[], lambda: number): number[] {
  return points.map((point) =>
    points.reduce(
      (weight, other) =>
        other === point ? weight : (weight * (lambda - other.lambda)) / (point.lambda - other.lambda),
      1,
    ),
  );
}
