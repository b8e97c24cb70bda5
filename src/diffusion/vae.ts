import { join } from 'node:path';
import type { DeviceOptions } from '../openvino/device-options.ts';
import type { Runtime } from '../openvino/runtime.ts';
import type { DecodedPicture } from '../spectrogram/picture.ts';
import { assertFinite, floats, type OpenPart, openPart } from './inference.ts';
import type { ModelPart } from './model-folder/ir-file.ts';
import { invalidModel } from './model-folder/json-file.ts';
import type { ModelFolder } from './model-folder/model-folder.ts';
import type { LatentShape } from './model-folder/unet-parts.ts';

/** `small`: distilled from the exact one, much cheaper and nearly the same; folders need not have it. */
export type DecoderKind = 'exact' | 'small';

export interface VaeDecoder {
  /** Latents [C, h, w] as the U-Net knows them; not overwritten. Exact where the folder has no small decoder. */
  decode(latents: Float32Array, signal?: AbortSignal, kind?: DecoderKind): Promise<DecodedPicture>;
  /** Pixels of a picture. */
  readonly width: number;
  readonly height: number;
  dispose(): Promise<void>;
}

export interface VaeEncoder {
  /**
   * The most likely latents [C, h, w] of a picture, as the U-Net knows them. `picture`: float32 [3, height, width] in
   * [0, 1], 1 is white, of the size that the pipeline was loaded for.
   */
  encode(picture: Float32Array, signal?: AbortSignal): Promise<Float32Array>;
  dispose(): Promise<void>;
}

export type LatentSize = Pick<LatentShape, 'height' | 'width'>;

/** Compiles the small decoder where there is one, else the exact one; the other when it is first asked for. */
export async function openVaeDecoder(
  runtime: Runtime,
  { vaeDecoder: exact, smallDecoder: small = exact, latents: { channels }, vae }: ModelFolder,
  size: LatentSize,
  device: DeviceOptions,
): Promise<VaeDecoder> {
  const parts = { exact, small };
  const opened = new Map<ModelPart, OpenPart>();
  const opening = async (part: ModelPart): Promise<OpenPart> => {
    const known = opened.get(part);
    if (known) return known;
    const decoder = await openPart(runtime, part, [1, channels, size.height, size.width], device);
    opened.set(part, decoder);
    return decoder;
  };
  const [, , height = 0, width = 0] = (await opening(small)).outputShape;
  return {
    width,
    height,
    async decode(latents, signal, kind = 'exact') {
      const part = parts[kind];
      const { input: data, output, run } = await opening(part);
      const input = floats(data, part.input);
      for (let i = 0; i < input.length; i++) input[i] = latents[i]! / vae.scaling + vae.shift;
      await run(signal);
      assertFinite(output, 'the VAE decoder');
      const planes = new Float32Array(output.length);
      for (let i = 0; i < planes.length; i++) planes[i] = Math.min(Math.max(output[i]! / 2 + 0.5, 0), 1);
      return { planes, width, height };
    },
    dispose: async () => {
      for (const decoder of opened.values()) await decoder.dispose();
    },
  };
}

/** `size`: of the pictures, in pixels. Throws RiffError('invalid_model') where the folder has no encoder. */
export async function openVaeEncoder(
  runtime: Runtime,
  folder: ModelFolder,
  size: { readonly height: number; readonly width: number },
  device: DeviceOptions,
): Promise<VaeEncoder> {
  const part = folder.vaeEncoder;
  if (!part) {
    const expected = 'a VAE encoder, which turns pictures into latents';
    throw invalidModel(join(folder.path, 'vae_encoder'), expected, 'none', 'use a folder with one');
  }
  const encoder = await openPart(runtime, part, [1, 3, size.height, size.width], device);
  const input = floats(encoder.input, part.input);
  const { output, outputShape } = encoder;
  const [, channels = folder.latents.channels] = outputShape;
  // Means followed by log-variances, or the means alone.
  const means = output.subarray(0, (output.length / channels) * folder.latents.channels);
  return {
    async encode(picture, signal) {
      for (let i = 0; i < input.length; i++) input[i] = picture[i]! * 2 - 1;
      await encoder.run(signal);
      assertFinite(means, 'the VAE encoder');
      return means.map((mean) => (mean - folder.vae.shift) * folder.vae.scaling);
    },
    dispose: encoder.dispose,
  };
}
