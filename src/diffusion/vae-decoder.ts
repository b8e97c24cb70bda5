import type { Runtime } from '../openvino/runtime.ts';
import { assertFinite, type DeviceOptions, floats, inferUnlessAborted, openShapes } from './inference.ts';
import type { ModelFolder } from './model-folder/model-folder.ts';
import type { VaePart } from './model-folder/vae-parts.ts';

export interface Picture {
  /** float32 [3, height, width] in [0, 1], 1 is white. */
  readonly picture: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** `small`: distilled from the exact one, much cheaper and nearly the same; folders need not have it. */
export type DecoderKind = 'exact' | 'small';

export interface VaeDecoder {
  /** Latents [C, h, w] as the U-Net knows them; not overwritten. Exact where the folder has no small decoder. */
  decode(latents: Float32Array, signal?: AbortSignal, kind?: DecoderKind): Promise<Picture>;
  readonly width: number;
  readonly height: number;
  dispose(): Promise<void>;
}

export interface LatentSize {
  readonly height: number;
  readonly width: number;
}

/** Compiles the small decoder where there is one, else the exact one; the other when it is first asked for. */
export async function openVaeDecoder(
  runtime: Runtime,
  folder: ModelFolder,
  size: LatentSize,
  device: DeviceOptions,
): Promise<VaeDecoder> {
  const { vaeDecoder: exact, smallDecoder: small = exact } = folder;
  const parts = { exact, small };
  const open = (part: VaePart) => openPart(runtime, folder, part, size, device);
  const opened = new Map([[small, await open(small)]]);
  const { width, height } = opened.get(small)!;
  return {
    width,
    height,
    async decode(latents, signal, kind = 'exact') {
      const part = parts[kind];
      const decoder = opened.get(part) ?? (await open(part));
      opened.set(part, decoder);
      return decoder.decode(latents, signal);
    },
    dispose: async () => {
      for (const decoder of opened.values()) await decoder.dispose();
    },
  };
}

async function openPart(
  runtime: Runtime,
  { vae, latents }: ModelFolder,
  part: VaePart,
  size: LatentSize,
  device: DeviceOptions,
): Promise<VaeDecoder> {
  const shapes = openShapes([[part.input, [1, latents.channels, size.height, size.width]]]);
  const model = await runtime.compile(part.xmlPath, {
    ...device,
    shapes,
  });
  const request = model.createRequest();
  const input = floats(request.input(part.input.name).data, part.input);
  const outputTensor = request.output(part.output.name);
  const output = floats(outputTensor.data, part.output);
  const [, , height = 0, width = 0] = outputTensor.shape;
  return {
    width,
    height,
    async decode(given, signal) {
      for (let i = 0; i < input.length; i++) input[i] = given[i]! / vae.scaling + vae.shift;
      await inferUnlessAborted(request, signal);
      assertFinite(output, 'the VAE decoder');
      const picture = new Float32Array(output.length);
      for (let i = 0; i < picture.length; i++) picture[i] = Math.min(Math.max(output[i]! / 2 + 0.5, 0), 1);
      return { picture, width, height };
    },
    dispose: () => model.dispose(),
  };
}
