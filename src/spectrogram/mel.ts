import type { SpectrogramParams } from './params.ts';

/**
 * A sparse matrix whose rows have their non-zero weights side by side.
 * Row r covers the columns first[r] … first[r] + (offset[r+1] − offset[r]) − 1; its weights start at offset[r].
 */
export interface BandMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly first: Int32Array;
  readonly offset: Int32Array;
  readonly weights: Float64Array;
}

/**
 * Triangular filters on the HTK mel scale, not normalised by area: mel = filters · linearMagnitudes.
 * [nMels, bins], where bins counts those strictly below fMax; every weight beyond is 0.
 * A filter narrower than the bin distance may be empty.
 * Same as torchaudio.functional.melscale_fbanks(mel_scale='htk', norm=None) of 2.9.1, computed in float64.
 */
export function createMelFilters(params: SpectrogramParams, nFft: number = params.nFft): BandMatrix {
  const { nMels, sampleRate } = params;
  const binHz = sampleRate / nFft;
  const edgesHz = melEdges(params);
  return bandMatrix(nMels, usedBins(params, nFft), (band) => {
    const [low, centre, high] = [edgesHz[band]!, edgesHz[band + 1]!, edgesHz[band + 2]!];
    const first = Math.floor(low / binHz) + 1;
    const last = Math.ceil(high / binHz) - 1;
    const weights = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
      const hz = (first + i) * binHz;
      return Math.min((hz - low) / (centre - low), (high - hz) / (high - centre));
    });
    return { first, weights };
  });
}

/** Number of FFT bins below fMax: those that carry anything in the picture. */
export function usedBins(params: SpectrogramParams, nFft: number): number {
  return Math.min(Math.ceil((params.fMax * nFft) / params.sampleRate), nFft / 2 + 1);
}

/** out[r] = Σ matrix[r, c] · vector[c + vectorStart]. `out` is overwritten, `outStride` apart. */
export function multiplyBand(
  matrix: BandMatrix,
  vector: Float32Array,
  vectorStart: number,
  out: Float32Array,
  outStart: number,
  outStride: number,
): void {
  const { rows, first, offset, weights } = matrix;
  for (let row = 0; row < rows; row++) {
    const begin = offset[row]!;
    const end = offset[row + 1]!;
    const shift = vectorStart + first[row]! - begin;
    let sum = 0;
    for (let i = begin; i < end; i++) sum += weights[i]! * vector[shift + i]!;
    out[outStart + row * outStride] = sum;
  }
}

interface Row {
  readonly first: number;
  readonly weights: readonly number[];
}

/** Builds a BandMatrix row by row. */
export function bandMatrix(rows: number, columns: number, rowAt: (row: number) => Row): BandMatrix {
  const all = Array.from({ length: rows }, (_, row) => rowAt(row));
  const offset = new Int32Array(rows + 1);
  all.forEach((row, index) => {
    offset[index + 1] = offset[index]! + row.weights.length;
  });
  return {
    rows,
    columns,
    first: Int32Array.from(all, (row) => row.first),
    offset,
    weights: Float64Array.from(all.flatMap((row) => row.weights)),
  };
}

/** nMels + 2 frequencies in Hz, equally spaced on the mel scale. */
function melEdges({ nMels, fMin, fMax }: SpectrogramParams): Float64Array {
  const low = hzToMel(fMin);
  const step = (hzToMel(fMax) - low) / (nMels + 1);
  return Float64Array.from({ length: nMels + 2 }, (_, i) => melToHz(low + i * step));
}

/** HTK: mel = 2595 · log10(1 + f / 700). */
function hzToMel(hz: number): number {
  return 2595 * Math.log10(1 + hz / 700);
}

function melToHz(mel: number): number {
  return 700 * (10 ** (mel / 2595) - 1);
}
