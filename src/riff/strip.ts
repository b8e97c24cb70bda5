import type { Tempo, TimeGrid } from './tempo.ts';

/**
 * One pass of the denoiser over a strip of latents, in overlapping windows. What a riff goes on from was painted before
 * and is given.
 */
export interface Section {
  /** Latent columns of the strip. */
  readonly columns: number;
  /** Each as wide as a clip. None: what is given stays as it is. */
  readonly windows: readonly Window[];
  /** 1: from noise; less: from what is given, with noise added. */
  readonly strength: number;
  readonly given: readonly Given[];
  readonly tempo: Tempo | null;
  /** So many columns from the first make a ring. */
  readonly ringColumns: number | null;
  /** Of the sound; null: all of the strip. */
  readonly soundMs: number | null;
}

export interface Window {
  /** Its first one. */
  readonly column: number;
  readonly words: Words;
  /** Other words mixed in, by 0 … 1. */
  readonly mix?: { readonly words: Words; readonly amount: number };
}

export interface Words {
  readonly prompt: string;
  readonly negativePrompt: string;
}

/** Columns of a source that stand in the strip. */
export interface Given {
  /** Its number among the sources. */
  readonly source: number;
  /** First column in the source, how many, and the first in the strip. */
  readonly from: number;
  readonly columns: number;
  readonly at: number;
  /** Where new columns join on: there the last few are held for fewer steps. Null: none are held. */
  readonly joints: { readonly start: boolean; readonly end: boolean } | null;
}

/** What planning knows of latents that are there already. */
export interface StripFacts {
  readonly columns: number;
  readonly tempo: Tempo | null;
  /** As long as it is heard at its own tempo. */
  readonly soundMs: number;
}

/** Painted columns that a sound takes. */
export function columnsFor(soundMs: number, tempo: Tempo | null, grid: TimeGrid): number {
  // What is left of a hundredth of a column is rounding.
  return Math.ceil((soundMs * speedOf(tempo)) / grid.columnMs - 0.01);
}

/** How long columns are heard. */
export function soundMsOf(columns: number, tempo: Tempo | null, grid: TimeGrid): number {
  return (columns * grid.columnMs) / speedOf(tempo);
}

/** Heard columns of picture are so many painted ones. */
export function speedOf(tempo: Tempo | null): number {
  return tempo === null ? 1 : tempo.bpm / tempo.paintedBpm;
}

/** Of a clip: a window two bars on still shares an eighth with the one before it. */
const LONGEST_STRIDE = 7 / 8;

/** Columns between beginnings of windows, all on bars: one bar, or two where they still overlap. */
export function barStride(tempo: Tempo | null, { clipColumns }: TimeGrid): { bar: number; stride: number } {
  const bar = tempo?.barColumns ?? Math.floor(clipColumns / 2);
  return { bar, stride: 2 * bar <= LONGEST_STRIDE * clipColumns ? 2 * bar : bar };
}

/** First columns of windows on bars, from one of them until `end` columns are covered. */
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
 * How long each column of the strip is held, as a part of the steps, 0 … 1; null where none is. At a joint the last of
 * them are held for a while only and belong to what is new. Levin and Fried, 2023 (2306.00950), on columns.
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
