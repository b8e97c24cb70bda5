import { type BandMatrix, bandMatrix, createMelFilters, usedBins } from './mel.ts';
import type { SpectrogramParams } from './params.ts';

export interface MelInverse {
  readonly nFft: number;
  /** Bins per frame that can be other than zero. */
  readonly bins: number;
  /**
   * melMagnitudes [nMels, frames], row 0 the lowest band → magnitudes on the grid of nFft, never negative,
   * laid out frame by frame: [frames, bins].
   */
  linearMagnitudes(melMagnitudes: Float32Array, frames: number): Float32Array;
}

/**
 * Weight of the ridge in units of the mean squared row norm. Only grids coarser than the picture's own need it:
 * there the lowest bands outnumber the bins.
 */
const RIDGE = 3e-3;

/**
 * The least-squares inverse of the mel filters: Aᵀ (A Aᵀ + λ I)⁻¹ · mel, negative results set to 0.
 *
 * On the picture's own grid (nFft = params.nFft) A is the filter bank and λ is 0: the minimum-norm solution that
 * torchaudio.transforms.InverseMelScale (2.9.1, driver "gels") returns. On another grid A reads that grid by
 * linear interpolation first, so the same spectrum gives the same mel magnitudes on both.
 * A Aᵀ is a narrow band matrix, so factor and solution cost milliseconds.
 */
export function createMelInverse(params: SpectrogramParams, nFft: number = params.nFft): MelInverse {
  const ownGrid = nFft === params.nFft;
  const filters = ownGrid ? createMelFilters(params) : interpolatedFilters(params, nFft);
  const factor = factorize(normalMatrix(filters, ownGrid ? 0 : RIDGE));
  const { nMels } = params;
  const bins = filters.columns;
  return {
    nFft,
    bins,
    linearMagnitudes(melMagnitudes, frames) {
      const magnitudes = new Float32Array(frames * bins);
      const column = new Float64Array(nMels);
      for (let frame = 0; frame < frames; frame++) {
        for (let band = 0; band < nMels; band++) column[band] = melMagnitudes[band * frames + frame]!;
        solve(factor, column);
        addTransposed(filters, column, magnitudes, frame * bins);
      }
      for (let i = 0; i < magnitudes.length; i++) if (magnitudes[i]! < 0) magnitudes[i] = 0;
      return magnitudes;
    },
  };
}

/** Filters of the picture's grid applied to a coarser grid read by linear interpolation. */
export function interpolatedFilters(params: SpectrogramParams, nFft: number): BandMatrix {
  const fine = createMelFilters(params);
  const columns = usedBins(params, nFft);
  const ratio = nFft / params.nFft;
  return bandMatrix(fine.rows, columns, (row) => {
    const begin = fine.offset[row]!;
    const count = fine.offset[row + 1]! - begin;
    const first = Math.floor(fine.first[row]! * ratio);
    const last = Math.min(Math.floor((fine.first[row]! + count - 1) * ratio) + 1, columns - 1);
    const weights = new Array<number>(last - first + 1).fill(0);
    for (let i = 0; i < count; i++) {
      const position = (fine.first[row]! + i) * ratio;
      const left = Math.floor(position);
      const weight = fine.weights[begin + i]!;
      weights[left - first]! += weight * (left + 1 - position);
      if (left < last) weights[left + 1 - first]! += weight * (position - left);
    }
    return { first, weights };
  });
}

/** Lower band of a symmetric matrix: at(row, row − k) = values[row · (width + 1) + k], 0 ≤ k ≤ width. */
interface SymmetricBand {
  readonly size: number;
  readonly width: number;
  readonly values: Float64Array;
}

function normalMatrix(a: BandMatrix, ridge: number): SymmetricBand {
  const width = bandWidth(a);
  const stride = width + 1;
  const values = new Float64Array(a.rows * stride);
  for (let row = 0; row < a.rows; row++) {
    for (let k = 0; k <= Math.min(width, row); k++) values[row * stride + k] = rowProduct(a, row, row - k);
  }
  let trace = 0;
  for (let row = 0; row < a.rows; row++) trace += values[row * stride]!;
  // The tiny constant keeps an empty filter from dividing by zero; it stays below float32 resolution.
  const diagonal = (ridge + 1e-12) * (trace / a.rows);
  for (let row = 0; row < a.rows; row++) values[row * stride]! += diagonal;
  return { size: a.rows, width, values };
}

function bandWidth(a: BandMatrix): number {
  let width = 0;
  for (let row = 0; row < a.rows; row++) {
    let other = row;
    while (other > 0 && a.first[other - 1]! + a.offset[other]! - a.offset[other - 1]! > a.first[row]!)
      other--;
    width = Math.max(width, row - other);
  }
  return width;
}

function rowProduct(a: BandMatrix, row: number, other: number): number {
  const begin = Math.max(a.first[row]!, a.first[other]!);
  const endOf = (r: number): number => a.first[r]! + a.offset[r + 1]! - a.offset[r]!;
  const end = Math.min(endOf(row), endOf(other));
  let sum = 0;
  for (let column = begin; column < end; column++) {
    sum +=
      a.weights[a.offset[row]! + column - a.first[row]!]! *
      a.weights[a.offset[other]! + column - a.first[other]!]!;
  }
  return sum;
}

/** Cholesky factor L of a positive definite band matrix, in the place of its values. */
function factorize(matrix: SymmetricBand): SymmetricBand {
  const { size, width, values } = matrix;
  const stride = width + 1;
  for (let row = 0; row < size; row++) {
    for (let k = Math.min(width, row); k >= 0; k--) {
      const column = row - k;
      let sum = values[row * stride + k]!;
      for (let m = Math.max(0, row - width); m < column; m++) {
        if (column - m <= width)
          sum -= values[row * stride + row - m]! * values[column * stride + column - m]!;
      }
      values[row * stride + k] = k === 0 ? Math.sqrt(sum) : sum / values[column * stride]!;
    }
  }
  return matrix;
}

/** Solves L Lᵀ x = vector; x replaces the vector. */
function solve({ size, width, values }: SymmetricBand, vector: Float64Array): void {
  const stride = width + 1;
  for (let row = 0; row < size; row++) {
    let sum = vector[row]!;
    for (let k = Math.min(width, row); k > 0; k--) sum -= values[row * stride + k]! * vector[row - k]!;
    vector[row] = sum / values[row * stride]!;
  }
  for (let row = size - 1; row >= 0; row--) {
    const x = vector[row]! / values[row * stride]!;
    vector[row] = x;
    for (let k = Math.min(width, row); k > 0; k--) vector[row - k]! -= values[row * stride + k]! * x;
  }
}

function addTransposed(a: BandMatrix, vector: Float64Array, out: Float32Array, outStart: number): void {
  for (let row = 0; row < a.rows; row++) {
    const value = vector[row]!;
    const begin = a.offset[row]!;
    const end = a.offset[row + 1]!;
    const shift = outStart + a.first[row]! - begin;
    for (let i = begin; i < end; i++) out[shift + i]! += a.weights[i]! * value;
  }
}
