import { RiffError } from '../errors.ts';
import type { DeviceOptions } from '../openvino/device-options.ts';
import type { Runtime, TensorData } from '../openvino/runtime.ts';
import { assertFinite, floats, inferUnlessAborted, openShapes } from './inference.ts';
import type { ModelFolder } from './model-folder/model-folder.ts';
import type { UnetPart } from './model-folder/unet-parts.ts';

export interface UnetOptions extends DeviceOptions {
  /** The folder's first one by default. */
  readonly part?: UnetPart | undefined;
  readonly height: number;
  readonly width: number;
  readonly textWidth: number;
}

/** The denoiser with its memory bound once: write `latents` and `texts`, run, read `predicted`. */
export interface Unet {
  readonly batch: number;
  /** Live input, [batch, C, h, w]. */
  readonly latents: Float32Array;
  /** Live input, [batch, textLength, width]. */
  readonly texts: Float32Array;
  /**
   * Live input, as `texts`, of U-Nets with normalized attention guidance: each text's negative prompt. A copy of the text
   * itself has no effect.
   */
  readonly negativeTexts: Float32Array | undefined;
  /** Live output, [batch, C, h, w]: noise or velocity. The next run overwrites it. */
  readonly predicted: Float32Array;
  /**
   * Rejects with CancelledError after the signal, and with RiffError('openvino_failed') when the prediction is not
   * finite. A fractional timestep is rounded where the model takes whole ones.
   */
  run(timestep: number, signal: AbortSignal | undefined): Promise<void>;
  dispose(): Promise<void>;
}

/** Holds the U-Net, compiled for one batch at a time. */
export interface UnetSlot {
  /** Replaces a U-Net of another batch: two would hold the weights twice. A batch that the file fixes wins. */
  ofBatch(wanted: 1 | 2): Promise<Unet>;
  /** EXECUTION_DEVICES: what AUTO chose, for instance. */
  executionDevices(): string;
  dispose(): Promise<void>;
}

export function unetSlot(runtime: Runtime, folder: ModelFolder, options: UnetOptions): UnetSlot {
  let held: { readonly wanted: 1 | 2; readonly unet: OpenUnet } | undefined;
  const dispose = async (): Promise<void> => {
    const unet = held?.unet;
    held = undefined;
    await unet?.dispose();
  };
  return {
    async ofBatch(wanted) {
      if (held?.wanted === wanted || held?.unet.isBatchFixed) return held.unet;
      await dispose();
      held = { wanted, unet: await openUnet(runtime, folder, options, wanted) };
      return held.unet;
    },
    executionDevices: () => held?.unet.executionDevices ?? '',
    dispose,
  };
}

interface OpenUnet extends Unet {
  readonly executionDevices: string;
  readonly isBatchFixed: boolean;
}

/** A batch that the model file fixes wins over the wanted one. */
export async function openUnet(
  runtime: Runtime,
  folder: ModelFolder,
  options: UnetOptions,
  wanted: 1 | 2,
): Promise<OpenUnet> {
  const { height, width, textWidth, part: unet = folder.unet, ...device } = options;
  const { negativeEmbeddings: negative } = unet;
  const [fixedBatch = -1] = unet.latents.shape;
  const isBatchFixed = fixedBatch > 0;
  const batch = isBatchFixed ? fixedBatch : wanted;
  const model = await runtime.compile(unet.xmlPath, {
    ...device,
    shapes: openShapes([
      [unet.latents, [batch, folder.latents.channels, height, width]],
      [unet.timestep, [1]],
      ...[unet.embeddings, ...(negative ? [negative] : [])].map(
        (port) => [port, [batch, folder.textLength, textWidth]] as const,
      ),
    ]),
  });
  const request = model.createRequest();
  const timestepData = request.input(unet.timestep.name).data;
  const predicted = floats(request.output(unet.predicted.name).data, unet.predicted);
  return {
    batch,
    isBatchFixed,
    executionDevices: model.property('EXECUTION_DEVICES'),
    latents: floats(request.input(unet.latents.name).data, unet.latents),
    texts: floats(request.input(unet.embeddings.name).data, unet.embeddings),
    negativeTexts: negative && floats(request.input(negative.name).data, negative),
    predicted,
    async run(timestep, signal) {
      writeTimestep(timestepData, timestep);
      await inferUnlessAborted(request, signal);
      assertFinite(predicted, 'the U-Net');
    },
    dispose: () => model.dispose(),
  };
}

function writeTimestep(data: TensorData, timestep: number): void {
  if (data instanceof Float32Array) data.fill(timestep);
  else if (data instanceof BigInt64Array) data.fill(BigInt(Math.round(timestep)));
  else if (data instanceof Int32Array) data.fill(Math.round(timestep));
  else {
    throw new RiffError(
      'openvino_failed',
      'U-Net: expected f32, i64 or i32 memory for the timestep, got another type; convert the model again',
    );
  }
}
