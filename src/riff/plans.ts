import { UserError } from '../errors.ts';
import type { Origin, Source } from './origin.ts';
import type { RiffRequest } from './request.ts';
import {
  barStride,
  columnsFor,
  type Section,
  type StripFacts,
  soundMsOf,
  type Window,
  type Words,
  windowsUntil,
} from './strip.ts';
import {
  bpmInWords,
  clipMsOf,
  preferredTempo,
  type Tempo,
  type TimeGrid,
  tempoFor,
  withTempo,
} from './tempo.ts';

/** Plans a riff without a source: windows on bars from the first column on. */
export function planNew(request: RiffRequest, grid: TimeGrid): Section {
  const tempo = tempoOfNew(request, grid);
  const soundMs = wholeBarsMs(request, tempo, grid) ?? lengthMs(request);
  const needed = soundMs === null ? grid.clipColumns : columnsFor(soundMs, tempo, grid);
  const starts = windowsUntil(0, needed, tempo, grid);
  const columns = endOf(starts, grid);
  const windows = sameWords(starts, request, tempo);
  return looped(request, grid, { columns, windows, strength: 1, given: [], tempo, soundMs });
}

/** Plans new columns after or before the source's. The window at the joint overlaps about half of a clip of the source. */
export function planExtension(
  request: RiffRequest,
  grid: TimeGrid,
  source: StripFacts,
  at: 'start' | 'end',
): Section {
  const tempo = retimed(source.tempo, request.bpm);
  const { bar } = barStride(tempo, grid);
  const half = Math.floor(grid.clipColumns / 2);
  const nearestBar = (column: number): number => bar * Math.max(0, Math.round(column / bar));
  const { thereMs, soundMs } = longer(request, grid, source, tempo);
  const given = { source: 0, from: 0, columns: source.columns };
  if (at === 'end') {
    const first = nearestBar(source.columns - half);
    const starts = windowsUntil(first, columnsFor(soundMs, tempo, grid), tempo, grid);
    return looped(request, grid, {
      columns: Math.max(source.columns, endOf(starts, grid)),
      windows: sameWords(starts, request, tempo),
      strength: 1,
      given: [{ ...given, at: 0, joints: { start: false, end: true } }],
      tempo,
      soundMs,
    });
  }
  // Whole bars, so that the piece still begins on one.
  const before = Math.max(bar, nearestBar(columnsFor(soundMs - thereMs, tempo, grid)));
  const starts = windowsUntil(0, nearestBar(before - half) + grid.clipColumns, tempo, grid);
  return looped(request, grid, {
    columns: Math.max(before + source.columns, endOf(starts, grid)),
    windows: sameWords(starts, request, tempo),
    strength: 1,
    given: [{ ...given, at: before, joints: { start: true, end: false } }],
    tempo,
    soundMs: soundMsOf(before, tempo, grid) + thereMs,
  });
}

function longer(
  request: RiffRequest,
  grid: TimeGrid,
  source: StripFacts,
  tempo: Tempo | null,
): { readonly thereMs: number; readonly soundMs: number } {
  const thereMs = atTempo(source, tempo);
  const soundMs = lengthMs(request) ?? thereMs + clipMsOf(grid);
  if (soundMs > thereMs) return { thereMs, soundMs };
  throw new UserError([{ kind: 'noLonger', thereSeconds: thereMs / 1000, seconds: soundMs / 1000 }]);
}

/** Plans to denoise the source's columns again; with strength 0 they stay as they are. */
export function planRemix(
  request: RiffRequest,
  grid: TimeGrid,
  source: StripFacts,
  strength: number,
): Section {
  const tempo = retimed(source.tempo, request.bpm);
  const thereMs = atTempo(source, tempo);
  const soundMs = Math.min(thereMs, wholeBarsMs(request, tempo, grid) ?? lengthMs(request) ?? thereMs);
  const starts = windowsUntil(0, source.columns, tempo, grid);
  return looped(request, grid, {
    columns: Math.max(source.columns, endOf(starts, grid)),
    windows: strength === 0 ? [] : sameWords(starts, request, tempo),
    strength,
    given: [{ source: 0, from: 0, columns: source.columns, at: 0, joints: null }],
    tempo,
    soundMs,
  });
}

/** The largest part of the strip that each end of a morph keeps. */
const KEPT_OF_MORPH = 1 / 3;
/** The length of a morph in clips where the request gives none. */
const CLIPS_OF_MORPH = 3;

/**
 * Plans a morph: both ends keep whole bars of the sources' clips; between them the prompt mix changes from window to
 * window. The columns of the second source begin on a bar.
 */
