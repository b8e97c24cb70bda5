import { type TimeGrid, trainedTempo } from '../../src/riff/tempo.ts';
import { autocorrelation, findBeat, onsets } from '../../src/spectrogram/beat.ts';
import { cropped, type Picture } from './picture.ts';

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

/**
 * Of a loop: for each beat, the first of which is at the seam, how far its onset is from where its beats have theirs; null
 * where it has none.
 */
export function beatOnsetsMs(loop: Picture, beat: number): readonly (number | null)[] {
  const envelope = onsetsOfRing(loop);
  const round = (x: number): number => envelope[((x % loop.width) + loop.width) % loop.width]!;
  const folded = Array.from({ length: Math.round(beat) }, (_, phase) => {
    let sum = 0;
    for (let x = phase; x < loop.width; x += beat) sum += round(Math.round(x));
    return sum;
  });
  const strongest = folded.indexOf(Math.max(...folded));
  const offset = strongest > beat / 2 ? strongest - Math.round(beat) : strongest;
  const beats = Math.floor(loop.width / beat);
  const usual = Math.max(...folded) / beats;
  return Array.from({ length: Math.round(loop.width / beat) }, (_, index) => {
    const expected = offset + Math.round(index * beat);
    const near = Array.from({ length: 9 }, (_, i) => expected + i - 4);
    const [found] = near.toSorted((a, b) => round(b) - round(a));
    return found === undefined || round(found) < usual / 3 ? null : Math.abs(found - expected) * COLUMN_MS;
  });
}

/** A plain picture has no onset in its first column, where most loops have their strongest. */
function onsetsOfRing(loop: Picture): Float64Array {
  const beside = 2;
  const envelope = onsets(cropped(loop, loop.width - beside, loop.width + 2 * beside));
  return envelope.subarray(beside, beside + loop.width);
}

/** Of a loop: steps from sample to sample. */
export interface SeamSteps {
  /** The one from the last sample to the first, in median steps. */
  readonly seam: number;
  /** Of all steps, the part that is more than four median ones. */
  readonly aboveFour: number;
  /** Of the steps within 10 ms of the seam, the part that is larger than the one at it: near 0 in every loop if it clicks. */
  readonly largerBeside: number;
}

export function seamSteps(waveform: Float32Array, sampleRate: number): SeamSteps {
  const steps = waveform.map((value, i) => Math.abs(value - waveform.at(i - 1)!));
  const middle = steps.toSorted()[Math.floor(steps.length / 2)]!;
  const near = Math.round(sampleRate / 100);
  const beside = [...steps.subarray(1, near), ...steps.subarray(-near)];
  const share = (among: Iterable<number> & { readonly length: number }, above: number): number =>
    [...among].filter((step) => step > above).length / among.length;
  return {
    seam: steps[0]! / middle,
    aboveFour: share(steps, 4 * middle),
    largerBeside: share(beside, steps[0]!),
  };
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
