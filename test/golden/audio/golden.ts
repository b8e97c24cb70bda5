import { readFileSync } from 'node:fs';

export interface StftCase {
  readonly nFft: number;
  readonly winLength: number;
  readonly hopLength: number;
  readonly length: number;
  readonly real: readonly number[];
  readonly imag: readonly number[];
  readonly inverseOfWeighted: readonly number[];
  readonly griffinLim: readonly number[];
}

interface Decoding {
  readonly seconds: number;
  readonly melSC: number;
}

/** What make_golden.py wrote. */
export interface Golden {
  readonly melFilters: {
    readonly bands: Readonly<Record<string, { readonly first: number; readonly weights: readonly number[] }>>;
    readonly sums: readonly number[];
    readonly small: readonly (readonly number[])[];
  };
  readonly pixels: {
    readonly volume: readonly number[];
    readonly magnitude: readonly number[];
    readonly mel: readonly number[];
    readonly picture: readonly number[];
  };
  readonly stft: readonly StftCase[];
  readonly fullSizeStft: {
    readonly bins: readonly number[];
    readonly frame: number;
    readonly real: readonly number[];
    readonly imag: readonly number[];
    readonly energy: number;
  };
  readonly inverseMel: {
    readonly column: number;
    readonly every: number;
    readonly linear: readonly number[];
  };
  readonly loudness: Readonly<Record<'tones' | 'tonesAndSilence' | 'wobble', number>>;
  readonly torchaudioDecode: {
    readonly cropColumns: number;
    readonly clips: Readonly<Record<ClipName, { readonly full: Decoding; readonly crop: Decoding }>>;
  };
}

export const CLIP_NAMES = ['jazz', 'techno', 'chamber'] as const;
export type ClipName = (typeof CLIP_NAMES)[number];

export const golden = JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8')) as Golden;

/** Bytes of a PNG beside this file. */
export function goldenPng(name: string): Buffer {
  return readFileSync(new URL(`${name}.png`, import.meta.url));
}

/** make_golden.py's `tones`. */
export function tones(samples: number, rate = 44_100): Float32Array {
  return Float32Array.from({ length: samples }, (_, i) => {
    const t = i / rate;
    let value = 0.05 * Math.sin(2 * Math.PI * 55 * t);
    for (const [note, hz] of [220, 277.18, 329.63, 440].entries()) {
      const since = t - 0.2 * note;
      if (since < 0) continue;
      for (let harmonic = 1; harmonic <= 8; harmonic++) {
        value += (0.2 / harmonic) * Math.exp(-6 * since) * Math.sin(2 * Math.PI * hz * harmonic * since);
      }
    }
    return value;
  });
}

/** make_golden.py's `wobble`. */
export function wobble(samples: number): Float32Array {
  return Float32Array.from({ length: samples }, (_, i) => Math.sin(i * i * 0.013) * Math.cos(i * 0.7));
}

/** |a − b| / |b| in the sense of Euclid. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let error = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    error += (actual[i]! - expected[i]!) ** 2;
    norm += expected[i]! ** 2;
  }
  return Math.sqrt(error / norm);
}
