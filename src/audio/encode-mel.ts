import { UserError } from '../errors.ts';
import { multiply } from '../spectrogram/band-matrix.ts';
import { createMelFilters } from '../spectrogram/mel.ts';
import type { SpectrogramParams } from '../spectrogram/params.ts';
import { createStft } from './stft.ts';

export interface MelClip {
  /** [nMels, frames], row 0 the lowest band. */
  readonly melMagnitudes: Float32Array;
  readonly frames: number;
}

/**
 * Waveform at `params.sampleRate` → mel magnitudes, one frame per whole hop. Equals riffusion-hobby's
 * SpectrogramConverter.mel_amplitudes_from_waveform without the last frame, which torch centres on the end.
 * Throws UserError when the waveform is shorter than one window.
 */
export function encodeMel(waveform: Float32Array, params: SpectrogramParams): MelClip {
  const { nFft, winLength, hopLength, nMels, sampleRate } = params;
  if (waveform.length < winLength) {
    const [got, least] = [waveform.length, winLength].map(
      (samples) => `${samples} samples (${((1000 * samples) / sampleRate).toFixed(2)} ms)`,
    );
    throw new UserError(`sound: expected at least ${least}, got ${got}; use a longer one`);
  }
  const filters = createMelFilters(params);
  const bins = filters.columns;
  const frames = Math.floor(waveform.length / hopLength);
  const melMagnitudes = new Float32Array(nMels * frames);
  const linear = new Float32Array(bins);
  const mel = new Float64Array(nMels);
  const stft = createStft({ nFft, winLength, hopLength, bins, length: waveform.length });
  stft.analyze(waveform, (spectrum, frame) => {
    if (frame >= frames) return;
    for (let bin = 0; bin < bins; bin++) linear[bin] = Math.hypot(spectrum[2 * bin]!, spectrum[2 * bin + 1]!);
    multiply(filters, linear, mel);
    for (let band = 0; band < nMels; band++) melMagnitudes[band * frames + frame] = mel[band]!;
  });
  return { melMagnitudes, frames };
}
