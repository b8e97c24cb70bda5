import { throwIfAborted } from '../errors.ts';
import type { Notice } from '../messages/notices.ts';
import type { RiffRequest, SchedulerName } from '../riff/request.ts';
import type { Section } from '../riff/strip.ts';
import type { DecodedPicture } from '../spectrogram/picture.ts';
import { createForecaster, type ForecastPlan, isForecastStep, lambdaOf } from './forecast.ts';
import { guide, type Predict } from './guidance.ts';
import type { GuidanceBatch } from './guidance-choice.ts';
import type { ModelFolder } from './model-folder/model-folder.ts';
import type { FewSteps } from './model-folder/unet-parts.ts';
import { createScheduler } from './schedulers/create-scheduler.ts';
import { predictedOriginalSample } from './schedulers/multistep-sigmas.ts';
import { addNoise, type NoiseLevel, type Scheduler } from './schedulers/scheduler.ts';
import { isConsistencySampling } from './schedulers/scheduler-classes.ts';
import { type SchedulerConfig, schedulerWarnings } from './schedulers/scheduler-config.ts';
import { fillNoise } from './slerp.ts';
import type { TextEncoder } from './text-encoder.ts';
import type { Unet, UnetSlot } from './unet.ts';
import type { LatentSize, VaeDecoder } from './vae.ts';
import { type DecodeOptions, decodeStrip } from './vae-strips.ts';
import { type EncodedWindow, encodeWindows } from './window-texts.ts';
import { predictStrip } from './windows.ts';

/** A loaded model, bound to one picture size. */
export interface Parts {
  readonly folder: ModelFolder;
  /** Of the latents. */
  readonly size: LatentSize;
  readonly text: TextEncoder;
  readonly denoiser: Denoiser;
  /** The one distilled for few steps, if the folder has it. */
  readonly fewStepDenoiser: Denoiser | undefined;
  readonly decoder: VaeDecoder;
  /** Of guided steps; at guidance 1 the batch is 1. */
  readonly guidanceBatch: GuidanceBatch;
}

/** A U-Net with its scheduler's settings. */
interface Denoiser extends Pick<FewSteps, 'unet' | 'scheduler'> {
  readonly unets: UnetSlot;
  /** The scheduler that its weights were made for. */
  readonly proposed: SchedulerName;
}

/** A request whose profile was replaced by its settings. */
export type PictureRequest = Omit<RiffRequest, 'profile'>;

/** A finished step, or a finished window of one. */
export interface StepReport {
  /** Finished model steps of all windows, 1 … steps. PNDM takes one step more than were asked for. */
  readonly stepIndex: number;
  readonly steps: number;
  /** [C, h, columns] after the last whole step; overwritten after the callback, so copy it to keep it. */
  readonly latents: Float32Array;
}

/** Shows the unfinished strip. */
export interface PreviewOptions {
  /** Called in every evaluated step, with the finished part of the steps, 0 … 1. */
  readonly isDue: (finished: number) => boolean;
  /** Given the predicted x_0 [C, h, columns] and a function that decodes it. The step waits for it. */
  readonly show: (
    latents: Float32Array,
    decode: (latents: Float32Array, options?: DecodeOptions) => Promise<DecodedPicture>,
  ) => Promise<void>;
}

export interface PaintOptions {
  readonly onStep?: (report: StepReport) => void;
  readonly preview?: PreviewOptions | null;
  readonly signal?: AbortSignal;
  /** Every step is evaluated by default. */
  readonly forecast?: ForecastPlan | null;
}

/** The strip that is painted: its windows, and what it starts from. */
export interface Painting extends Pick<Section, 'columns' | 'windows' | 'strength'> {
  /** Existing latents [C, h, columns]; null: none. */
  readonly given: Float32Array | null;
  /** For each column the part of the steps through which it is held; null: none is. See heldMap. */
  readonly held: Float32Array | null;
}

export interface Painted {
  /** [C, h, columns]. */
  readonly latents: Float32Array;
  readonly warnings: readonly Notice[];
  readonly timings: { readonly text: number; readonly denoise: number };
}

/** From texts to latents. */
export async function paint(
  parts: Parts,
  request: PictureRequest,
  painting: Painting,
  options: PaintOptions,
): Promise<Painted> {
  const begin = performance.now();
  const { guidanceScale } = request;
  const { unet: part, unets, scheduler: config, proposed } = denoiserFor(parts, request);
  const hasNag = part.negativeEmbeddings !== undefined;
  const texts = await encodeWindows(parts.text, painting.windows, { guidanceScale, hasNag, ...options });
  await parts.text.rest();
  // Compiles it the first time, which is not counted as denoising.
  const unet = await unets.ofBatch(guidanceScale === 1 ? 1 : parts.guidanceBatch);
  const encoded = performance.now();
  const latents = await denoise(
    parts,
    request,
    { ...painting, unet, config, windows: texts.windows },
    options,
  );
  return {
    latents,
    warnings: [...texts.warnings, ...schedulerWarnings(config, request.scheduler, proposed)],
    timings: { text: encoded - begin, denoise: performance.now() - encoded },
  };
}

