import { RiffError, UserError } from '../errors.ts';
import type { Runtime, Shape } from '../openvino/runtime.ts';
import { type RiffDefaults, type RiffRequest, SCHEDULER_NAMES, type SchedulerName } from '../riff-request.ts';
import { guide } from './guidance.ts';
import { type DeviceOptions, throwIfAborted } from './inference.ts';
import { type ModelFolder, readModelFolder } from './model-folder/model-folder.ts';
import { torchNoise } from './noise.ts';
import { createScheduler } from './schedulers/scheduler.ts';
import { type EncodedText, openTextEncoder, type TextEncoder } from './text/text-encoder.ts';
import { textWarnings } from './text/text-warnings.ts';
import { type UnetSlot, unetSlot } from './unet.ts';
import { openVaeDecoder, type Picture, type VaeDecoder } from './vae-decoder.ts';
import { openVaeEncoder, type VaeEncoder } from './vae-encoder.ts';

export interface LoadOptions extends DeviceOptions {
  /** Pixels; the folder's own size by default. Multiples of what one latent stands for. */
  readonly width?: number;
  readonly height?: number;
  /** Both sides of guidance in one call of the U-Net (2, the default) or in two (1). */
  readonly guidanceBatch?: 1 | 2;
}

export interface PipelineDescription {
  readonly name: string;
  readonly version: string;
  readonly device: string;
  readonly defaults: RiffDefaults;
  readonly schedulers: readonly SchedulerName[];
  /** Pixels of every picture. */
  readonly width: number;
  readonly height: number;
  /** [1, C, h, w]. */
  readonly latentShape: Shape;
  /** Tokens that a prompt may have, start and end among them. */
  readonly textLength: number;
  /** The folder's spectrogram settings, unread. */
  readonly spectrogram: unknown;
}

/** A finished step. */
export interface StepReport {
  /** Finished model steps, 1 … steps. PNDM takes one step more than were asked for. */
  readonly stepIndex: number;
  readonly steps: number;
  /** [C, h, w], live: copy what is to outlast the callback. */
  readonly latents: Float32Array;
}

export interface GenerateOptions {
  readonly onStep?: (report: StepReport) => void;
  readonly signal?: AbortSignal;
}

export interface GeneratedPicture extends Picture {
  /** Sentences for the person. */
  readonly warnings: readonly string[];
  /** Milliseconds by stage. */
  readonly timings: { readonly text: number; readonly denoise: number; readonly decode: number };
}

export interface DiffusionPipeline {
  readonly describe: PipelineDescription;
  /**
   * One picture at a time. The same request gives the same picture.
   * Rejects with CancelledError within a step of the signal, and with RiffError('openvino_failed') when the model
   * answers with values that are not finite or another picture is under way.
   */
  generate(request: RiffRequest, options?: GenerateOptions): Promise<GeneratedPicture>;
  /** Latents of a picture; see VaeEncoder. Throws RiffError('invalid_model') where the folder has no encoder. */
  encodePicture(picture: Float32Array, signal?: AbortSignal): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/**
 * Reads a model folder and compiles its parts for one picture size.
 * Throws RiffError('invalid_model') naming the file at fault, UserError for a size that the model cannot have.
 */
export async function loadPipeline(
  runtime: Runtime,
  folderPath: string,
  options: LoadOptions,
): Promise<DiffusionPipeline> {
  const folder = await readModelFolder(runtime, folderPath);
  const size = latentSize(folder, options);
  const device: DeviceOptions = {
    device: options.device,
    ...(options.properties && { properties: options.properties }),
  };
  const text = await openTextEncoder(runtime, folder, device);
  const decoder = await openVaeDecoder(runtime, folder, size, device);
  const unets = unetSlot(runtime, folder, { ...device, ...size, textWidth: text.width });
  const guidanceBatch = options.guidanceBatch ?? 2;
  await unets.ofBatch(guidanceBatch);
  const parts: Parts = { folder, size, text, unets, decoder, guidanceBatch };
  const { width, height } = decoder;
  let encoder: VaeEncoder | undefined;
  let isBusy = false;

  return {
    describe: describe(parts, options.device),
    async generate(request, generateOptions = {}) {
      if (isBusy) throw new RiffError('openvino_failed', BUSY);
      isBusy = true;
      try {
        return await generate(parts, request, generateOptions);
      } finally {
        isBusy = false;
      }
    },
    async encodePicture(picture, signal) {
      if (picture.length !== 3 * height * width) {
        throw new UserError(`Expected a picture of 3 × ${height} × ${width} values, got ${picture.length}.`);
      }
      encoder ??= await openVaeEncoder(runtime, folder, { height, width }, device);
      return encoder.encode(picture, signal);
    },
    async dispose() {
      await Promise.all([text, unets, decoder, encoder].map((part) => part?.dispose()));
    },
  };
}

const BUSY =
  'Expected one picture at a time, but another is under way; wait for it or load a second pipeline.';

interface Parts {
  readonly folder: ModelFolder;
  /** Of the latents. */
  readonly size: LatentSize;
  readonly text: TextEncoder;
  readonly unets: UnetSlot;
  readonly decoder: VaeDecoder;
  readonly guidanceBatch: 1 | 2;
}

interface LatentSize {
  readonly height: number;
  readonly width: number;
}

async function generate(
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

function describe({ folder, size, decoder }: Parts, device: string): PipelineDescription {
  const { name, version, defaults, textLength, spectrogram, latents } = folder;
  return {
    name,
    version,
    device,
    defaults,
    schedulers: SCHEDULER_NAMES,
    width: decoder.width,
    height: decoder.height,
    latentShape: [1, latents.channels, size.height, size.width],
    textLength,
    spectrogram,
  };
}

function latentSize({ latents, vae }: ModelFolder, options: LoadOptions): LatentSize {
  const ofPixels = (name: 'width' | 'height'): number => {
    const pixels = options[name];
    if (pixels === undefined) return latents[name];
    const count = pixels / vae.pixelsPerLatent;
    if (Number.isInteger(count) && count > 0) return count;
    throw new UserError(`${name}: expected a multiple of ${vae.pixelsPerLatent} pixels, got ${pixels}`);
  };
  return { width: ofPixels('width'), height: ofPixels('height') };
}
