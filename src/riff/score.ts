import { UserError } from '../errors.ts';
import type { EngineDescription } from './engine.ts';
import { type Source, sourcesOf } from './origin.ts';
import { planExtension, planMorph, planNew, planRemix } from './plans.ts';
import type { RiffRequest } from './request.ts';
import { type Section, type StripFacts, soundMsOf } from './strip.ts';
import { clipMsOf, type TimeGrid } from './tempo.ts';

/**
 * The section that a request paints. `sources`: the facts of its sources, in the order of sourcesOf.
 * Throws UserError if an extension would add nothing.
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

export function factsOf({ columns, tempo, soundMs }: Section, grid: TimeGrid): StripFacts {
  return { columns, tempo, soundMs: soundMs ?? soundMsOf(columns, tempo, grid) };
}

/** The facts of a request's strip as far as they are known before rendering: an unnamed tempo is measured then. */
export function requestFacts(request: RiffRequest, grid: TimeGrid): StripFacts {
  return factsOf(plannedSection(request, grid), grid);
}

/** How long a riff will sound; a plain clip give or take its tempo. Throws UserError where it cannot be planned. */
export function soundLengthMs(
  request: RiffRequest,
  { clipMs, grid }: Pick<EngineDescription, 'clipMs' | 'grid'>,
): number {
  return isOneClip(request) ? clipMs : requestFacts(request, grid).soundMs;
}

function isOneClip({ lengthSeconds, from }: RiffRequest): boolean {
  return lengthSeconds === undefined && from === undefined;
}

/**
 * U-Net passes per step, 1 for a plain clip, including those of sources that are rendered again. `isKept` tells whether a
 * source's latents are stored, so that it costs nothing.
 */
export function countWindows(
  request: RiffRequest,
  grid: TimeGrid,
  isKept: (source: Source<RiffRequest>) => boolean = () => false,
): number {
  return windowsOf(plannedSection(request, grid), request, grid, isKept);
}

/** Throws UserError if the model cannot do what the request asks. */
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

/** The work of a request as multiples of a plain clip's. */
export interface Cost {
  /** U-Net passes per step. */
  readonly windows: number;
  /** Length of the sound in clips; decoding time grows with it. */
  readonly clips: number;
}

export const ONE_CLIP: Cost = { windows: 1, clips: 1 };

/** The cost of a request. Sources with a job id count as stored. A request that cannot be planned counts as one clip. */
export function costOf(request: RiffRequest, grid: TimeGrid): Cost {
  if (isOneClip(request)) return ONE_CLIP;
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

/** U-Net passes per step for the section and for sources that are rendered again. */
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
