import { join } from 'node:path';
import type { Runtime } from '../openvino/runtime.ts';
import { assertFinite, type DeviceOptions, floats, inferUnlessAborted, openShapes } from './inference.ts';
import { invalidModel } from './model-folder/json-file.ts';
import type { ModelFolder } from './model-folder/model-folder.ts';

export interface VaeEncoder {
  /**
   * The most likely latents [C, h, w] of a picture, as the U-Net knows them. `picture`: float32 [3, height, width] in
   * [0, 1], 1 is white, of the size that the pipeline was loaded for.
   */
  encode(picture: Float32Array, signal?: AbortSignal): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Throws RiffError('invalid_model') where the folder has no encoder. */
export async function openVaeEncoder(
  runtime: Runtime,
  folder: ModelFolder,
  size: { readonly height: number; readonly width: number },
  device: DeviceOptions,
): Promise<VaeEncoder> {
  const part = folder.vaeEncoder;
  if (!part) {
    const path = join(folder.path, 'vae_encoder');
    throw invalidModel(
      path,
      'a VAE encoder, which turns pictures into latents',
      'none',
      'use a folder with one',
    );
  }
  const shapes = openShapes([[part.input, [1, 3, size.height, size.width]]]);
  const model = await runtime.compile(part.xmlPath, { ...device, shapes });
  const request = model.createRequest();
  const input = floats(request.input(part.input.name).data, part.input);
  const outputTensor = request.output(part.output.name);
  const output = floats(outputTensor.data, part.output);
  const [, channels = folder.latents.channels] = outputTensor.shape;
  // Means and log-variances behind one another, or the means alone.
  const means = output.subarray(0, (output.length / channels) * folder.latents.channels);
  return {
    async encode(picture, signal) {
      for (let i = 0; i < input.length; i++) input[i] = picture[i]! * 2 - 1;
      await inferUnlessAborted(request, signal);
      assertFinite(means, 'the VAE encoder');
      return means.map((mean) => (mean - folder.vae.shift) * folder.vae.scaling);
    },
    dispose: () => model.dispose(),
  };
}