/** The second U-Net if the request's scheduler is one that its weights were distilled for. */
function denoiserFor({ denoiser, fewStepDenoiser }: Parts, { scheduler }: PictureRequest): Denoiser {
  return (isConsistencySampling(scheduler) && fewStepDenoiser) || denoiser;
}

interface EncodedPainting extends Omit<Painting, 'windows'> {
  readonly unet: Unet;
  /** Of its scheduler. */
  readonly config: SchedulerConfig;
  readonly windows: readonly EncodedWindow[];
}

/** Latents [C, h, columns]. */
async function denoise(
  parts: Parts,
  request: PictureRequest,
  painting: EncodedPainting,
  { onStep, signal, forecast = null, preview = null }: PaintOptions,
): Promise<Float32Array> {
  const { scheduler, latents, hold } = firstLatents(parts, request, painting);
  const { timesteps } = scheduler;
  const count = painting.windows.length;
  if (count === 0) return latents;
  const steps = count * timesteps.length;
  let wholeSteps = 0;
  const predict = stripPredictor(parts, request, painting, (windows) => {
    if (windows < count) onStep?.({ stepIndex: wholeSteps * count + windows, steps, latents });
  });
  const forecaster = createForecaster(forecast?.degree ?? 0, latents.length);
  const modelInput = new Float32Array(latents.length);
  for (const [stepIndex, timestep] of timesteps.entries()) {
    const lambda = lambdaOf(scheduler.noiseLevel(stepIndex));
    if (isForecastStep(forecast, stepIndex, timesteps.length)) {
      scheduler.step(forecaster.at(lambda), stepIndex, latents);
    } else {
      scheduler.scaleInput(latents, stepIndex, modelInput);
      const modelOutput = await predict(modelInput, timestep, signal);
      forecaster.remember(lambda, modelOutput);
      if (preview?.isDue(stepIndex / timesteps.length)) {
        const original = originalSample(
          painting.config,
          scheduler.noiseLevel(stepIndex),
          modelInput,
          modelOutput,
        );
        await preview.show(original, (latents, options) => decodeStrip(parts, latents, options));
      }
      scheduler.step(modelOutput, stepIndex, latents);
    }
    hold(stepIndex, latents);
    wholeSteps = stepIndex + 1;
    onStep?.({ stepIndex: wholeSteps * count, steps, latents });
    throwIfAborted(signal);
  }
  return latents;
}

/** The x_0 that a prediction means; `modelInput` has unit variance in every scheduler. */
function originalSample(
  { predictionType }: SchedulerConfig,
  { ofOriginal, ofNoise }: NoiseLevel,
  modelInput: Float32Array,
  modelOutput: Float32Array,
): Float32Array {
  const original = new Float32Array(modelInput.length);
  predictedOriginalSample(predictionType, ofNoise / ofOriginal, modelOutput, modelInput, original);
  return original;
}

function stripPredictor(
  { folder, size }: Parts,
  { guidanceScale: scale }: PictureRequest,
  { unet, windows, columns }: EncodedPainting,
  onWindow: (finished: number) => void,
): Predict {
  const guided = windows.map(({ column, ...texts }) => ({
    column,
    predict: guide(unet, { ...texts, scale }),
  }));
  const rows = folder.latents.channels * size.height;
  return predictStrip(guided, { rows, columns, width: size.width }, onWindow);
}

interface FirstLatents {
  readonly scheduler: Scheduler;
  readonly latents: Float32Array;
  /** Overwrites the held columns after a step. */
  readonly hold: (stepIndex: number, latents: Float32Array) => void;
}

/**
 * Noise scaled by the scheduler's initial sigma; with less strength, and where nothing is held, the given latents with
 * noise added, as diffusers' img2img and inpaint pipelines begin.
 */
function firstLatents(
  { folder, size }: Parts,
  { scheduler: name, seed, steps, variations }: PictureRequest,
  { config, columns, strength, given, held }: EncodedPainting,
): FirstLatents {
  const noise = new Float32Array(folder.latents.channels * size.height * columns);
  const source = fillNoise(noise, seed, variations);
  const scheduler = createScheduler(name, config, {
    steps,
    strength,
    size: noise.length,
    noise: source,
  });
  const latents = new Float32Array(noise.length);
  if (given && (strength < 1 || !held)) addNoise(scheduler.noiseLevel(0), given, noise, latents);
  else for (let i = 0; i < latents.length; i++) latents[i] = noise[i]! * scheduler.initNoiseSigma;
  const count = scheduler.timesteps.length;
  const hold: FirstLatents['hold'] = (stepIndex, latents) => {
    if (!given || !held) return;
    const { ofOriginal, ofNoise } = scheduler.noiseLevel(stepIndex + 1);
    for (let i = 0; i < latents.length; i++) {
      if (held[i % columns]! * count > stepIndex) latents[i] = ofOriginal * given[i]! + ofNoise * noise[i]!;
    }
  };
  return { scheduler, latents, hold };
}
