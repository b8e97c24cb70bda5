import { levelLoudness } from '../audio/loudness.ts';
import { encodeWav } from '../audio/wav.ts';
import { CancelledError } from '../errors.ts';
import type { Recipe, RenderOptions, RenderStage } from '../riff/engine.ts';
import type { RiffRequest } from '../riff/request.ts';
import { decodedToMel, decodedToPicture } from '../spectrogram/picture.ts';
import { encodePng } from '../spectrogram/png.ts';
import { forecastOf, PROFILES } from './profiles.ts';
import { type Renderer, SOFTWARE } from './renderer.ts';

/** The result: two files in memory. */
export interface Riff {
  /** Spectrogram, low notes at the bottom, with the recipe in a text chunk. */
  readonly png: Uint8Array;
  /** Mono, 16 bit, with the recipe in the INFO chunk. */
  readonly wav: Uint8Array;
  readonly recipe: Recipe;
  /** Sentences for the user. */
  readonly warnings: readonly string[];
  readonly durationMs: { readonly sound: number; readonly render: number };
  /** Milliseconds: text, denoise, decode, phase, loudness, files. */
  readonly timings: Readonly<Record<string, number>>;
}

/**
 * Text to files: diffusion → spectrogram → audio. The same request on the same model gives the same bytes.
 * Rejects with CancelledError within a step of the signal, and with RiffError where a stage fails.
 */
export async function renderRiff(
  renderer: Renderer,
  request: RiffRequest,
  { onProgress, signal }: RenderOptions,
): Promise<Riff> {
  const { params, reconstructor } = renderer;
  const { seed, steps } = request;
  const { phase: recovery } = PROFILES[request.profile];
  const startedMs = performance.now();
  const lap = stopwatch();
  const enter = (stage: RenderStage, stepIndex = steps) => {
    if (signal.aborted) throw new CancelledError();
    onProgress({ stage, stepIndex, steps });
  };

  enter('text', 0);
  const onStep = (step: { readonly stepIndex: number; readonly steps: number }) => {
    // PNDM calls the U-Net once more than it was asked to; the user asked for `steps`.
    onProgress({ stage: 'denoise', stepIndex: Math.floor((step.stepIndex * steps) / step.steps), steps });
    if (step.stepIndex === step.steps) enter('decode');
  };
  const drawn = await renderer.draw(request, { signal, onStep, forecast: forecastOf(request) });

  enter('audio');
  const decoded = { planes: drawn.picture, width: drawn.width, height: drawn.height };
  lap();
  const melMagnitudes = decodedToMel(decoded, params);
  const waveform = await reconstructor.waveform(melMagnitudes, drawn.width, {
    ...recovery,
    seed,
    signal,
    // 'classic' takes longer than the watchdog allows without a heartbeat.
    onProgress: () => onProgress({ stage: 'audio', stepIndex: steps, steps }),
  });
  const phase = lap();
  const levelled = levelLoudness([waveform], params.sampleRate);
  const loudness = lap();

  enter('files');
  const recipe = recipeOf(request, renderer);
  const text = JSON.stringify(recipe);
  const info = { title: request.prompt, software: SOFTWARE, recipe: text };
  const png = await encodePng(decodedToPicture(decoded), params, text);
  const wav = encodeWav(levelled.channels, params.sampleRate, info);
  const timings = { ...drawn.timings, phase, loudness, files: lap() };
  const durationMs = { sound: renderer.clipMs, render: performance.now() - startedMs };
  return { png, wav, recipe, warnings: drawn.warnings, durationMs, timings };
}

/** Holds no date: it is part of files that must be reproducible. */
function recipeOf(request: RiffRequest, { model }: Renderer): Recipe {
  const { name, version, device } = model;
  return { ...request, model: name, modelVersion: version, device, generator: SOFTWARE };
}

/** Each call returns the milliseconds since the one before. */
function stopwatch(): () => number {
  let lastMs = performance.now();
  return () => {
    const tookMs = performance.now() - lastMs;
    lastMs += tookMs;
    return tookMs;
  };
}
