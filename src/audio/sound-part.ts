import { UserError } from '../errors.ts';

/** Which part of a sound is used. */
export interface PartOptions {
  /** The least length of the part. */
  readonly clipSeconds: number;
  /** Where the part begins; undefined: the most eventful clip is chosen. */
  readonly startSeconds: number | undefined;
}

export interface SoundPart {
  readonly startSeconds: number;
  /** A clip and up to a quarter more, which a tempo slightly below the model's needs. */
  readonly waveform: Float32Array;
}

const KEPT_CLIPS = 1.25;

/** Throws UserError if fewer than `clipSeconds` remain from the start, or the part is silent. */
export function partOf(
  waveform: Float32Array,
  sampleRate: number,
  { clipSeconds, startSeconds }: PartOptions,
): SoundPart {
  const clip = Math.round(clipSeconds * sampleRate);
  const start = startOf(waveform, clip, startSeconds, sampleRate);
  const part = waveform.subarray(start, start + Math.round(KEPT_CLIPS * clip));
  if (part.some((sample) => sample !== 0)) return { startSeconds: start / sampleRate, waveform: part };
  throw new UserError([{ kind: 'silence' }]);
}

function startOf(
  waveform: Float32Array,
  clip: number,
  startSeconds: number | undefined,
  sampleRate: number,
): number {
  const last = waveform.length - clip;
  if (last < 0) {
    throw new UserError([
      {
        kind: 'soundTooShort',
        leastSeconds: clip / sampleRate,
        seconds: waveform.length / sampleRate,
      },
    ]);
  }
  if (startSeconds === undefined) return eventfulStart(waveform, clip, sampleRate);
  const start = Math.round(startSeconds * sampleRate);
  if (start <= last) return start;
  throw new UserError([{ kind: 'startTooLate', mostSeconds: last / sampleRate, seconds: startSeconds }]);
}

/** Rate of the loudness measurements. */
const FRAMES_PER_SECOND = 100;

/** The start of the clip with the largest sum of loudness rises, moved to the strongest rise within its first second. */
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
