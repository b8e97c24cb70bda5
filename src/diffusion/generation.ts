import { createForecaster, isForecastStep } from './forecast.ts';
import { guide } from './guidance.ts';
import type { GuidanceBatch } from './guidance-choice.ts';
import { throwIfAborted } from './inference.ts';
import type { ModelFolder } from './model-folder/model-folder.ts';
import { torchNoise } from './noise.ts';
import type { GeneratedPicture, GenerateOptions, PictureRequest } from './pipeline.ts';
import { createScheduler, type Scheduler } from './schedulers/scheduler.ts';
import { schedulerWarnings } from './schedulers/scheduler-config.ts';
import type { EncodedText, TextEncoder } from './text-encoder.ts';
import { textWarnings } from './text-warnings.ts';
import type { UnetSlot } from './unet.ts';
import type { VaeDecoder } from './vae-decoder.ts';

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

/** The way of a request through the parts, from texts to a picture. */
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
      ...textWarnings(request, prompt, negative),
      ...schedulerWarnings(parts.folder.scheduler, request.scheduler),
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
  const predict = guide(unet, { prompt: prompt.embeddings, negative: negative.embeddings, scale });
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

/** The scheduler, and noise as strong as it wants it. */
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
