import type { Tempo, TimeGrid } from './tempo.ts';

/**
 * The plan of one run of the denoiser over a strip of latents, in overlapping windows. The columns of sources are given.
 */
export interface Section {
  /** Latent columns of the strip. */
  readonly columns: number;
  /** Each is as wide as a clip. Empty: nothing is denoised, the given columns are the result. */
  readonly windows: readonly Window[];
  /** 1: starts from noise; less: from the given columns with noise added. */
  readonly strength: number;
  readonly given: readonly Given[];
  readonly tempo: Tempo | null;
  /** The first columns, in number, that are decoded as a ring; null: no loop. */
  readonly ringColumns: number | null;
  /** Length of the sound; null: all of the strip. */
  readonly soundMs: number | null;
}

export interface Window {
  /** The first column. */
  readonly column: number;
  readonly words: Words;
  /** A second prompt, mixed in by `amount`, 0 … 1. */
  readonly mix?: { readonly words: Words; readonly amount: number };
}

export interface Words {
  readonly prompt: string;
  readonly negativePrompt: string;
}

/** Columns copied from a source into the strip. */
export interface Given {
  /** Index in sourcesOf. */
  readonly source: number;
  /** The first column in the source. */
  readonly from: number;
  readonly columns: number;
  /** The first column in the strip. */
  readonly at: number;
  /** Which ends border on new columns: there the last few are held for fewer steps. Null: no column is held. */
  readonly joints: { readonly start: boolean; readonly end: boolean } | null;
}

/** What planning needs to know about existing latents. */
export interface StripFacts {
  readonly columns: number;
  readonly tempo: Tempo | null;
  /** Length of the sound at its own tempo. */
  readonly soundMs: number;
}

/** The number of painted columns for a sound of this length. */
export function columnsFor(soundMs: number, tempo: Tempo | null, grid: TimeGrid): number {
  // An excess below a hundredth of a column is a rounding error.
  return Math.ceil((soundMs * speedOf(tempo)) / grid.columnMs - 0.01);
}

/** The length of the sound of so many painted columns. */
export function soundMsOf(columns: number, tempo: Tempo | null, grid: TimeGrid): number {
  return (columns * grid.columnMs) / speedOf(tempo);
}

/** Heard tempo ÷ painted tempo: painted columns per column of the final picture. */
export function speedOf(tempo: Tempo | null): number {
  return tempo === null ? 1 : tempo.bpm / tempo.paintedBpm;
}

/** In clips; neighbouring windows then still share an eighth of a clip. */
const LONGEST_STRIDE = 7 / 8;

/** The distance in columns between the starts of windows: one bar, or two if windows then still overlap enough. */
export function barStride(tempo: Tempo | null, { clipColumns }: TimeGrid): { bar: number; stride: number } {
  const bar = tempo?.barColumns ?? Math.floor(clipColumns / 2);
  return { bar, stride: 2 * bar <= LONGEST_STRIDE * clipColumns ? 2 * bar : bar };
}

/** First columns of windows on bars, the first at `first`, until `end` columns are covered. */
export function windowsUntil(
  first: number,
  end: number,
  tempo: Tempo | null,
  grid: TimeGrid,
): readonly number[] {
  const { bar, stride } = barStride(tempo, grid);
  const last = first + bar * Math.max(0, Math.ceil((end - grid.clipColumns - first) / bar));
  const starts: number[] = [];
  for (let column = first; column < last; column += stride) starts.push(column);
  return [...starts, last];
}

/**
 * For how much of the steps each column of the strip is held, 0 … 1; null if none is. Near a joint the share falls
 * linearly, so that the new columns blend in. After Levin and Fried, 2023 (2306.00950), on columns.
 */
export function heldMap({ columns, given }: Section, { clipColumns }: TimeGrid): Float32Array | null {
  if (given.every(({ joints }) => joints === null)) return null;
  const soft = Math.max(1, Math.round(clipColumns / 16));
  const held = new Float32Array(columns);
  for (const { at, columns: count, joints } of given) {
    if (!joints) continue;
    for (let i = 0; i < count; i++) {
      const fromStart = joints.start ? (i + 1) / (soft + 1) : 1;
      const fromEnd = joints.end ? (count - i) / (soft + 1) : 1;
      held[at + i] = Math.min(1, fromStart, fromEnd);
    }
  }
  return held;
}
