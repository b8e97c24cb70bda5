import { encodeMel } from '../audio/encode-mel.ts';
import { decodeWav } from '../audio/wav.ts';
import { RIFFUSION_PARAMS } from '../spectrogram/params.ts';
import { melToPicture } from '../spectrogram/picture.ts';
import { encodePng } from '../spectrogram/png.ts';

/** A longer sound's picture would exceed MAX_PIXELS of picture-file.ts and could not be decoded again. */
export const MAX_SOUND_MS = 327_680;

export interface PictureOfSound {
  readonly png: Uint8Array;
  readonly columns: number;
  readonly clipMs: number;
}

/**
 * A WAV → spectrogram PNG with Riffusion's parameters, one column per hop; a recipe inside the WAV is copied to the PNG.
 * Throws UserError if the bytes are not a WAV, or the sound is shorter than a window or longer than MAX_SOUND_MS.
 */
export async function soundToPicture(wav: Uint8Array): Promise<PictureOfSound> {
  const params = RIFFUSION_PARAMS;
  const { waveform, recipe } = decodeWav(wav, params.sampleRate, MAX_SOUND_MS);
  const clipMs = (waveform.length / params.sampleRate) * 1000;
  const { melMagnitudes, frames } = encodeMel(waveform, params);
  const png = await encodePng(melToPicture(melMagnitudes, frames, params), params, recipe);
  return { png, columns: frames, clipMs };
}
