import { type TimeGrid, trainedTempo } from '../../src/riff/tempo.ts';
import { autocorrelation, findBeat, onsets } from '../../src/spectrogram/beat.ts';
import type { Picture } from '../../src/spectrogram/picture.ts';

/** A column of every picture here. */
const COLUMN_MS = 10;

/** The highest autocorrelation of the onsets between two lags, in columns. */
export function repetition(picture: Picture, from: number, to: number): number {
  return Math.max(...autocorrelation(onsets(picture)).subarray(from, to + 1));
}

/**
 * Between the asked tempo, its half or double, and the nearest peak of the onsets' autocorrelation over eight beats; null
 * where it has no clear one within 4 %.
 */
export function tempoErrorPercent(picture: Picture, bpm: number): number | null {
  const correlation = autocorrelation(onsets(picture));
  const exact = (8 * 6000) / bpm;
  let peak = Math.round(exact);
  for (let lag = Math.round(0.96 * exact); lag <= 1.04 * exact; lag++) {
    if (correlation[lag]! > correlation[peak]!) peak = lag;
  }
  return correlation[peak]! < 0.3 ? null : 100 * Math.abs(peak / exact - 1);
}

/** Columns of a beat of the model's own music, at a tempo that it knows; null where it has no clear one. */
export function clearBeat(picture: Picture, grid: TimeGrid): number | null {
  const beat = findBeat(picture, COLUMN_MS);
  if (!beat) return null;
  const trained = trainedTempo(beat.bpm, grid);
  // Of 62.5 and 125 the one that was measured; of 87.5 and 175 the one that the model knows.
  const octaves = grid.tempi.filter((bpm) => Number.isInteger(Math.log2(bpm / trained)));
  const distance = (bpm: number): number => Math.abs(Math.log2(bpm / beat.bpm));
  const [nearest = trained] = octaves.sort((a, b) => distance(a) - distance(b));
  return 6000 / nearest;
}

/** Of tempi, or lengths of beats: within 1 %; half and double count as the same. */
export function isSameTempo(one: number, other: number): boolean {
  const octaves = Math.log2(one / other);
  return Math.abs(2 ** (octaves - Math.round(octaves)) - 1) <= 0.01;
}

const PHASES = 64;

/** How far the onsets after a column are from the beat of those before it. */
export function phaseMs(picture: Picture, beat: number, joint: number): number {
  const envelope = onsets(picture);
  const [before, after] = [
    foldedOnsets(envelope, beat, 0, joint),
    foldedOnsets(envelope, beat, joint, picture.width),
  ];
  const at = (lag: number) => before.reduce((sum, value, i) => sum + value * after[(i + lag) % PHASES]!, 0);
  let best = 0;
  for (let lag = 1; lag < PHASES; lag++) if (at(lag) > at(best)) best = lag;
  return (Math.min(best, PHASES - best) / PHASES) * beat * COLUMN_MS;
}

/**
 * The mean course of a beat. Interpolated: counted in the nearest of 64 places, 45 columns leave every third place empty,
 * and two stretches then agree where their gaps do.
 */
function foldedOnsets(envelope: Float64Array, beat: number, from: number, to: number): readonly number[] {
  return Array.from({ length: PHASES }, (_, phase) => {
    const values: number[] = [];
    const offset = (phase / PHASES) * beat;
    for (let x = offset + Math.ceil((from - offset) / beat) * beat; x < to - 1; x += beat) {
      const left = Math.floor(x);
      values.push(envelope[left]! + (x - left) * (envelope[left + 1]! - envelope[left]!));
    }
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  });
}

/** Of a loop: how far the onset at its seam is from where its beats have theirs; null where it has none there. */
export function seamOnsetMs(loop: Picture, beat: number): number | null {
  const envelope = onsets(loop);
  const round = (x: number): number => envelope[((x % loop.width) + loop.width) % loop.width]!;
  const folded = Array.from({ length: Math.round(beat) }, (_, phase) => {
    let sum = 0;
    for (let x = phase; x < loop.width - 1; x += beat) sum += round(Math.round(x));
    return sum;
  });
  const strongest = folded.indexOf(Math.max(...folded));
  const expected = strongest > beat / 2 ? strongest - Math.round(beat) : strongest;
  const near = Array.from({ length: 9 }, (_, i) => expected + i - 4);
  const [found] = near.toSorted((a, b) => round(b) - round(a));
  const usual = Math.max(...folded) / Math.floor(loop.width / beat);
  return found === undefined || round(found) < usual / 3 ? null : Math.abs(found - expected) * COLUMN_MS;
}

/** The step from the last sample to the first, in median steps. */
export function seam(waveform: Float32Array): number {
  const steps = waveform.map((value, i) => Math.abs(value - waveform.at(i - 1)!));
  return steps[0]! / steps.toSorted()[Math.floor(steps.length / 2)]!;
}

/** Of the magnitudes that some columns of a picture stand for; relative, and within 1 dB of the sound's. */
export function levelDb({ pixels, width, height }: Picture, from: number, to: number): number {
  let power = 0;
  for (let row = 0; row < height; row++) {
    for (let x = from; x < to; x++) power += (1 - pixels[row * width + x]! / 255) ** 8;
  }
  return 10 * Math.log10(power / (to - from));
}

export function psnrDb(one: Picture, other: Picture): number {
  const squares = one.pixels.reduce((sum, value, i) => sum + (value - other.pixels[i]!) ** 2, 0);
  return 10 * Math.log10(255 ** 2 / (squares / one.pixels.length));
}
