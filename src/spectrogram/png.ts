import sharp from 'sharp';
import { writeExif } from './exif.ts';
import type { SpectrogramParams } from './params.ts';
import type { Picture } from './picture.ts';
import { exifOfParams } from './picture-params.ts';
import { withPngExif, withRecipe } from './png-chunks.ts';

/**
 * Greyscale PNG of 8 bits, low notes at the bottom. Holds its parameters in EXIF tags, as riffusion-hobby reads them, and
 * the recipe (JSON) in a text chunk. Same input, same bytes.
 */
export async function encodePng(
  picture: Picture,
  params: SpectrogramParams,
  recipe?: string,
): Promise<Buffer> {
  const { width, height, pixels } = picture;
  const png = await sharp(pixels, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 6, adaptiveFiltering: true, palette: false })
    .toBuffer();
  const tagged = withPngExif(png, writeExif(exifOfParams(params)));
  return recipe === undefined ? tagged : withRecipe(tagged, recipe);
}
