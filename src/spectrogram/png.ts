import sharp from 'sharp';
import { writeExif } from './exif.ts';
import type { SpectrogramParams } from './params.ts';
import type { Picture } from './picture.ts';
import { exifOfParams } from './picture-params.ts';
import { readPngText, withPngExif, withPngText } from './png-chunks.ts';

/** Keyword of the text chunk that carries the recipe. */
const RECIPE_KEYWORD = 'riff-recipe';

/**
 * Greyscale PNG, 8 bits, low notes at the bottom, with its parameters in EXIF tags as riffusion-hobby reads them and
 * the recipe (any text, JSON by custom) in a text chunk. Same input, same bytes.
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
  return recipe === undefined ? tagged : withPngText(tagged, RECIPE_KEYWORD, recipe);
}

/** What encodePng was given; undefined in a PNG from elsewhere and in other files. */
export function recipeOfPng(bytes: Uint8Array): string | undefined {
  return readPngText(bytes, RECIPE_KEYWORD);
}
