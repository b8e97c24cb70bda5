import { UserError } from '../errors.ts';
import type { EngineDescription } from './engine.ts';
import { type Source, sourcesOf } from './origin.ts';
import { planExtension, planMorph, planNew, planRemix } from './plans.ts';
import type { RiffRequest } from './request.ts';
import { type Section, type StripFacts, soundMsOf } from './strip.ts';
import type { TimeGrid } from './tempo.ts';

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
  return factsOf(planSection(request, grid, sourceFacts(request, grid)), grid);
}

/**
 * What a render costs beside its steps: passes of the U-Net in a step, 1 for a plain clip. A source whose latents are
 * kept costs nothing more; `isKept` says so.
 */
export function countWindows(
  request: RiffRequest,
  grid: TimeGrid,
  isKept: (source: Source) => boolean = () => false,
): number {
  const { windows, strength } = planSection(request, grid, sourceFacts(request, grid));
  const before = sourcesOf(request).map((source) =>
    'riff' in source && !isKept(source) ? countWindows(source.riff, grid, isKept) : 0,
  );
  return before.reduce((total, count) => total + count, windows.length * strength);
}

/** Throws UserError where the model cannot do what is asked. */
export function checkAbilities(
  request: RiffRequest,
  { takesLatents, takesSounds, grid }: Pick<EngineDescription, 'takesLatents' | 'takesSounds' | 'grid'>,
): void {
  if (request.from && !takesLatents) throw new UserError('This model cannot go on from another riff.');
  if (sourcesOf(request).some((source) => !('riff' in source)) && !takesSounds) {
    throw new UserError('This model cannot go on from a sound.');
  }
  if (request.bpm !== undefined && grid.tempi.length === 0) {
    throw new UserError('bpm: this model keeps no tempo; leave it out');
  }
}

/** What a request costs, in plain clips. */
export interface Cost {
  /** Passes of the U-Net in a step. */
  readonly windows: number;
  /** Of sound: decoding takes as long as they last. */
  readonly clips: number;
}

const ONE_CLIP: Cost = { windows: 1, clips: 1 };

/** Latents that are kept under a job cost nothing. A request that this model cannot paint counts as one clip. */
export function costOf(request: RiffRequest, grid: TimeGrid): Cost {
  if (request.lengthSeconds === undefined && !request.from) return ONE_CLIP;
  try {
    const windows = countWindows(request, grid, (source) => 'jobId' in source);
    return { windows, clips: requestFacts(request, grid).soundMs / (grid.clipColumns * grid.columnMs) };
  } catch (error) {
    if (error instanceof UserError) return ONE_CLIP;
    throw error;
  }
}

function sourceFacts(request: RiffRequest, grid: TimeGrid): readonly StripFacts[] {
  const { clipColumns, columnMs } = grid;
  return sourcesOf(request).map((source) => {
    if ('riff' in source) return requestFacts(source.riff, grid);
    return { columns: clipColumns, tempo: null, soundMs: clipColumns * columnMs };
  });
}
