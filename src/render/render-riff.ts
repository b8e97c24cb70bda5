import { levelLoudness } from '../audio/loudness.ts';
import { encodeWav, type WavInfo } from '../audio/wav.ts';
import { throwIfAborted, UserError } from '../errors.ts';
import type { Notice } from '../messages/notices.ts';
import { english } from '../messages/wording.ts';
import type { RenderOptions, RenderStage } from '../riff/engine.ts';
import type { Recipe } from '../riff/recipe.ts';
import type { RiffRequest } from '../riff/request.ts';
import { type DecodedPicture, decodedToMel, decodedToPicture, type Picture } from '../spectrogram/picture.ts';
import { encodePng } from '../spectrogram/png.ts';
import { encodePoster, type PosterTexts } from '../spectrogram/poster.ts';
import { decodePainted } from './decode-painted.ts';
import { encodeLatents } from './latents-file.ts';
import { type PaintedRiff, paintRequest, type SourceFiles } from './paint-request.ts';
import { previewOnce } from './preview.ts';
import { PROFILES } from './profiles.ts';
import { type Renderer, SOFTWARE } from './renderer.ts';
import { type StepProgress, stepProgress } from './step-progress.ts';

/** The result: files in memory. */
export interface Riff {
  /** Spectrogram, low notes at the bottom, with the recipe in a text chunk. */
  readonly png: Uint8Array;
  /** Mono, 16 bit, with the recipe in the INFO chunk; a loop is marked for repetition. */
  readonly wav: Uint8Array;
  /** A loop played twice; null for other riffs. */
  readonly twiceWav: Uint8Array | null;
  /** A JPEG to look at; null if none was asked for. */
  readonly poster: Uint8Array | null;
  /** The latents that other riffs can go on from; see encodeLatents. */
  readonly latents: Uint8Array;
  readonly recipe: Recipe;
  readonly warnings: readonly Notice[];
  readonly durationMs: { readonly sound: number; readonly render: number };
  /** Milliseconds: text, denoise, decode, phase, loudness, files. */
  readonly timings: Readonly<Record<string, number>>;
}

export interface RenderRiffOptions extends RenderOptions {
  /** Reads kept latents and uploaded sounds; by default there are none, and earlier riffs are rendered again. */
  readonly files?: SourceFiles;
  /** Draws the poster as well. */
  readonly withPoster?: boolean;
  /** A render that is expected to take longer has a preview; 15 s by default. */
  readonly previewAboveMs?: number;
}

const PREVIEW_ABOVE_MS = 15_000;

const NO_FILES: SourceFiles = {
  latents: async () => null,
  upload: async (name) => {
    throw new UserError(`sound: expected the uploaded file ${name}, found none; upload it again`);
  },
};

/**
 * Request to files: diffusion → spectrogram → audio. The same request on the same model gives the same bytes.
 * Rejects with CancelledError within a step of the signal, with UserError if it cannot go on from the given riff or sound,
 * and with RiffError if a stage fails.
 */
export async function renderRiff(
  renderer: Renderer,
  request: RiffRequest,
  options: RenderRiffOptions,
): Promise<Riff> {
  const { params, reconstructor, grid, model } = renderer;
  const { onProgress, signal, withPoster = false } = options;
  const startedMs = performance.now();
  const progress = stepProgress(grid, request, onProgress);
  const { steps } = progress;
  const enter = (stage: RenderStage, stepIndex = steps) => {
    throwIfAborted(signal);
    onProgress({ stage, stepIndex, steps });
  };

  enter('text', 0);
  const { picture, melMagnitudes, ...drawn } = await drawPicture(renderer, request, {
    ...options,
    progress,
    enter,
  });

  enter('audio');
  const lap = stopwatch();
  const isRing = drawn.section.ringColumns !== null;
  const waveform = await reconstructor.waveform(melMagnitudes, picture.width, {
    ...PROFILES[request.profile].phase,
    seed: request.seed,
    signal,
    isRing,
    // 'classic' takes longer than the watchdog allows without a heartbeat.
    onProgress: () => onProgress({ stage: 'audio', stepIndex: steps, steps }),
  });
  const phase = lap();
  const [levelled = waveform] = levelLoudness([waveform], params.sampleRate).channels;
  const loudness = lap();

  enter('files');
  const recipe = recipeOf(drawn.recorded, renderer);
  const text = JSON.stringify(recipe);
  const info = { title: request.prompt, software: SOFTWARE, recipe: text, isLoop: isRing };
  const png = await encodePng(picture, params, text);
  const poster = withPoster ? await posterOf(picture, request, renderer) : null;
  const wav = encodeWav([levelled], params.sampleRate, info);
  const twiceWav = isRing ? encodeTwice(levelled, params.sampleRate, info) : null;
  const latents = encodeLatents(drawn, model);
  const timings = { ...drawn.timings, phase, loudness, files: lap() };
  const durationMs = { sound: picture.width * params.hopMs, render: performance.now() - startedMs };
  const bytes = { png, wav, twiceWav, poster, latents };
  return { ...bytes, recipe, warnings: drawn.warnings, durationMs, timings };
}

