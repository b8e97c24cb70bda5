import type { RiffRequest } from '../riff/request.ts';
import { createForecaster, type ForecastPlan, isForecastStep } from './forecast.ts';
import { guide } from './guidance.ts';
import type { GuidanceBatch } from './guidance-choice.ts';
import { throwIfAborted } from './inference.ts';
import type { ModelFolder } from './model-folder/model-folder.ts';
import { torchNoise } from './noise.ts';
import { createScheduler } from './schedulers/create-scheduler.ts';
import type { Scheduler } from './schedulers/scheduler.ts';
import { schedulerWarnings } from './schedulers/scheduler-config.ts';
import type { EncodedText, TextEncoder } from './text-encoder.ts';
import { textWarnings } from './text-warnings.ts';
import type { UnetSlot } from './unet.ts';
import type { Picture, VaeDecoder } from './vae-decoder.ts';

/** A loaded model, bound to one picture size. */
export interface Parts {
  readonly folder: ModelFolder;
  /** Of the latents. */
  readonly size: LatentSize;
  readonly text: TextEncoder;
  readonly unets: UnetSlot;
  readonly decoder: VaeDecoder;
  /** With guidance 1 it is always one. */
  readonly guidanceBatch: GuidanceBatch;
}

export interface LatentSize {
  readonly height: number;
  readonly width: number;
}

/** A request whose profile was replaced by its settings. */
export type PictureRequest = Omit<RiffRequest, 'profile'>;

/** A finished step. */
export interface StepReport {
  /** Finished model steps, 1 … steps. PNDM takes one step more than were asked for. */
  readonly stepIndex: number;
  readonly steps: number;
  /** [C, h, w]; overwritten after the callback, so copy it to keep it. */
  readonly latents: Float32Array;
}

export interface GenerateOptions {
  readonly onStep?: (report: StepReport) => void;
  readonly signal?: AbortSignal;
  /** Every step is evaluated by default. */
  readonly forecast?: ForecastPlan | null;
}

export interface GeneratedPicture extends Picture {
  /** Sentences for the user. */
  readonly warnings: readonly string[];
  /** Milliseconds by stage. */
  readonly timings: { readonly text: number; readonly denoise: number; readonly decode: number };
}

/** Runs a request through all parts, from texts to a picture. */
export async function generatePicture(
  parts: Parts,
  request: PictureRequest,
  options: GenerateOptions,
): Promise<GeneratedPicture> {
  const begin = performance.now();
  const prompt = await parts.text.encode(request.prompt, options.signal);
  const negative = await parts.text.encode(request.negativePrompt, options.signal);
  await parts.text.rest();
  const encoded = performance.now();
  const latents = await denoise(parts, request, { prompt, negative }, options);
  const denoised = performance.now();
  const picture = await parts.decoder.decode(latents, options.signal);
  return {
    ...picture,
    warnings: [
      ...textWarnings(request, prompt, negative, parts.folder.unet.negativeEmbeddings !== undefined),
      ...schedulerWarnings(parts.folder.scheduler, request.scheduler, parts.folder.defaults.scheduler),
    ],
    timings: { text: encoded - begin, denoise: denoised - encoded, decode: performance.now() - denoised },
  };
}

/** From noise to latents [C, h, w]. */
async function denoise(
  parts: Parts,
  request: PictureRequest,
  texts: { readonly prompt: EncodedText; readonly negative: EncodedText },
  { onStep, signal, forecast = null }: GenerateOptions,
): Promise<Float32Array> {
  const scale = request.guidanceScale;
  const { scheduler, latents } = firstLatents(parts, request);
  const { timesteps } = scheduler;
  const unet = await parts.unets.ofBatch(scale === 1 ? 1 : parts.guidanceBatch);
  const { prompt, negative } = texts;
  const away = scale === 1 && request.negativePrompt === '' ? prompt : negative;
  const predict = guide(unet, { prompt: prompt.embeddings, negative: away.embeddings, scale });
  const forecaster = createForecaster(forecast?.degree ?? 0, latents.length);
  const modelInput = new Float32Array(latents.length);
  const evaluate = async (timestep: number, stepIndex: number): Promise<Float32Array> => {
    scheduler.scaleInput(latents, stepIndex, modelInput);
    const modelOutput = await predict(modelInput, timestep, signal);
    forecaster.remember(timestep, modelOutput);
    return modelOutput;
  };
  for (const [stepIndex, timestep] of timesteps.entries()) {
    const isForecast = isForecastStep(forecast, stepIndex, timesteps.length);
    const modelOutput = isForecast ? forecaster.at(timestep) : await evaluate(timestep, stepIndex);
    scheduler.step(modelOutput, stepIndex, latents);
    onStep?.({ stepIndex: stepIndex + 1, steps: timesteps.length, latents });
    throwIfAborted(signal);
  }
  return latents;
}

/** The scheduler, and noise scaled by its initial sigma. */
function firstLatents(
  { folder, size }: Parts,
  { scheduler: name, seed, steps }: PictureRequest,
): { readonly scheduler: Scheduler; readonly latents: Float32Array } {
  const noise = torchNoise(seed);
  const latents = new Float32Array(folder.latents.channels * size.height * size.width);
  const scheduler = createScheduler(name, folder.scheduler, { steps, size: latents.length, noise });
  noise.fill(latents);
  for (let i = 0; i < latents.length; i++) latents[i] = latents[i]! * scheduler.initNoiseSigma;
  return { scheduler, latents };
}
