import { encodeMel } from '../audio/encode.ts';
import { decodeWav } from '../audio/wav.ts';
import { UserError } from '../errors.ts';
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
  /** Whether the part is to lie on the model's bars, so that it can be painted over in time. */
  readonly inTime: boolean;
}

/**
 * A clip of a WAV as latents. With `inTime` it begins on a beat and is stretched to the nearest tempo of the model.
 * Throws UserError when the bytes are no WAV, or the sound is silent or too short for a clip from its start.
 */
export async function ownSound(
  wav: Uint8Array,
  { startSeconds, inTime }: OwnSoundOptions,
  params: SpectrogramParams,
  parts: GridParts,
): Promise<LatentStrip> {
  const { grid } = parts;
  const { waveform } = decodeWav(wav, params.sampleRate, MOST_SOUND_MS);
  const clip = Math.round((clipMsOf(grid) * params.sampleRate) / 1000);
  const start = startOf(waveform, clip, startSeconds, params.sampleRate);
  // A tempo a little slower than the model's needs some more.
  const part = waveform.subarray(start, start + Math.round(1.2 * clip));
  if (!part.some((sample) => sample !== 0)) {
    throw new UserError('sound: expected something that can be heard, got silence; choose another start');
  }
  const { melMagnitudes, frames } = encodeMel(part, params);
  const picture = melToPicture(melMagnitudes, frames, params);
  const beat = inTime ? findBeat(picture, params.hopMs) : null;
  const tempo = beat && tempoFor(beat.bpm, grid);
  const ratio = speedOf(tempo);
  const width = Math.min(frames, Math.round((grid.clipColumns * parts.columnPixels) / ratio));
  const strip = await encodedAt(cropped(picture, width), ratio, tempo, parts);
  // As long as the recipe will say, which knows the columns alone.
  return { ...strip, tempo, soundMs: soundMsOf(strip.columns, tempo, grid) };
}

function startOf(
  waveform: Float32Array,
  clip: number,
  startSeconds: number | undefined,
  sampleRate: number,
): number {
  const last = waveform.length - clip;
  if (last < 0) {
    throw new UserError(
      `sound: expected at least ${(clip / sampleRate).toFixed(2)} seconds, got ${(waveform.length / sampleRate).toFixed(2)}; use a longer one`,
    );
  }
  if (startSeconds === undefined) return eventfulStart(waveform, clip, sampleRate);
  const start = Math.round(startSeconds * sampleRate);
  if (start <= last) return start;
  throw new UserError(
    `start: expected at most ${(last / sampleRate).toFixed(2)} seconds, so that a clip is left, got ${startSeconds}; begin earlier`,
  );
}

/** How often loudness is measured. */
const FRAMES_PER_SECOND = 100;

/** The clip in which the sound rises most in all, from its strongest rise within the first beat on. */
function eventfulStart(waveform: Float32Array, clip: number, sampleRate: number): number {
  const hop = Math.round(sampleRate / FRAMES_PER_SECOND);
  const rises = loudnessRises(waveform, hop);
  const frames = Math.floor(clip / hop);
  const last = rises.length - frames;
  let sum = rises.subarray(0, frames).reduce((total, rise) => total + rise, 0);
  let [best, most] = [0, sum];
  for (let first = 1; first <= last; first++) {
    sum += rises[first + frames - 1]! - rises[first - 1]!;
    if (sum > most) [best, most] = [first, sum];
  }
  let onset = best;
  for (let i = best; i < Math.min(best + FRAMES_PER_SECOND, last + 1); i++)
    if (rises[i]! > rises[onset]!) onset = i;
  return Math.min(onset * hop, waveform.length - clip);
}

function loudnessRises(waveform: Float32Array, hop: number): Float64Array {
  const levels = Float64Array.from({ length: Math.floor(waveform.length / hop) }, (_, frame) => {
    let power = 0;
    for (let i = frame * hop; i < (frame + 1) * hop; i++) power += waveform[i]! ** 2;
    return Math.sqrt(power / hop);
  });
  return levels.map((level, i) => Math.max(0, level - (levels[i - 1] ?? level)));
}

/** The first columns, as a decoder would give them. */
function cropped({ pixels, width, height }: Picture, columns: number): DecodedPicture {
  const planes = new Float32Array(3 * height * columns);
  for (let row = 0; row < 3 * height; row++) {
    const from = (row % height) * width;
    for (let x = 0; x < columns; x++) planes[row * columns + x] = pixels[from + x]! / 255;
  }
  return { planes, width: columns, height };
}
