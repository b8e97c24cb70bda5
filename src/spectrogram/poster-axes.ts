import { bandAt, type MelScale } from './mel.ts';

export interface Tick {
  readonly label: string;
  /** Position on the axis, 0 … 1 from the left or from the bottom. */
  readonly at: number;
}

/** Scientific pitch notation: C4 is 9 semitones below A4, 440 Hz. */
const C4_HZ = 440 * 2 ** (-9 / 12);
const OCTAVES = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0];
/** The most labels that fit beside one another, about. */
const MOST_TIMES = 6;
const TIME_STEPS_S = [1, 2, 5, 10, 20, 60];

/**
 * The C of each octave in the picture, from the top. Leaves out those nearer than `closest` (a fraction of the axis) to
 * the one above, or than half of that to an end.
 */
export function pitchTicks(scale: MelScale, closest: number): readonly Tick[] {
  const ticks: Tick[] = [];
  for (const octave of OCTAVES) {
    // Band 0 is drawn half a row above the bottom.
    const at = (bandAt(C4_HZ * 2 ** (octave - 4), scale) + 0.5) / scale.nMels;
    const above = ticks.at(-1)?.at ?? 1 + closest / 2;
    if (at >= closest / 2 && above - at >= closest) ticks.push({ label: `C${octave}`, at });
  }
  return ticks;
}

/** Labels at whole seconds for the part of a sound from `fromS` to `toS`; `at` counts from the part's beginning. */
export function timeTicks(fromS: number, toS: number): readonly Tick[] {
  const lengthS = toS - fromS;
  const step = TIME_STEPS_S.find((seconds) => lengthS / seconds <= MOST_TIMES) ?? 60;
  const ticks: Tick[] = [];
  for (let second = Math.ceil(fromS / step) * step; second <= toS; second += step)
    ticks.push({ label: `${second} s`, at: (second - fromS) / lengthS });
  return ticks;
}
