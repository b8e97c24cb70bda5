import type { Painted, PaintOptions, PictureRequest } from '../../src/diffusion/generation.ts';
import type { DiffusionPipeline, PipelineDescription } from '../../src/diffusion/pipeline.ts';
import type { DecodedPicture } from '../../src/spectrogram/picture.ts';

export interface ClipPipeline extends Pick<DiffusionPipeline, 'paint' | 'decode'> {
  readonly describe: Pick<PipelineDescription, 'latentShape'>;
}

/** One clip from noise, painted and decoded: what diffusers' pipelines do. */
export async function generate(
  pipeline: ClipPipeline,
  request: PictureRequest,
  options: PaintOptions = {},
): Promise<Painted & DecodedPicture> {
  const [, , , columns = 0] = pipeline.describe.latentShape;
  const windows = [{ column: 0, words: request }];
  const painting = { columns, windows, strength: 1, given: null, held: null };
  const painted = await pipeline.paint(request, painting, options);
  return {
    ...painted,
    ...(await pipeline.decode(painted.latents, options.signal && { signal: options.signal })),
  };
}
