import type { EngineDescription, RenderProgress, RiffFiles } from '../riff/engine.ts';
import type { ProfileName, RiffRequest } from '../riff/request.ts';
import { type Cost, costOf, ONE_CLIP } from '../riff/score.ts';
import type { TimeGrid } from '../riff/tempo.ts';

/** The measured speed of the machine, for one clip or for a request. */
export interface Pace {
  /** One diffusion step with guidance, all windows. */
  readonly msPerStep: number;
  /** The part of a render that does not depend on the number of steps. */
  readonly msFixed: number;
}

type PacedRequest = Pick<RiffRequest, 'steps' | 'guidanceScale' | 'profile'>;

/** Without guidance the network runs once per step instead of twice. */
const UNGUIDED_COST = 0.5;
/** Weight of the newest render: a change of speed is learnt within three or four renders. */
const NEWEST_WEIGHT = 0.4;

/**
 * The pace by profile, because one profile's fixed part is many times another's. A profile that was
 * not rendered yet is assumed to be as fast as the engine's warm-up.
 */
export class Paces {
  readonly #byProfile = new Map<ProfileName, Pace>();
  #warmUp: Pace | null = null;
  #grid: TimeGrid | null = null;
  /** Of the requests in the queue: a long piece has to be planned to be counted. */
  #costs = new WeakMap<RiffRequest, Cost>();

  /** The pace of the engine's own warm-up. */
  assume({ msPerStep, msFixed, grid }: Pick<EngineDescription, 'msPerStep' | 'msFixed' | 'grid'>): void {
    this.#warmUp = { msPerStep, msFixed };
    this.#grid = grid;
    this.#costs = new WeakMap();
  }

  learn(request: RiffRequest, files: Measured): void {
    const known = this.#byProfile.get(request.profile) ?? null;
    this.#byProfile.set(request.profile, learnPace(known, request, files, this.costOf(request)));
  }

  /** For this request, whose windows and length it counts. Null: nothing was measured yet. */
  of(request: RiffRequest): Pace | null {
    const [another = null] = this.#byProfile.values();
    const pace = this.#byProfile.get(request.profile) ?? this.#warmUp ?? another;
    const { windows, clips } = this.costOf(request);
    return pace && { msPerStep: pace.msPerStep * windows, msFixed: pace.msFixed * clips };
  }

  /** One clip while no model is known. */
  costOf(request: RiffRequest): Cost {
    if (this.#grid === null) return ONE_CLIP;
    const known = this.#costs.get(request);
    if (known) return known;
    const cost = costOf(request, this.#grid);
    this.#costs.set(request, cost);
    return cost;
  }
}

/** The timings of a finished render, on a monotonic clock, so that a changed date does not matter. */
type Measured = Pick<RiffFiles, 'durationMs' | 'timings'>;

/** The pace of one clip, as an exponentially weighted mean; the first measurement counts whole. */
export function learnPace(
  known: Pace | null,
  request: PacedRequest,
  { durationMs, timings }: Measured,
  { windows, clips }: Cost = ONE_CLIP,
): Pace {
  const denoiseMs = Math.min(timings.denoise ?? 0, durationMs.render);
  const msFixed = (durationMs.render - denoiseMs) / clips;
  // A render without windows did not denoise, so it measures nothing of it.
  const msPerStep =
    windows > 0 ? denoiseMs / (request.steps * costPerStep(request) * windows) : known?.msPerStep;
  if (msPerStep === undefined) return { msPerStep: 0, msFixed };
  const newest: Pace = { msPerStep, msFixed };
  if (known === null) return newest;
  return {
    msPerStep: mix(known.msPerStep, newest.msPerStep),
    msFixed: mix(known.msFixed, newest.msFixed),
  };
}

export function renderTimeMs(pace: Pace, request: PacedRequest): number {
  return pace.msFixed + stepsTimeMs(pace, request, request.steps);
}

/** The remaining time of a running render: by the elapsed time, but never less than its open steps take. */
export function remainingMs(
  pace: Pace,
  request: PacedRequest,
  progress: RenderProgress,
  elapsedMs: number,
): number {
  // A piece counts the steps of all its windows, so the part that is open tells more than the number.
  const open = progress.steps > 0 ? 1 - progress.stepIndex / progress.steps : 1;
  const openSteps = stepsTimeMs(pace, request, request.steps * open);
  return Math.max(renderTimeMs(pace, request) - Math.max(elapsedMs, 0), openSteps);
}

/**
 * When each waiting render is expected to have started and to be finished, in ms from now. Every slot takes the next
 * in `waitingMs` (render times in order of turns) when it gets free.
 */
export function forecast(
  waitingMs: readonly number[],
  runningMs: readonly number[],
  slots: number,
): readonly { readonly startMs: number; readonly endMs: number }[] {
  const freeAt = [...runningMs, ...Array<number>(Math.max(slots - runningMs.length, 0)).fill(0)];
  return waitingMs.map((renderMs) => {
    const startMs = Math.min(...freeAt);
    freeAt[freeAt.indexOf(startMs)] = startMs + renderMs;
    return { startMs, endMs: startMs + renderMs };
  });
}

function stepsTimeMs(pace: Pace, request: PacedRequest, steps: number): number {
  return pace.msPerStep * costPerStep(request) * steps;
}

function costPerStep(request: PacedRequest): number {
  return request.guidanceScale > 1 ? 1 : UNGUIDED_COST;
}

function mix(known: number, newest: number): number {
  return known + NEWEST_WEIGHT * (newest - known);
}
