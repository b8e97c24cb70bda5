import { encodeMel } from '../audio/encode-mel.ts';
import { partOf } from '../audio/sound-part.ts';
import { decodeWav } from '../audio/wav.ts';
import { soundMsOf, speedOf } from '../riff/strip.ts';
import { clipMsOf, tempoFor } from '../riff/tempo.ts';
import { findBeat } from '../spectrogram/beat.ts';
import type { SpectrogramParams } from '../spectrogram/params.ts';
import { type DecodedPicture, melToPicture, type Picture } from '../spectrogram/picture.ts';
import type { LatentStrip } from './latents-file.ts';
import { encodedAt, type GridParts } from './on-grid.ts';

/** Longer sounds are refused: reading them would take longer than rendering. */
const MOST_SOUND_MS = 600_000;

export interface OwnSoundOptions {
  /** Where the part begins, in seconds; by default where the most happens. */
  readonly startSeconds: number | undefined;
  /** Whether the part has to begin on a beat and have a tempo of the model. */
  readonly inTime: boolean;
}

/**
 * A clip of a WAV as latents. With `inTime` it begins on a beat and is stretched to the nearest tempo of the model.
 * Throws UserError if the bytes are not a WAV, or the sound is silent or too short for a clip from its start.
 */
export async function ownSound(
  wav: Uint8Array,
  { startSeconds, inTime }: OwnSoundOptions,
  params: SpectrogramParams,
  parts: GridParts,
): Promise<LatentStrip> {
  const { grid } = parts;
  const { waveform } = decodeWav(wav, params.sampleRate, MOST_SOUND_MS);
  const clipSeconds = clipMsOf(grid) / 1000;
  const part = partOf(waveform, params.sampleRate, { clipSeconds, startSeconds });
  const { melMagnitudes, frames } = encodeMel(part.waveform, params);
  const picture = melToPicture(melMagnitudes, frames, params);
  const beat = inTime ? findBeat(picture, params.hopMs) : null;
  const tempo = beat && tempoFor(beat.bpm, grid);
  const ratio = speedOf(tempo);
  const width = Math.min(frames, Math.round((grid.clipColumns * parts.columnPixels) / ratio));
  const strip = await encodedAt(cropped(picture, width), ratio, tempo, parts);
  // The length that the recipe implies, which holds only the columns.
  return { ...strip, tempo, soundMs: soundMsOf(strip.columns, tempo, grid) };
}

/** The first columns, in the form of a decoded picture. */
function cropped({ pixels, width, height }: Picture, columns: number): DecodedPicture {
  const planes = new Float32Array(3 * height * columns);
  for (let row = 0; row < 3 * height; row++) {
    const from = (row % height) * width;
    for (let x = 0; x < columns; x++) planes[row * columns + x] = pixels[from + x]! / 255;
  }
  return { planes, width: columns, height };
}
