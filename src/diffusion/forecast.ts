/**
 * Which steps are forecast from the predictions of earlier ones instead of evaluated by the U-Net. TaylorSeer: Liu et
 * al., 2025 (2503.06923), on the whole network's output. What it costs is in research/README.md.
 */
export interface ForecastPlan {
  /** Of the polynomial in the timestep through the last predictions: 0 repeats the last one, 1 is a line. */
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

/** Predictions that were made, and the polynomial in the timestep through the newest of them. */
export interface Forecaster {
  /** Copies `predicted`. */
  remember(timestep: number, predicted: Float32Array): void;
  /** Overwritten by the next call. All zeros before anything was remembered. */
  at(timestep: number): Float32Array;
}

export function createForecaster(degree: number, size: number): Forecaster {
  const known: { timestep: number; readonly predicted: Float32Array }[] = [];
  const forecast = new Float32Array(size);
  return {
    remember(timestep, predicted) {
      // PNDM evaluates one timestep twice; a polynomial has one value there.
      const again = known.findIndex((point) => point.timestep === timestep);
      const [point = { timestep, predicted: new Float32Array(size) }] =
        again >= 0 ? known.splice(again, 1) : known.splice(degree);
      point.timestep = timestep;
      point.predicted.set(predicted);
      known.unshift(point);
    },
    at(timestep) {
      forecast.fill(0);
      for (const [index, weight] of lagrangeWeights(known, timestep).entries()) {
        const { predicted } = known[index]!;
        for (let i = 0; i < size; i++) forecast[i] = forecast[i]! + weight * predicted[i]!;
      }
      return forecast;
    },
  };
}

/** The value at `timestep` of the polynomial through all points is the sum of their values by these weights. */
function lagrangeWeights(points: readonly { readonly timestep: number }[], timestep: number): number[] {
  return points.map((point) =>
    points.reduce(
      (weight, other) =>
        other === point ? weight : (weight * (timestep - other.timestep)) / (point.timestep - other.timestep),
      1,
    ),
  );
}
