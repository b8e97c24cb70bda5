import { copyColumns, type Strip } from './columns.ts';
import type { Predict } from './guidance.ts';

export interface PredictedWindow {
  /** Its first column. */
  readonly column: number;
  readonly predict: Predict;
}

/**
 * The prediction for a strip from those for its windows, each `width` columns wide: the mean where they overlap, in
 * which a window counts most in its middle. Bar-Tal et al., 2023 (2302.08113), equation 5; averaging the predictions
 * is the same as a scheduler for each window, for schedulers are linear in them. Columns under no window get 0.
 * `onWindow` is called after each.
 */
export function predictStrip(
  windows: readonly PredictedWindow[],
  shape: { readonly rows: number; readonly columns: number; readonly width: number },
  onWindow: (finished: number) => void,
): Predict {
  const { rows, columns, width } = shape;
  const [only] = windows;
  if (only && windows.length === 1 && columns === width) {
    return async (...given) => {
      const predicted = await only.predict(...given);
      onWindow(1);
      return predicted;
    };
  }
  const weights = Array.from({ length: width }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / width) ** 2);
  const shares = windowShares(windows, weights, columns);
  const input: Strip = { values: new Float32Array(rows * width), width };
  const total = new Float32Array(rows * columns);
  return async (modelInput, timestep, signal) => {
    total.fill(0);
    for (const [index, { column, predict }] of windows.entries()) {
      copyColumns({ values: modelInput, width: columns }, column, input, 0, width);
      const predicted = await predict(input.values, timestep, signal);
      const share = shares[index]!;
      for (let row = 0; row < rows; row++) {
        const at = row * columns + column;
        for (let i = 0; i < width; i++) total[at + i]! += share[i]! * predicted[row * width + i]!;
      }
      onWindow(index + 1);
    }
    return total;
  };
}

/** For each window the share of each of its columns in the mean. */
function windowShares(
  windows: readonly PredictedWindow[],
  weights: readonly number[],
  columns: number,
): readonly (readonly number[])[] {
  const sums = new Float64Array(columns);
  for (const { column } of windows) for (const [i, weight] of weights.entries()) sums[column + i]! += weight;
  return windows.map(({ column }) => weights.map((weight, i) => weight / sums[column + i]!));
}
