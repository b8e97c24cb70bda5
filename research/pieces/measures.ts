import { type TimeGrid, trainedTempo } from '../../src/riff/tempo.ts';
import { autocorrelation, findBeat, onsets } from '../../src/spectrogram/beat.ts';
import type { Picture } from '../../src/spectrogram/picture.ts';

/** The highest autocorrelation of the onsets between two lags, in columns. */
export function repetition(picture: Picture, from: number, to: number): number {
  return Math.max(...autocorrelation(onsets(picture)).subarray(from, to + 1));
}

/** Between the asked tempo, its half or double, and the nearest peak of the onsets' autocorrelation over eight beats. */
export function tempoErrorPercent(picture: Picture, bpm: number): number | null {
  const correlation = autocorrelation(onsets(picture));
  const exact = (8 * 6000) / bpm;
  let peak = Math.round(exact);
  for (let lag = Math.round(0.96 * exact); lag <= 1.04 * exact; lag++) {
    if (correlation[lag]! > correlation[peak]!) peak = lag;
  }
  return correlation[peak]! < 0.3 ? null : 100 * Math.abs(peak / exact - 1);
}

/** Columns of a beat of the model's own music; null where it has no clear one. */
export function clearBeat(picture: Picture, grid: TimeGrid): number | null {
  const beat = findBeat(picture, 10);
  return beat && 6000 / trainedTempo(beat.bpm, grid);
}

/** How far the onsets after a column are from the beat of those before it. */
export function phaseMs(picture: Picture, beat: number, joint: number): number {
  const envelope = onsets(picture);
  const bins = 64;
  const fold = (from: number, to: number): Float64Array => {
    const folded = new Float64Array(bins);
    for (let x = from; x < to; x++) folded[Math.floor(((x % beat) / beat) * bins) % bins]! += envelope[x]!;
    return folded;
  };
  const [before, behind] = [fold(0, joint), fold(joint, picture.width)];
  const at = (lag: number) => before.reduce((sum, value, i) => sum + value * behind[(i + lag) % bins]!, 0);
  let best = 0;
  for (let lag = 1; lag < bins; lag++) if (at(lag) > at(best)) best = lag;
  return (Math.min(best, bins - best) / bins) * beat * 10;
}

/** The step from the last sample to the first, in median steps. */
export function seam(waveform: Float32Array): number {
  const steps = waveform.map((value, i) => Math.abs(value - waveform.at(i - 1)!));
  return steps[0]! / steps.toSorted()[Math.floor(steps.length / 2)]!;
}

export function levelDb(waveform: Float32Array, from: number, to: number): number {
  let power = 0;
  for (let i = Math.round(from); i < Math.round(to); i++) power += waveform[i]! ** 2;
  return 10 * Math.log10(power / (to - from));
}

export function psnrDb(one: Picture, other: Picture): number {
  const squares = one.pixels.reduce((sum, value, i) => sum + (value - other.pixels[i]!) ** 2, 0);
  return 10 * Math.log10(255 ** 2 / (squares / one.pixels.length));
}
