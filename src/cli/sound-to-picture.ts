import { encodeMel } from '../audio/encode.ts';
import { decodeWav } from '../audio/wav.ts';
import { RIFFUSION_PARAMS } from '../spectrogram/params.ts';
import { melToPicture } from '../spectrogram/picture.ts';
import { encodePng } from '../spectrogram/png.ts';

/** More than five minutes make a picture that nothing here would read back. */
export const MAX_SOUND_MS = 327_680;

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
  const { waveform, recipe } = decodeWav(wav, params.sampleRate, MAX_SOUND_MS);
  const clipMs = (waveform.length / params.sampleRate) * 1000;
  const { melMagnitudes, frames } = encodeMel(waveform, params);
  const png = await encodePng(melToPicture(melMagnitudes, frames, params), params, recipe);
  return { png, columns: frames, clipMs };
}
