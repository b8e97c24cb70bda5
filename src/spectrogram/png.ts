import sharp, { type OutputInfo } from 'sharp';
import { messageOf, UserError } from '../errors.ts';
import type { Picture } from './picture.ts';
import { readPngText, withPngText } from './png-text.ts';

/** Keyword of the text chunk that carries the recipe. */
const RECIPE_KEYWORD = 'riff-recipe';

/** About five minutes of sound; more would be a mistake or an attack. */
const MAX_PIXELS = 512 * 32_768;

/** Greyscale PNG, 8 bits, low notes at the bottom, the recipe (any text, JSON by custom) in a text chunk. Same input, same bytes. */
export async function encodePng(picture: Picture, recipe?: string): Promise<Buffer> {
  const { width, height, pixels } = picture;
  const png = await sharp(pixels, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 6, adaptiveFiltering: true, palette: false })
    .toBuffer();
  return recipe === undefined ? png : withPngText(png, RECIPE_KEYWORD, recipe);
}

export interface DecodedPng {
  readonly picture: Picture;
  /** What encodePng was given; undefined in a PNG from elsewhere. */
  readonly recipe: string | undefined;
}

/**
 * Reads a spectrogram PNG of any colour type. As Riffusion does, the red plane counts; in its stereo pictures,
 * whose red plane is empty, the mean of green (left) and blue (right).
 * Throws UserError where the bytes are no PNG or the picture has not `rows` rows.
 */
export async function decodePng(bytes: Uint8Array, rows: number): Promise<DecodedPng> {
  const { data, info } = await readRgb(bytes);
  if (info.height !== rows) {
    throw new UserError(
      `The picture: expected ${rows} rows (one per mel band, low notes at the bottom), got ${info.width}×${info.height}. ` +
        `Use a spectrogram of that height.`,
    );
  }
  const pixels = new Uint8Array(info.width * info.height);
  const stereo = isStereo(data);
  for (let i = 0; i < pixels.length; i++) {
    pixels[i] = stereo ? Math.round((data[3 * i + 1]! + data[3 * i + 2]!) / 2) : data[3 * i]!;
  }
  return {
    picture: { width: info.width, height: info.height, pixels },
    recipe: readPngText(bytes, RECIPE_KEYWORD),
  };
}

async function readRgb(bytes: Uint8Array): Promise<{ data: Buffer; info: OutputInfo }> {
  try {
    const image = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error' });
    const { format } = await image.metadata();
    if (format !== 'png') throw new Error(`it is a ${format} file`);
    return await image
      .removeAlpha()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
  } catch (thrown) {
    throw new UserError(
      `The picture: expected a PNG spectrogram, but it cannot be read: ${messageOf(thrown)}.`,
      {
        cause: thrown,
      },
    );
  }
}

/** Riffusion's stereo layout: red all 0 while another plane is not. */
function isStereo(rgb: Uint8Array): boolean {
  let coloured = false;
  for (let i = 0; i < rgb.length; i += 3) {
    if (rgb[i] !== 0) return false;
    coloured ||= rgb[i + 1] !== 0 || rgb[i + 2] !== 0;
  }
  return coloured;
}
