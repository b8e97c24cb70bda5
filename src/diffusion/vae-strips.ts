import type { DecodedPicture } from '../spectrogram/picture.ts';
import type { ModelFolder } from './model-folder/model-folder.ts';
import { inTiles } from './tiles.ts';
import type { DecoderKind, LatentSize, VaeDecoder, VaeEncoder } from './vae.ts';

export interface DecodeOptions {
  readonly isRing?: boolean;
  /** The exact one by default. */
  readonly decoder?: DecoderKind;
  readonly signal?: AbortSignal;
  /** Called after each tile of a wide strip. */
  readonly onTile?: () => void;
}

export interface VaeParts {
  readonly folder: Pick<ModelFolder, 'latents' | 'vae'>;
  readonly size: LatentSize;
  readonly decoder: VaeDecoder;
}

/** The picture of latents [C, h, columns] of any width. */
export async function decodeStrip(
  { folder, size, decoder }: VaeParts,
  latents: Float32Array,
  { isRing = false, decoder: kind, signal, onTile }: DecodeOptions = {},
): Promise<DecodedPicture> {
  const width = latents.length / folder.latents.channels / size.height;
  const tiles = { width: size.width, scale: folder.vae.pixelsPerLatent, isRing };
  const { height } = decoder;
  const strip = await inTiles({ values: latents, width }, tiles, async ({ values }) => {
    const { planes, width } = await decoder.decode(values, signal, kind);
    onTile?.();
    return { values: planes, width };
  });
  return { planes: strip.values, width: strip.width, height };
}

/** Latents [C, h, columns] of a picture of any width that they divide. */
export async function encodeStrip(
  { folder, size, decoder }: VaeParts,
  encoder: VaeEncoder,
  picture: Float32Array,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const { pixelsPerLatent } = folder.vae;
  const width = picture.length / 3 / decoder.height;
  const strip = await inTiles(
    { values: picture, width },
    { width: decoder.width, scale: 1 / pixelsPerLatent, isRing: false, unit: pixelsPerLatent },
    async ({ values }) => ({ values: await encoder.encode(values, signal), width: size.width }),
  );
  return strip.values;
}
