import { UserError } from '../errors.ts';
import type { EngineDescription } from './engine.ts';
import { type Source, sourcesOf } from './origin.ts';
import { planExtension, planMorph, planNew, planRemix } from './plans.ts';
import type { RiffRequest } from './request.ts';
import { type Section, type StripFacts, soundMsOf } from './strip.ts';
import { clipMsOf, type TimeGrid } from './tempo.ts';

/**
 * The section that a request paints. `sources`: the facts of what it goes on from, in the order of sourcesOf.
 * Throws UserError where nothing is left to paint.
 */
export function planSection(request: RiffRequest, grid: TimeGrid, sources: readonly StripFacts[]): Section {
  const [source, other = source] = sources;
  const { from } = request;
  if (!from || !source || !other) return planNew(request, grid);
  switch (from.kind) {
    case 'extend':
      return planExtension(request, grid, source, from.at);
    case 'remix':
      return planRemix(request, grid, source, from.strength);
    case 'morph':
      return planMorph(request, grid, from, [source, other]);
  }
}

/** The facts of what a section makes. */
export function factsOf({ columns, tempo, soundMs }: Section, grid: TimeGrid): StripFacts {
  return { columns, tempo, soundMs: soundMs ?? soundMsOf(columns, tempo, grid) };
}

/** As far as requests say it: what has no tempo of its own is measured when it is rendered. */
export function requestFacts(request: RiffRequest, grid: TimeGrid): StripFacts {
  return factsOf(plannedSection(request, grid), grid);
}

/**
 * What a render costs beside its steps: passes of the U-Net in a step, 1 for a plain clip. A source whose latents are
 * kept costs nothing more; `isKept` says so.
 */
export function countWindows(
  request: RiffRequest,
  grid: TimeGrid,
  isKept: (source: Source<RiffRequest>) => boolean = () => false,
): number {
  return windowsOf(plannedSection(request, grid), request, grid, isKept);
}

/** Throws UserError where the model cannot do what is asked. */
export function checkAbilities(
  request: RiffRequest,
  { takesLatents, takesSounds, grid }: Pick<EngineDescription, 'takesLatents' | 'takesSounds' | 'grid'>,
): void {
  if (request.from && !takesLatents) throw new UserError([{ kind: 'goesOnFromNoRiff' }]);
  if (!takesSounds && sourcesOf(request).some((source) => !('riff' in source)))
    throw new UserError([{ kind: 'goesOnFromNoSound' }]);
  if (request.bpm !== undefined && grid.tempi.length === 0) {
    throw new UserError([{ kind: 'keepsNoTempo' }]);
  }
}

/** What a request costs, in plain clips. */
export interface Cost {
  /** Passes of the U-Net in a step. */
  readonly windows: number;
  /** Of sound: decoding takes as long as they last. */
  readonly clips: number;
}

export const ONE_CLIP: Cost = { windows: 1, clips: 1 };

/** Latents that are kept under a job cost nothing. A request that this model cannot paint counts as one clip. */
export function costOf(request: RiffRequest, grid: TimeGrid): Cost {
  if (request.lengthSeconds === undefined && !request.from) return ONE_CLIP;
  try {
    const section = plannedSection(request, grid);
    const windows = windowsOf(section, request, grid, (source) => 'jobId' in source);
    return { windows, clips: factsOf(section, grid).soundMs / clipMsOf(grid) };
  } catch (error) {
    if (error instanceof UserError) return ONE_CLIP;
    throw error;
  }
}

function plannedSection(request: RiffRequest, grid: TimeGrid): Section {
  const sources = sourcesOf(request).map((source): StripFacts => {
    if ('riff' in source) return requestFacts(source.riff, grid);
    return { columns: grid.clipColumns, tempo: null, soundMs: clipMsOf(grid) };
  });
  return planSection(request, grid, sources);
}

/** Of the request's own section, and of those sources that are made again. */
function windowsOf(
  { windows, strength }: Section,
  request: RiffRequest,
  grid: TimeGrid,
  isKept: (source: Source<RiffRequest>) => boolean,
): number {
  const before = sourcesOf(request).map((source) =>
    'riff' in source && !isKept(source) ? countWindows(source.riff, grid, isKept) : 0,
  );
  return before.reduce((total, count) => total + count, windows.length * strength);
}