interface DrawOptions extends RenderRiffOptions {
  readonly progress: StepProgress;
  readonly enter: (stage: RenderStage) => void;
}

/** A function of its own so that the decoder's planes, 37 MB for a minute, are freed before phase recovery. */
async function drawPicture(
  renderer: Renderer,
  request: RiffRequest,
  { progress, enter, signal, onPreview, files = NO_FILES, previewAboveMs = PREVIEW_ABOVE_MS }: DrawOptions,
): Promise<PaintedRiff & { readonly picture: Picture; readonly melMagnitudes: Float32Array }> {
  const { params, model } = renderer;
  const { decoder } = PROFILES[request.profile];
  const { planes, width, height, ...drawn } = await renderer.draw(async (pipeline) => {
    const painted = await paintRequest(request, {
      ...renderer,
      hasEncoder: model.hasEncoder,
      pipeline,
      signal,
      files,
      onPart: progress.onPart(),
      preview: previewOnce(renderer, {
        ...(onPreview && { onPreview }),
        signal,
        encode: (decoded) => posterOf(decodedToPicture(decoded), request, renderer),
        aboveMs: previewAboveMs,
        onTile: progress.repeat,
      }),
    });
    enter('decode');
    const begin = performance.now();
    const onTile = () => enter('decode');
    const decoded = await decodePainted(painted, renderer, pipeline, { decoder, onTile, signal });
    const timings = { ...painted.timings, decode: performance.now() - begin };
    return { ...painted, ...decoded, timings };
  });
  const decoded: DecodedPicture = { planes, width, height };
  return { ...drawn, picture: decodedToPicture(decoded), melMagnitudes: decodedToMel(decoded, params) };
}

function posterOf(picture: Picture, request: RiffRequest, renderer: Renderer): Promise<Buffer> {
  const { params } = renderer;
  return encodePoster(
    picture,
    params,
    posterTexts(recipeOf(request, renderer), picture.width * params.hopMs),
  );
}

function encodeTwice(waveform: Float32Array, sampleRate: number, { isLoop: _, ...info }: WavInfo): Buffer {
  const twice = new Float32Array(2 * waveform.length);
  twice.set(waveform);
  twice.set(waveform, waveform.length);
  return encodeWav([twice], sampleRate, info);
}

/** Contains no date, because files must be reproducible. */
function recipeOf(request: RiffRequest, { model }: Renderer): Recipe {
  const { name, version, device } = model;
  return { ...request, model: name, modelVersion: version, device, generator: SOFTWARE };
}

function posterTexts({ prompt, model, modelVersion, seed, bpm }: Recipe, soundMs: number): PosterTexts {
  const facts = [`${model} ${modelVersion}`, `seed ${seed}`, bpm && `${bpm} bpm`, english.seconds(soundMs)];
  return { title: prompt, caption: facts.filter(Boolean).join(' · ') };
}

/** Each call returns the milliseconds since the previous one. */
function stopwatch(): () => number {
  let lastMs = performance.now();
  return () => {
    const tookMs = performance.now() - lastMs;
    lastMs += tookMs;
    return tookMs;
  };
}
