import {
  addTransposed,
  type BandMatrix,
  bandMatrix,
  choleskyOfNormal,
  multiply,
  solveCholesky,
} from './band-matrix.ts';
import { createMelFilters, usedBins } from './mel.ts';
import type { SpectrogramParams } from './params.ts';

export interface MelInverse {
  readonly nFft: number;
  /** Bins per frame; all higher ones are zero. */
  readonly bins: number;
  /**
   * Overwrites `linear` [bins] with the nearest magnitudes whose mel magnitudes are `mel` [nMels], then clamps negative
   * values to 0. Starting from zeros this is the minimum-norm inverse.
   */
  project(linear: Float32Array, mel: Float32Array): void;
}

/**
 * Ridge in units of the mean squared row norm, for grids coarser than the picture's own. There the lowest bands
 * outnumber the bins, and an exact solution would be noise. Of 1e-3 … 1e-1 the best compromise on three clips between
 * exact mel magnitudes and closeness to the original sound.
 */
const COARSE_GRID_RIDGE = 1e-2;

/**
 * The inverse of the mel filters A in the least-squares sense: linear += Aᵀ (A Aᵀ + λ I)⁻¹ (mel − A · linear).
 *
 * On the picture's own grid (nFft = params.nFft) λ is 0, and from zeros this is the solution that
 * torchaudio.transforms.InverseMelScale (2.9.1, driver "gels", then relu) returns. On another grid A first reads
 * that grid by cubic interpolation, so the same spectrum has the same mel magnitudes on both.
 * A Aᵀ is a narrow band, so its factor takes milliseconds and a frame microseconds.
 */
export function createMelInverse(params: SpectrogramParams, nFft: number = params.nFft): MelInverse {
  const ownGrid = nFft === params.nFft;
  const filters = ownGrid ? createMelFilters(params) : interpolatedFilters(params, nFft);
  const factor = choleskyOfNormal(filters, ownGrid ? 0 : COARSE_GRID_RIDGE);
  const residual = new Float64Array(params.nMels);
  return {
    nFft,
    bins: filters.columns,
    project(linear, mel) {
      multiply(filters, linear, residual);
      for (let band = 0; band < residual.length; band++) residual[band] = mel[band]! - residual[band]!;
      solveCholesky(factor, residual);
      addTransposed(filters, residual, linear);
      for (let bin = 0; bin < linear.length; bin++) if (linear[bin]! < 0) linear[bin] = 0;
    },
  };
}

/** [nMels, bins of nFft]: filters of the picture's grid on another grid read by cubic interpolation. */
function interpolatedFilters(params: SpectrogramParams, nFft: number): BandMatrix {
  const fine = createMelFilters(params);
  const columns = usedBins(params, nFft);
  const ratio = nFft / params.nFft;
  return bandMatrix(fine.rows, columns, (row) => {
    const begin = fine.offset[row]!;
    const count = fine.offset[row + 1]! - begin;
    const leftmost = Math.floor(fine.first[row]! * ratio);
    const rightmost = Math.floor((fine.first[row]! + count - 1) * ratio);
    const first = Math.max(0, leftmost - 1);
    const weights = new Float64Array(Math.min(rightmost + 2, columns - 1) - first + 1);
    for (let i = 0; i < count; i++) {
      const position = (fine.first[row]! + i) * ratio;
      const left = Math.floor(position);
      cubicWeights(position - left).forEach((weight, j) => {
        // A real signal's magnitudes are even around 0 Hz. Bins beyond the last are zero.
        const bin = Math.abs(left - 1 + j) - first;
        if (bin < weights.length) weights[bin]! += weight * fine.weights[begin + i]!;
      });
    }
    return { first, weights };
  });
}

/** Weights of the points −1, 0, 1 and 2 for a value at 0 ≤ t < 1: Keys 1981 with a = −1/2. */
function cubicWeights(t: number): readonly number[] {
  return [
    (((2 - t) * t - 1) * t) / 2,
    ((3 * t - 5) * t * t + 2) / 2,
    (((4 - 3 * t) * t + 1) * t) / 2,
    ((t - 1) * t * t) / 2,
  ];
}