export function planMorph(
  request: RiffRequest,
  grid: TimeGrid,
  origin: Extract<Origin<RiffRequest>, { kind: 'morph' }>,
  [one, other]: readonly [StripFacts, StripFacts],
): Section {
  const tempo = retimed(one.tempo, request.bpm);
  const { clipColumns } = grid;
  const soundMs = lengthMs(request) ?? CLIPS_OF_MORPH * soundMsOf(clipColumns, tempo, grid);
  const starts = windowsUntil(0, columnsFor(soundMs, tempo, grid), tempo, grid);
  const last = starts.at(-1) ?? 0;
  const columns = last + clipColumns;
  const { bar } = barStride(tempo, grid);
  const most = Math.floor(columns * KEPT_OF_MORPH);
  const kept = Math.min(clipColumns, one.columns, other.columns, most - (most % bar) || most);
  // A sound has no words of its own.
  const wordsAt = (source: Source<RiffRequest>): Words =>
    wordsOf('riff' in source ? source.riff : request, tempo);
  const [begin, end] = [wordsAt(origin.of), wordsAt(origin.to)];
  const windows = starts.map((column): Window => {
    const amount = last === 0 ? 1 / 2 : column / last;
    return { column, words: begin, mix: { words: end, amount } };
  });
  const second = Math.min(clipColumns, other.columns) - kept;
  return looped(request, grid, {
    columns,
    windows: windows.filter(({ column }) => column + clipColumns > kept && column < columns - kept),
    strength: 1,
    given: [
      { source: 0, from: 0, columns: kept, at: 0, joints: { start: false, end: true } },
      { source: 1, from: second, columns: kept, at: columns - kept, joints: { start: true, end: false } },
    ],
    tempo,
    soundMs,
  });
}

function sameWords(starts: readonly number[], request: RiffRequest, tempo: Tempo | null): readonly Window[] {
  const words = wordsOf(request, tempo);
  return starts.map((column) => ({ column, words }));
}

function wordsOf({ prompt, negativePrompt }: Words, tempo: Tempo | null): Words {
  return { prompt: tempo ? withTempo(prompt, tempo) : prompt, negativePrompt };
}

/** The column behind the last window. */
function endOf(starts: readonly number[], { clipColumns }: TimeGrid): number {
  return (starts.at(-1) ?? 0) + clipColumns;
}

/** Null if the riff needs no tempo (one clip, no loop, none asked for) or the model knows none. */
function tempoOfNew(request: RiffRequest, grid: TimeGrid): Tempo | null {
  const { prompt, loop } = request;
  const bpm = request.bpm ?? bpmInWords(prompt);
  if (bpm !== null) return tempoFor(bpm, grid, prompt);
  const isLong = (lengthMs(request) ?? 0) > clipMsOf(grid);
  return isLong || loop ? preferredTempo(prompt, grid) : null;
}

/** The same painted tempo, heard at `bpm`, halved or doubled until it is within half an octave of the painted one. */
function retimed(tempo: Tempo | null, bpm: number | undefined): Tempo | null {
  if (tempo === null || bpm === undefined) return tempo;
  return { ...tempo, bpm: bpm / 2 ** Math.round(Math.log2(bpm / tempo.paintedBpm)) };
}

function atTempo({ soundMs, tempo }: StripFacts, heard: Tempo | null): number {
  return tempo === null || heard === null ? soundMs : (soundMs * tempo.bpm) / heard.bpm;
}

function lengthMs({ lengthSeconds }: RiffRequest): number | null {
  return lengthSeconds === undefined ? null : lengthSeconds * 1000;
}

/** The requested length of a loop, rounded to whole bars; null without a loop, a tempo or a requested length. */
function wholeBarsMs(request: RiffRequest, tempo: Tempo | null, grid: TimeGrid): number | null {
  const asked = lengthMs(request);
  if (!request.loop || tempo === null || asked === null) return null;
  const bar = barMs(tempo, grid);
  return bar * Math.max(1, Math.round(asked / bar));
}

function barMs(tempo: Tempo, grid: TimeGrid): number {
  return soundMsOf(tempo.barColumns, tempo, grid);
}

/** Cuts the section to whole bars if the request is a loop: the requested length, else the largest 1, 2, 4, 8 … that fits. */
function looped(request: RiffRequest, grid: TimeGrid, section: Omit<Section, 'ringColumns'>): Section {
  if (!request.loop) return { ...section, ringColumns: null };
  const { tempo, columns, soundMs } = section;
  if (tempo === null) {
    const ringColumns = soundMs === null ? columns : Math.min(columns, columnsFor(soundMs, null, grid));
    return { ...section, ringColumns, soundMs: null };
  }
  const bar = barMs(tempo, grid);
  const heardMs = Math.min(soundMs ?? Number.POSITIVE_INFINITY, soundMsOf(columns, tempo, grid));
  // Rounding may shorten the last bar a little; it still counts as whole.
  const fitting = Math.max(1, Math.floor(heardMs / bar + 0.05));
  const most = Math.floor(columns / tempo.barColumns);
  const wanted = request.lengthSeconds === undefined ? 2 ** Math.floor(Math.log2(fitting)) : fitting;
  const bars = Math.max(1, Math.min(wanted, most));
  return { ...section, ringColumns: bars * tempo.barColumns, soundMs: bars * bar };
}
