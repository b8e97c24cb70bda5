import { RiffError } from '../errors.ts';
import type { Runtime, TensorData } from '../openvino/runtime.ts';
import { assertFinite, type DeviceOptions, floats, inferUnlessAborted, openShapes } from './inference.ts';
import type { ModelFolder } from './model-folder/model-folder.ts';

export interface UnetOptions extends DeviceOptions {
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
  /** Live output, [batch, C, h, w]: noise or velocity. The next run overwrites it. */
  readonly predicted: Float32Array;
  /**
   * Rejects with CancelledError after the signal, and with RiffError('openvino_failed') when the prediction is not
   * finite. A fractional timestep is rounded where the model takes whole ones.
   */
  run(timestep: number, signal: AbortSignal | undefined): Promise<void>;
  dispose(): Promise<void>;
}

/** The compiled U-Nets, one for each batch that was asked for. */
export interface UnetSlot {
  /** False: the weights are so large that one U-Net replaces the other, at the price of compiling again. */
  readonly holdsBoth: boolean;
  /** A batch that the model file fixes wins over the wanted one. */
  ofBatch(wanted: 1 | 2): Promise<Unet>;
  /** Frees the others. */
  keepOnly(batch: 1 | 2): Promise<void>;
  /** EXECUTION_DEVICES of the newest: what AUTO chose, for instance. */
  executionDevices(): string;
  dispose(): Promise<void>;
}

/** Each batch holds weights of its own, in the layout that its kernels like. */
const BOTH_UP_TO_BYTES = 512 * 1024 ** 2;

export function unetSlot(runtime: Runtime, folder: ModelFolder, options: UnetOptions): UnetSlot {
  const [fixedBatch = -1] = folder.unet.latents.shape;
  const holdsBoth = folder.unet.weightBytes <= BOTH_UP_TO_BYTES;
  const held = new Map<number, OpenUnet>();
  const dispose = async (): Promise<void> => {
    const old = [...held.values()];
    held.clear();
    await Promise.all(old.map((unet) => unet.dispose()));
  };
  return {
    holdsBoth,
    async ofBatch(wanted) {
      const batch = fixedBatch > 0 ? fixedBatch : wanted;
      const known = held.get(batch);
      if (known) return known;
      if (!holdsBoth) await dispose();
      const opened = await openUnet(runtime, folder, options, batch);
      held.set(batch, opened);
      return opened;
    },
    async keepOnly(batch) {
      const others = [...held.values()].filter((unet) => unet.batch !== batch);
      for (const unet of others) held.delete(unet.batch);
      await Promise.all(others.map((unet) => unet.dispose()));
    },
    executionDevices: () => [...held.values()].at(-1)?.executionDevices ?? '',
    dispose,
  };
}

interface OpenUnet extends Unet {
  readonly executionDevices: string;
}

async function openUnet(
  runtime: Runtime,
  folder: ModelFolder,
  options: UnetOptions,
  batch: number,
): Promise<OpenUnet> {
  const { unet, textLength } = folder;
  const { height, width, textWidth, ...device } = options;
  const model = await runtime.compile(unet.xmlPath, {
    ...device,
    shapes: openShapes([
      [unet.latents, [batch, folder.latents.channels, height, width]],
      [unet.timestep, [1]],
      [unet.embeddings, [batch, textLength, textWidth]],
    ]),
  });
  const request = model.createRequest();
  const timestepData = request.input(unet.timestep.name).data;
  const predicted = floats(request.output(unet.predicted.name).data, unet.predicted);
  return {
    batch,
    executionDevices: model.property('EXECUTION_DEVICES'),
    latents: floats(request.input(unet.latents.name).data, unet.latents),
    texts: floats(request.input(unet.embeddings.name).data, unet.embeddings),
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
      'Expected f32, i64 or i32 memory for the timestep, but got another type.',
    );
  }
}
