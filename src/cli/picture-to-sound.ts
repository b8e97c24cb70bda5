import { levelLoudness } from '../audio/loudness.ts';
import { createReconstructor, type ReconstructionMethod } from '../audio/reconstruct.ts';
import { encodeWav } from '../audio/wav.ts';
import { SOFTWARE } from '../render/renderer.ts';
import { RIFFUSION_PARAMS } from '../spectrogram/params.ts';
import { pictureToMel } from '../spectrogram/picture.ts';
import { decodePng } from '../spectrogram/png.ts';

export interface PictureToSoundOptions {
  readonly method: ReconstructionMethod;
  readonly seed: number;
  /** Stands in the WAV, for players. */
  readonly title: string;
  readonly signal: AbortSignal;
}

export interface SoundOfPicture {
  readonly wav: Uint8Array;
  readonly clipMs: number;
  readonly renderMs: number;
  readonly loudnessLufs: number;
  readonly truePeakDb: number;
}

/**
 * A spectrogram PNG with Riffusion's parameters → 16-bit WAV; a recipe inside the picture goes into the WAV.
 * Throws UserError where the bytes are no such picture, CancelledError after the signal.
 */
export async function pictureToSound(
  png: Uint8Array,
  { title, ...options }: PictureToSoundOptions,
): Promise<SoundOfPicture> {
  const startedMs = performance.now();
  const params = RIFFUSION_PARAMS;
  const { picture, recipe = '' } = await decodePng(png, params.nMels);
  const melMagnitudes = pictureToMel(picture, params);
  const waveform = await createReconstructor(params).waveform(melMagnitudes, picture.width, options);
  const levelled = levelLoudness(waveform, params.sampleRate);
  const wav = encodeWav(levelled.waveform, params.sampleRate, { title, software: SOFTWARE, recipe });
  return {
    wav,
    clipMs: (waveform.length / params.sampleRate) * 1000,
    renderMs: performance.now() - startedMs,
    loudnessLufs: levelled.loudnessLufs,
    truePeakDb: levelled.truePeakDb,
  };
}
