import { fastFftSize } from '../../../audio/pffft.ts';
import { renderRiff } from '../../../render/render-riff.ts';
import type { Renderer } from '../../../render/renderer.ts';
import { parseRiffRequest } from '../../../riff/request.ts';
import { createMelInverse } from '../../../spectrogram/mel-inverse.ts';
import { pictureToMel } from '../../../spectrogram/picture.ts';
import { readPictureFile } from '../../../spectrogram/picture-file.ts';
import { median } from '../median.ts';
import type { TimedRuntime } from './timed-runtime.ts';

const PROMPT = 'jazz with piano and drums';
const MEL_INVERSE_RUNS = 5;

/**
 * Milliseconds by stage; `unetStep` is denoise by the number of steps and `hostPerStep` what of it is not inference;
 * `melInverse` is a part of phase.
 */
export interface StageTimes {
  readonly text: number;
  readonly unetStep: number;
  readonly hostPerStep: number;
  readonly denoise: number;
  readonly decode: number;
  readonly melInverse: number;
  readonly phase: number;
  readonly loudness: number;
  readonly files: number;
  readonly total: number;
}

export interface Renders {
  /** The first render after loading. */
  readonly cold: StageTimes;
  /** The median of the others, stage by stage. */
  readonly warm: StageTimes;
  readonly picture: Uint8Array;
  readonly soundMs: number;
}

export async function measureRenders(
  renderer: Renderer,
  timed: Pick<TimedRuntime, 'takeMs'>,
  { steps, runs, signal }: { readonly steps: number; readonly runs: number; readonly signal: AbortSignal },
): Promise<Renders> {
  const times: StageTimes[] = [];
  let picture: Uint8Array = new Uint8Array();
  for (let run = 0; run <= runs; run++) {
    // A text that was seen before is remembered; each run has its own.
    const request = parseRiffRequest({ prompt: `${PROMPT} ${run}`, steps }, renderer.model.defaults, run);
    timed.takeMs('unet');
    const riff = await renderRiff(renderer, request, { onProgress: () => {}, signal });
    const unetMs = timed.takeMs('unet');
    const melInverse = await timeMelInverse(renderer, riff.png);
    times.push(stageTimes(riff.timings, riff.durationMs.render, steps, { melInverse, unetMs }));
    picture = riff.png;
  }
  const [cold, ...warm] = times as [StageTimes, ...StageTimes[]];
  return { cold, warm: medians(warm), picture, soundMs: renderer.clipMs };
}

function stageTimes(
  timings: Readonly<Record<string, number>>,
  total: number,
  steps: number,
  { melInverse, unetMs }: { readonly melInverse: number; readonly unetMs: number },
): StageTimes {
  const of = (stage: string) => timings[stage] ?? 0;
  return {
    text: of('text'),
    unetStep: of('denoise') / steps,
    hostPerStep: (of('denoise') - unetMs) / steps,
    denoise: of('denoise'),
    decode: of('decode'),
    melInverse,
    phase: of('phase'),
    loudness: of('loudness'),
    files: of('files'),
    total,
  };
}

/** The least-squares inverse of every column, as the phase stage begins. */
async function timeMelInverse({ params }: Renderer, png: Uint8Array): Promise<number> {
  const [picture] = (await readPictureFile(png)).channels;
  const melMagnitudes = pictureToMel(picture, params);
  const inverse = createMelInverse(params, fastFftSize(params.winLength));
  const linear = new Float32Array(inverse.bins);
  const tookMs = Array.from({ length: MEL_INVERSE_RUNS }, () => {
    const startedMs = performance.now();
    for (let frame = 0; frame < picture.width; frame++) {
      linear.fill(0);
      inverse.approach(linear, column(melMagnitudes, frame, picture.width));
    }
    return performance.now() - startedMs;
  });
  return median(tookMs);
}

function column(melMagnitudes: Float32Array, frame: number, frames: number): Float32Array {
  const nMels = melMagnitudes.length / frames;
  return Float32Array.from({ length: nMels }, (_, band) => melMagnitudes[band * frames + frame]!);
}

function medians(times: readonly StageTimes[]): StageTimes {
  const of = (stage: keyof StageTimes) => median(times.map((time) => time[stage]));
  return {
    text: of('text'),
    unetStep: of('unetStep'),
    hostPerStep: of('hostPerStep'),
    denoise: of('denoise'),
    decode: of('decode'),
    melInverse: of('melInverse'),
    phase: of('phase'),
    loudness: of('loudness'),
    files: of('files'),
    total: of('total'),
  };
}
