import { createStft } from '../audio/fourier/stft.ts';
import { decodeWav } from '../audio/wav.ts';
import { UserError } from '../errors.ts';
import { multiply } from '../spectrogram/band-matrix.ts';
import { createMelFilters, usedBins } from '../spectrogram/mel.ts';
import { RIFFUSION_PARAMS, type SpectrogramParams } from '../spectrogram/params.ts';
import { melToPicture } from '../spectrogram/picture.ts';
import { encodePng } from '../spectrogram/png.ts';

/** More than five minutes make a picture that nothing here would read back. */
const MAX_COLUMNS = 32_768;

export interface PictureOfSound {
  readonly png: Uint8Array;
  readonly columns: number;
  readonly clipMs: number;
}

/**
 * A WAV → spectrogram PNG with Riffusion's parameters, one column per hop; a recipe inside the WAV goes into the PNG.
 * Throws UserError where the bytes are no WAV, or the sound is shorter than a window or longer than five minutes.
 */
export async function soundToPicture(wav: Uint8Array): Promise<PictureOfSound> {
  const params = RIFFUSION_PARAMS;
  const { waveform, recipe } = decodeWav(wav, params.sampleRate);
  const columns = Math.ceil(waveform.length / params.hopLength);
  const clipMs = (waveform.length / params.sampleRate) * 1000;
  if (waveform.length < params.winLength || columns > MAX_COLUMNS) {
    const longestMs = MAX_COLUMNS * params.hopMs;
    throw new UserError(
      `The sound file: expected ${params.windowMs} to ${longestMs} ms of sound, got ${Math.round(clipMs)} ms`,
    );
  }
  const melMagnitudes = melOf(waveform, columns, params);
  return { png: await encodePng(melToPicture(melMagnitudes, columns, params), recipe), columns, clipMs };
}

/** waveform → melMagnitudes [nMels, columns], frames centred on multiples of the hop. */
function melOf(waveform: Float32Array, columns: number, params: SpectrogramParams): Float32Array {
  const { nFft, winLength, hopLength, nMels } = params;
  const bins = usedBins(params, nFft);
  const filters = createMelFilters(params);
  const linear = new Float32Array(bins);
  const mel = new Float64Array(nMels);
  const melMagnitudes = new Float32Array(nMels * columns);
  createStft({ nFft, winLength, hopLength, bins, length: waveform.length }).analyze(
    waveform,
    (spectrum, frame) => {
      if (frame >= columns) return;
      for (let bin = 0; bin < bins; bin++)
        linear[bin] = Math.hypot(spectrum[2 * bin]!, spectrum[2 * bin + 1]!);
      multiply(filters, linear, mel);
      for (let band = 0; band < nMels; band++) melMagnitudes[band * columns + frame] = mel[band]!;
    },
  );
  return melMagnitudes;
}
