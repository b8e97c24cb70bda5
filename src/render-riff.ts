import { levelLoudness } from './audio/loudness.ts';
import { encodeWav } from './audio/wav.ts';
import type { Recipe, RenderOptions, RenderStage } from './engine/engine.ts';
import { CancelledError } from './errors.ts';
import { type Renderer, SOFTWARE } from './renderer.ts';
import type { RiffRequest } from './riff-request.ts';
import { decodedToMel, decodedToPicture } from './spectrogram/picture.ts';
import { encodePng } from './spectrogram/png.ts';

/** What came out: two files, complete in memory. */
export interface Riff {
  /** Spectrogram, low notes at the bottom, with the recipe in a text chunk. */
  readonly png: Uint8Array;
  /** Mono, 16 bit, with the recipe in the INFO chunk. */
  readonly wav: Uint8Array;
  readonly recipe: Recipe;
  /** Sentences for the person. */
  readonly warnings: readonly string[];
  readonly durationMs: { readonly sound: number; readonly render: number };
  /** Milliseconds: text, denoise, decode, phase, loudness, files. */
  readonly timings: Readonly<Record<string, number>>;
}

/**
 * The whole way: diffusion → spectrogram → audio. The same request on the same model gives the same bytes.
 * Rejects with CancelledError within a step of the signal, and with RiffError where a stage fails.
 */
export async function renderRiff(
  renderer: Renderer,
  request: RiffRequest,
  { onProgress, signal }: RenderOptions,
): Promise<Riff> {
  const startedMs = performance.now();
  const { params, reconstructor } = renderer;
  const enter = (stage: RenderStage, stepIndex: number) => {
    if (signal.aborted) throw new CancelledError();
    onProgress({ stage, stepIndex, steps: request.steps });
  };

  enter('text', 0);
  const drawn = await renderer.draw(request, {
    signal,
    onStep: ({ stepIndex, steps }) => {
      onProgress({ stage: 'denoise', stepIndex, steps });
      if (stepIndex === steps) enter('decode', request.steps);
    },
  });

  enter('audio', request.steps);
  const decoded = { planes: drawn.picture, width: drawn.width, height: drawn.height };
  const melMagnitudes = decodedToMel(decoded, params);
  const drawnMs = performance.now();
  const { seed } = request;
  const waveform = await reconstructor.waveform(melMagnitudes, drawn.width, { method: 'pghi', seed, signal });
  const phasedMs = performance.now();
  const levelled = levelLoudness(waveform, params.sampleRate);
  const levelledMs = performance.now();

  enter('files', request.steps);
  const recipe = recipeOf(request, renderer);
  const recipeText = JSON.stringify(recipe);
  const png = await encodePng(decodedToPicture(decoded), recipeText);
  const info = { title: request.prompt, software: SOFTWARE, recipe: recipeText };
  const wav = encodeWav(levelled.waveform, params.sampleRate, info);
  const finishedMs = performance.now();

  return {
    png,
    wav,
    recipe,
    warnings: drawn.warnings,
    durationMs: { sound: renderer.clipMs, render: finishedMs - startedMs },
    timings: {
      ...drawn.timings,
      phase: phasedMs - drawnMs,
      loudness: levelledMs - phasedMs,
      files: finishedMs - levelledMs,
    },
  };
}

/** Nothing in it depends on the hour: it stands in files that have to come out the same again. */
function recipeOf(request: RiffRequest, { model }: Renderer): Recipe {
  const { name, version, device } = model;
  return { ...request, model: name, modelVersion: version, device, generator: SOFTWARE };
}
