import { median } from '../../src/cli/bench/percentile.ts';
import type { ForecastPlan } from '../../src/diffusion/forecast.ts';
import type { PictureRequest } from '../../src/diffusion/generation.ts';
import type { RiffDefaults } from '../../src/riff/request.ts';
import { type ClipPipeline, generate } from '../../test/diffusion/generate.ts';
import type { AccelerationCase } from './cases.ts';

/** A case against the exact run of the same prompts and seeds. */
export interface AccelerationFigures {
  readonly name: string;
  /** Norm of the difference of the last latents by the norm of the exact ones, mean over the prompts. */
  readonly latentsError: number;
  /** Of the pictures, mean over the prompts. */
  readonly psnrDb: number;
  /** Denoising time by that of the exact run, median over the prompts. */
  readonly timeRatio: number;
}

/** Another model that draws the same latents, such as the same weights in another form. */
export interface OtherModel {
  readonly name: string;
  readonly pipeline: ClipPipeline;
}

export interface DrawnCase {
  readonly name: string;
  readonly index: number;
  readonly request: PictureRequest;
  /** [3, height, width] in [0, 1]. */
  readonly picture: Float32Array;
}

export interface MeasureOptions {
  readonly prompts: readonly string[];
  readonly defaults: RiffDefaults;
  readonly cases: readonly AccelerationCase[];
  /** Draws exactly, as one more case. */
  readonly other?: OtherModel;
  readonly signal: AbortSignal;
  /** Every picture of every case, the exact ones under the name "exact". */
  readonly onPicture?: (drawn: DrawnCase) => Promise<void>;
  /** After every prompt, with the figures so far. */
  readonly onPrompt?: (figures: readonly AccelerationFigures[], prompts: number) => Promise<void>;
}

interface Drawn {
  readonly picture: Float32Array;
  readonly latents: Float32Array;
  readonly denoiseMs: number;
}

/** Draws every prompt exactly and in every case, with the prompt's place in the list as the seed. */
export async function measureAccelerations(
  pipeline: ClipPipeline,
  options: MeasureOptions,
): Promise<readonly AccelerationFigures[]> {
  const { prompts, defaults, signal, onPicture, onPrompt } = options;
  const drawExactly = drawerOf(pipeline, signal);
  const ways = waysOf(pipeline, options);
  const requestOf = (index: number): PictureRequest => ({
    ...defaults,
    prompt: prompts[index] ?? '',
    negativePrompt: '',
    seed: index,
  });
  // What is compiled on first use is not what is measured.
  for (const { draw, forecast } of ways) await draw({ ...requestOf(0), steps: 2 }, forecast);

  const comparisons = new Map<string, Comparison[]>(ways.map(({ name }) => [name, []]));
  const figures = () => [...comparisons].map(([name, all]) => ({ name, ...summary(all) }));
  for (const index of prompts.keys()) {
    const exact = await drawExactly(requestOf(index));
    await onPicture?.({ name: 'exact', index, request: requestOf(index), picture: exact.picture });
    for (const { name, draw, changes, forecast } of ways) {
      const request = { ...requestOf(index), ...changes };
      const drawn = await draw(request, forecast);
      await onPicture?.({ name, index, request, picture: drawn.picture });
      comparisons.get(name)?.push(compare(exact, drawn));
    }
    await onPrompt?.(figures(), index + 1);
  }
  return figures();
}

interface Way {
  readonly name: string;
  readonly draw: Draw;
  readonly changes?: Partial<RiffDefaults>;
  readonly forecast?: ForecastPlan | null;
}

function waysOf(pipeline: ClipPipeline, { cases, defaults, other, signal }: MeasureOptions): readonly Way[] {
  const draw = drawerOf(pipeline, signal);
  const ways = cases.map(({ name, request, forecast = null }) => ({
    name,
    draw,
    forecast,
    changes: request?.(defaults) ?? {},
  }));
  return other ? [...ways, { name: other.name, draw: drawerOf(other.pipeline, signal) }] : ways;
}

type Draw = (request: PictureRequest, forecast?: ForecastPlan | null) => Promise<Drawn>;

function drawerOf(pipeline: ClipPipeline, signal: AbortSignal): Draw {
  return async (request, forecast = null) => {
    const { planes, latents, timings } = await generate(pipeline, request, { signal, forecast });
    return { picture: planes, latents, denoiseMs: timings.denoise };
  };
}

type Comparison = Omit<AccelerationFigures, 'name'>;

function compare(exact: Drawn, drawn: Drawn): Comparison {
  const meanSquare = squaredDistance(exact.picture, drawn.picture) / exact.picture.length;
  const norm = squaredDistance(exact.latents, new Float32Array(exact.latents.length));
  return {
    latentsError: Math.sqrt(squaredDistance(exact.latents, drawn.latents) / norm),
    psnrDb: -10 * Math.log10(meanSquare),
    timeRatio: drawn.denoiseMs / exact.denoiseMs,
  };
}

function summary(comparisons: readonly Comparison[]): Comparison {
  return {
    latentsError: mean(comparisons.map(({ latentsError }) => latentsError)),
    psnrDb: mean(comparisons.map(({ psnrDb }) => psnrDb)),
    timeRatio: median(comparisons.map(({ timeRatio }) => timeRatio)),
  };
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
