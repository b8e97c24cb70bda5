import { RiffError, UserError } from '../errors.ts';
import type { MachineMemory } from '../openvino/available-memory.ts';
import type { DeviceOptions } from '../openvino/device-options.ts';
import type { Runtime, Shape } from '../openvino/runtime.ts';
import { type RiffDefaults, SCHEDULER_NAMES, type SchedulerName } from '../riff/request.ts';
import type { DecodedPicture } from '../spectrogram/picture.ts';
import {
  type Painted,
  type Painting,
  type PaintOptions,
  type Parts,
  type PictureRequest,
  paint,
} from './generation.ts';
import { chooseGuidanceBatch, type GuidanceBatch, type GuidanceMemory } from './guidance-choice.ts';
import { checkMemory } from './model-folder/memory-need.ts';
import { type ModelFolder, type ModelTempi, readModelFolder } from './model-folder/model-folder.ts';
import { openTextEncoder } from './text-encoder.ts';
import { openUnet, type UnetOptions, unetSlot } from './unet.ts';
import { type LatentSize, openVaeDecoder, openVaeEncoder, type VaeEncoder } from './vae.ts';
import { type DecodeOptions, decodeStrip, encodeStrip } from './vae-strips.ts';

export interface LoadOptions extends DeviceOptions {
  /** Pixels; the folder's own size by default. Multiples of what one latent stands for. */
  readonly width?: number;
  readonly height?: number;
  /** Absent: chosen by chooseGuidanceBatch. */
  readonly guidanceBatch?: GuidanceBatch;
  /** Where that choice is stored. */
  readonly guidanceMemory?: GuidanceMemory;
  /** Checked before anything is compiled. */
  readonly memory?: MachineMemory;
}

export interface PipelineDescription {
  readonly name: string;
  readonly version: string;
  /** The value of EXECUTION_DEVICES, which shows what AUTO chose. */
  readonly device: string;
  readonly defaults: RiffDefaults;
  readonly schedulers: readonly SchedulerName[];
  /** Pixels of every picture. */
  readonly width: number;
  readonly height: number;
  /** [1, C, h, w]. */
  readonly latentShape: Shape;
  /** The most tokens of a prompt, including start and end. */
  readonly textLength: number;
  /** The folder's spectrogram settings, unparsed. */
  readonly spectrogram: unknown;
  readonly tempi: ModelTempi;
  /** Whether the folder has a VAE encoder, so that riffs can go on from recorded sounds. */
  readonly hasEncoder: boolean;
}

