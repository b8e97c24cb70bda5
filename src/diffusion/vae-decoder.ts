import type { Runtime } from '../openvino/runtime.ts';
import { assertFinite, type DeviceOptions, floats, inferUnlessAborted, openShapes } from './inference.ts';
import type { ModelFolder } from './model-folder/model-folder.ts';

export interface Picture {
  /** float32 [3, height, width] in [0, 1], 1 is white. */
  readonly picture: Float32Array;
  readonly width: number;
  readonly height: number;
}

export interface VaeDecoder {
  /** Latents [C, h, w] as the U-Net knows them; not overwritten. */
  decode(latents: Float32Array, signal?: AbortSignal): Promise<Picture>;
  readonly width: number;
  readonly height: number;
  dispose(): Promise<void>;
}

export async function openVaeDecoder(
  runtime: Runtime,
  folder: ModelFolder,
  size: { readonly height: number; readonly width: number },
  device: DeviceOptions,
): Promise<VaeDecoder> {
  const { vaeDecoder, vae, latents } = folder;
  const shapes = openShapes([[vaeDecoder.input, [1, latents.channels, size.height, size.width]]]);
  const model = await runtime.compile(vaeDecoder.xmlPath, {
    ...device,
    shapes,
  });
  const request = model.createRequest();
  const input = floats(request.input(vaeDecoder.input.name).data, vaeDecoder.input);
  const outputTensor = request.output(vaeDecoder.output.name);
  const output = floats(outputTensor.data, vaeDecoder.output);
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
