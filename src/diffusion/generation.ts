import type { RiffRequest } from '../riff-request.ts';
import { guide } from './guidance.ts';
import { throwIfAborted } from './inference.ts';
import type { ModelFolder } from './model-folder/model-folder.ts';
import { torchNoise } from './noise.ts';
import type { GeneratedPicture, GenerateOptions } from './pipeline.ts';
import { createScheduler } from './schedulers/scheduler.ts';
import type { EncodedText, TextEncoder } from './text/text-encoder.ts';
import { textWarnings } from './text/text-warnings.ts';
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
  readonly guidanceBatch: 1 | 2;
}

export interface LatentSize {
  readonly height: number;
  readonly width: number;
}

/** The way of a request through the parts, from texts to a picture. */
export async function generatePicture(
  parts: Parts,
  request: RiffRequest,
  options: GenerateOptions,
): Promise<GeneratedPicture> {
  const begin = performance.now();
  const prompt = await parts.text.encode(request.prompt, options.signal);
  const negative = await parts.text.encode(request.negativePrompt, options.signal);
  const encoded = performance.now();
  const latents = await denoise(parts, request, { prompt, negative }, options);
  const denoised = performance.now();
  const picture = await parts.decoder.decode(latents, options.signal);
  return {
    ...picture,
    warnings: textWarnings(request, prompt, negative),
    timings: { text: encoded - begin, denoise: denoised - encoded, decode: performance.now() - denoised },
  };
}

/** From noise to latents [C, h, w]. */
async function denoise(
  { folder, size, unets, guidanceBatch }: Parts,
  request: RiffRequest,
  texts: { readonly prompt: EncodedText; readonly negative: EncodedText },
  { onStep, signal }: GenerateOptions,
): Promise<Float32Array> {
  const { guidanceScale, seed, steps } = request;
  const unet = await unets.ofBatch(guidanceScale === 1 ? 1 : guidanceBatch);
  const guided = guide(unet, {
    prompt: texts.prompt.embeddings,
    negative: texts.negative.embeddings,
    scale: guidanceScale,
  });
  const noise = torchNoise(seed);
  const latents = new Float32Array(folder.latents.channels * size.height * size.width);
  const scheduler = createScheduler(request.scheduler, folder.scheduler, {
    steps,
    size: latents.length,
    noise,
  });
  const { timesteps, initNoiseSigma } = scheduler;
  noise.fill(latents);
  for (let i = 0; i < latents.length; i++) latents[i] = latents[i]! * initNoiseSigma;

  const modelInput = new Float32Array(latents.length);
  for (const [stepIndex, timestep] of timesteps.entries()) {
    scheduler.scaleInput(latents, stepIndex, modelInput);
    const modelOutput = await guided.predict(modelInput, timestep, signal);
    scheduler.step(modelOutput, stepIndex, latents);
    onStep?.({ stepIndex: stepIndex + 1, steps: timesteps.length, latents });
    throwIfAborted(signal);
  }
  return latents;
}
