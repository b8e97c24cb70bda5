import { type BandMatrix, bandMatrix } from './band-matrix.ts';
import type { SpectrogramParams, SpectrogramSpec } from './params.ts';

/**
 * Triangular filters on the HTK mel scale, not normalised by area: mel = filters · linearMagnitudes.
 * [nMels, bins], where bins counts those below fMax; every weight beyond is 0.
 * A filter narrower than the spacing of the bins may be empty; one above half the sample rate always is.
 * Same as torchaudio.functional.melscale_fbanks(mel_scale='htk', norm=None) of 2.9.1, computed in float64.
 */
export function createMelFilters(params: SpectrogramParams): BandMatrix {
  const binHz = params.sampleRate / params.nFft;
  const edgesHz = melEdges(params);
  const bins = usedBins(params, params.nFft);
  return bandMatrix(params.nMels, bins, (band) => {
    const [low, centre, high] = [edgesHz[band]!, edgesHz[band + 1]!, edgesHz[band + 2]!];
    const first = Math.min(Math.floor(low / binHz) + 1, bins);
    const last = Math.min(Math.ceil(high / binHz), bins) - 1;
    const weights = Float64Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
      const hz = (first + i) * binHz;
      return Math.min((hz - low) / (centre - low), (high - hz) / (high - centre));
    });
    return { first, weights };
  });
}

/** Number of FFT bins below fMax; a picture holds nothing about higher ones. */
export function usedBins(params: SpectrogramParams, nFft: number): number {
  return Math.min(Math.ceil((params.fMax * nFft) / params.sampleRate), nFft / 2 + 1);
}

export type MelScale = Pick<SpectrogramSpec, 'fMin' | 'fMax' | 'nMels'>;

/** The band whose centre is at that frequency, with fractions between two; 0 is the lowest, one step above fMin. */
export function bandAt(hz: number, scale: MelScale): number {
  const { low, step } = melSteps(scale);
  return (hzToMel(hz) - low) / step - 1;
}

/** nMels + 2 frequencies in Hz, equally spaced on the mel scale. */
function melEdges(scale: MelScale): Float64Array {
  const { low, step } = melSteps(scale);
  return Float64Array.from({ length: scale.nMels + 2 }, (_, i) => melToHz(low + i * step));
}

/** The lowest edge and the distance of edges, in mel. */
function melSteps({ nMels, fMin, fMax }: MelScale): { readonly low: number; readonly step: number } {
  const low = hzToMel(fMin);
  return { low, step: (hzToMel(fMax) - low) / (nMels + 1) };
}

/** HTK: mel = 2595 · log10(1 + f / 700). */
function hzToMel(hz: number): number {
  return 2595 * Math.log10(1 + hz / 700);
}

function melToHz(mel: number): number {
  return 700 * (10 ** (mel / 2595) - 1);
}