export interface DiffusionPipeline {
  readonly describe: PipelineDescription;
  /**
   * From texts to the latents of a strip of any width. The same request gives the same latents.
   * Rejects with CancelledError within a step of the signal, and with RiffError('openvino_failed') when the model
   * answers with values that are not finite or the pipeline is busy: it does one thing at a time.
   */
  paint(request: PictureRequest, painting: Painting, options?: PaintOptions): Promise<Painted>;
  /** The picture of latents [C, h, columns] of any width, as that of one piece; a ring's end meets its beginning. */
  decode(latents: Float32Array, options?: DecodeOptions): Promise<DecodedPicture>;
  /**
   * Latents of a picture [3, height, width] of any width that they divide; see VaeEncoder. Throws UserError for another
   * size, RiffError('invalid_model') where the folder has no encoder.
   */
  encodePicture(picture: Float32Array, signal?: AbortSignal): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/**
 * Reads a model folder and compiles its parts for one picture size.
 * Throws RiffError('invalid_model') naming the file at fault, UserError for a size that the model cannot have,
 * RiffError('out_of_memory') where it cannot fit into the given memory.
 */
export async function loadPipeline(
  runtime: Runtime,
  folderPath: string,
  options: LoadOptions,
): Promise<DiffusionPipeline> {
  const folder = await readModelFolder(runtime, folderPath);
  const size = latentSize(folder, options);
  const { pixelsPerLatent } = folder.vae;
  const pixels = { width: size.width * pixelsPerLatent, height: size.height * pixelsPerLatent };
  const need = { ...pixels, weights: folder.weights, channels: folder.vae.channels };
  if (options.memory) checkMemory(folder.name, need, options.memory);
  const device: DeviceOptions = { device: options.device, properties: options.properties };
  // Closes the opened parts if a later one fails.
  await using opening = new AsyncDisposableStack();
  const keep = <P extends { dispose(): Promise<void> }>(part: P): P =>
    opening.adopt(part, ({ dispose }) => dispose());
  const text = keep(await openTextEncoder(runtime, folder, device));
  const decoder = keep(await openVaeDecoder(runtime, folder, size, device));
  const unetOptions: UnetOptions = { ...device, ...size, textWidth: text.width };
  const guidanceBatch =
    options.guidanceBatch ??
    (await chooseGuidanceBatch({
      open: (batch) => openUnet(runtime, folder, unetOptions, batch),
      weightBytes: folder.unet.weightBytes,
      memory: options.guidanceMemory,
    }));
  const unets = keep(unetSlot(runtime, folder, unetOptions));
  await unets.ofBatch(guidanceBatch);
  const { unet, scheduler, fewSteps } = folder;
  const denoiser = { unet, scheduler, unets, proposed: folder.defaults.scheduler };
  // Compiled when it is first asked for.
  const fewStepDenoiser = fewSteps && {
    ...fewSteps,
    unets: keep(unetSlot(runtime, folder, { ...unetOptions, part: fewSteps.unet })),
    proposed: fewSteps.scheduler.name,
  };
  const openEncoder = async (): Promise<VaeEncoder> => {
    const encoder = await openVaeEncoder(runtime, folder, decoder, device);
    return open.adopt(encoder, ({ dispose }) => dispose());
  };
  const open = opening.move();
  const parts: Parts = { folder, size, text, denoiser, fewStepDenoiser, decoder, guidanceBatch };
  return {
    describe: describe(parts),
    ...oneAtATime(parts, openEncoder),
    dispose: () => open.disposeAsync(),
  };
}

function oneAtATime(
  parts: Parts,
  openEncoder: () => Promise<VaeEncoder>,
): Pick<DiffusionPipeline, 'paint' | 'decode' | 'encodePicture'> {
  let encoder: VaeEncoder | undefined;
  let isBusy = false;
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isBusy) throw new RiffError('openvino_failed', BUSY);
    isBusy = true;
    try {
      return await work();
    } finally {
      isBusy = false;
    }
  };
  return {
    paint: (request, painting, options = {}) => alone(() => paint(parts, request, painting, options)),
    decode: (latents, options) => alone(() => decodeStrip(parts, latents, options)),
    encodePicture: (picture, signal) =>
      alone(async () => {
        checkPicture(parts, picture);
        encoder ??= await openEncoder();
        return encodeStrip(parts, encoder, picture, signal);
      }),
  };
}

function checkPicture({ folder, decoder }: Parts, picture: Float32Array): void {
  const { height, width } = decoder;
  const columns = picture.length / 3 / height;
  if (columns >= width && columns % folder.vae.pixelsPerLatent === 0) return;
  throw new UserError(
    `picture: expected 3 × ${height} × at least ${width} values, got ${picture.length}; resize it`,
  );
}

const BUSY =
  'pipeline: expected one picture at a time, got a second; wait for the first or load a second pipeline';

function describe({ folder, size, denoiser, decoder }: Parts): PipelineDescription {
  const { name, version, defaults, textLength, spectrogram, latents, tempi, vaeEncoder } = folder;
  return {
    name,
    version,
    device: denoiser.unets.executionDevices(),
    defaults,
    schedulers: SCHEDULER_NAMES,
    width: decoder.width,
    height: decoder.height,
    latentShape: [1, latents.channels, size.height, size.width],
    textLength,
    spectrogram,
    tempi,
    hasEncoder: vaeEncoder !== undefined,
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
