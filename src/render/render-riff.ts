import { levelLoudness } from '../audio/loudness.ts';
import { encodeWav, type WavInfo } from '../audio/wav.ts';
import { cutColumns } from '../diffusion/columns.ts';
import type { DecodeOptions } from '../diffusion/pipeline.ts';
import { throwIfAborted, UserError } from '../errors.ts';
import type { Notice } from '../messages/notices.ts';
import type { RenderOptions, RenderStage } from '../riff/engine.ts';
import type { Recipe } from '../riff/recipe.ts';
import type { RiffRequest } from '../riff/request.ts';
import { countWindows } from '../riff/score.ts';
import { speedOf } from '../riff/strip.ts';
import { type DecodedPicture, decodedToMel, decodedToPicture } from '../spectrogram/picture.ts';
import { encodePng } from '../spectrogram/png.ts';
import { encodePoster, type PosterTexts } from '../spectrogram/poster.ts';
import { stretchColumns } from '../spectrogram/stretch.ts';
import { inSeconds } from '../wording.ts';
import { encodeLatents, rowsOf } from './latents-file.ts';
import { guardLevels } from './level-guard.ts';
import { type PaintedRiff, paintRequest, type SourceFiles } from './paint-request.ts';
import { PROFILES } from './profiles.ts';
import { type Painter, type Renderer, SOFTWARE } from './renderer.ts';

/** The result: files in memory. */
export interface Riff {
  /** Spectrogram, low notes at the bottom, with the recipe in a text chunk. */
  readonly png: Uint8Array;
  /** Mono, 16 bit, with the recipe in the INFO chunk; players repeat a loop. */
  readonly wav: Uint8Array;
  /** A loop played twice; null for other riffs. */
  readonly twiceWav: Uint8Array | null;
  /** A JPEG to look at; null where none was asked for. */
  readonly poster: Uint8Array | null;
  /** What it was decoded from, to go on from; see encodeLatents. */
  readonly latents: Uint8Array;
  readonly recipe: Recipe;
  /** Sentences for the user. */
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
}

const NO_FILES: SourceFiles = {
  latents: async () => null,
  upload: async (name) => {
    throw new UserError(`sound: expected the uploaded file ${name}, found none; upload it again`);
  },
};

/**
 * Request to files: diffusion → spectrogram → audio. The same request on the same model gives the same bytes.
 * Rejects with CancelledError within a step of the signal, with UserError when it cannot go on from the given riff or sound,
 * and with RiffError when a stage fails.
 */
export async function renderRiff(
  renderer: Renderer,
  request: RiffRequest,
  { onProgress, signal, files = NO_FILES, withPoster = false }: RenderRiffOptions,
): Promise<Riff> {
  const { params, reconstructor } = renderer;
  const { seed } = request;
  const { phase: recovery, decoder } = PROFILES[request.profile];
  const startedMs = performance.now();
  const lap = stopwatch();
  const { steps, ...progress } = stepProgress(renderer, request, onProgress);
  const enter = (stage: RenderStage, stepIndex = steps) => {
    throwIfAborted(signal);
    onProgress({ stage, stepIndex, steps });
  };

  enter('text', 0);
  const drawn = await renderer.draw(async (pipeline) => {
    const painted = await paintRequest(request, {
      ...renderer,
      hasEncoder: renderer.model.hasEncoder,
      pipeline,
      signal,
      files,
      onPart: progress.onPart(),
    });
    enter('decode');
    const begin = performance.now();
    const decoded = await decodePainted(painted, renderer, pipeline, {
      decoder,
      onTile: () => enter('decode'),
      signal,
    });
    return { ...painted, ...decoded, decodeMs: performance.now() - begin };
  });

  enter('audio');
  lap();
  const isRing = drawn.section.ringColumns !== null;
  const waveform = await reconstructor.waveform(decodedToMel(drawn, params), drawn.width, {
    ...recovery,
    seed,
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
  const picture = decodedToPicture(drawn);
  const soundMs = drawn.width * params.hopMs;
  const png = await encodePng(picture, params, text);
  const poster = withPoster ? await encodePoster(picture, params, posterTexts(recipe, soundMs)) : null;
  const wav = encodeWav([levelled], params.sampleRate, info);
  const twiceWav = isRing ? encodeTwice(levelled, params.sampleRate, info) : null;
  const latents = encodeLatents(drawn, renderer.model);
  const timings = { ...drawn.timings, decode: drawn.decodeMs, phase, loudness, files: lap() };
  const durationMs = { sound: soundMs, render: performance.now() - startedMs };
  const bytes = { png, wav, twiceWav, poster, latents };
  return { ...bytes, recipe, warnings: drawn.warnings, durationMs, timings };
}

/** Latents to the picture of what is heard: decoded, levelled at joints, stretched to its tempo and cut to its length. */
async function decodePainted(
  { section, latents }: PaintedRiff,
  { params, model, grid, columnPixels }: Renderer,
  pipeline: Painter,
  options: Omit<DecodeOptions, 'isRing'>,
): Promise<DecodedPicture> {
  const { columns, ringColumns, tempo, soundMs } = section;
  const isRing = ringColumns !== null;
  const strip = { values: latents, width: latents.length / rowsOf(model.latentShape) };
  const heard = isRing ? cutColumns(strip, 0, Math.min(ringColumns, columns)) : strip;
  const { picture, ...size } = await pipeline.decode(heard.values, { isRing, ...options });
  const { columnMs } = grid;
  const { imagePower } = params;
  const whole = guardLevels({ planes: picture, ...size }, section, { columnMs, columnPixels, imagePower });
  const width = soundMs === null ? whole.width : Math.max(1, Math.round(soundMs / params.hopMs));
  const speed = isRing ? whole.width / width : speedOf(tempo);
  return speed === 1 && width === whole.width ? whole : stretchColumns(whole, { width, speed, isRing });
}

/**
 * Steps of a request as its user counts them, for each window of a clip's width: 20 for a plain riff of 20 steps. What
 * it goes on from counts for as long as it is not known whether its latents are kept.
 */
function stepProgress({ grid }: Renderer, request: RiffRequest, onProgress: RenderOptions['onProgress']) {
  const total = Math.max(1, countWindows(request, grid));
  const steps = Math.round(total * request.steps);
  return {
    steps,
    onPart(): Parameters<typeof paintRequest>[1]['onPart'] {
      let before = 0;
      return ({ windows, strength }, finished) => {
        const windowsDone = before + finished * windows.length * strength;
        if (finished === 1) before = windowsDone;
        const stepIndex = Math.min(steps, Math.floor((windowsDone / total) * steps + 1e-6));
        onProgress({ stage: 'denoise', stepIndex, steps });
      };
    },
  };
}

function encodeTwice(waveform: Float32Array, sampleRate: number, { isLoop: _, ...info }: WavInfo): Buffer {
  const twice = new Float32Array(2 * waveform.length);
  twice.set(waveform);
  twice.set(waveform, waveform.length);
  return encodeWav([twice], sampleRate, info);
}

/** Holds no date, because it is part of files that must be reproducible. */
function recipeOf(request: RiffRequest, { model }: Renderer): Recipe {
  const { name, version, device } = model;
  return { ...request, model: name, modelVersion: version, device, generator: SOFTWARE };
}

function posterTexts({ prompt, model, modelVersion, seed, bpm }: Recipe, soundMs: number): PosterTexts {
  const facts = [`${model} ${modelVersion}`, `seed ${seed}`, bpm && `${bpm} bpm`, inSeconds(soundMs)];
  return { title: prompt, caption: facts.filter(Boolean).join(' · ') };
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
