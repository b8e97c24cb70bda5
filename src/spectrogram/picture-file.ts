import sharp, { type Metadata, type OutputInfo } from 'sharp';
import { messageOf, UserError } from '../errors.ts';
import { readExif } from './exif.ts';
import type { SpectrogramParams } from './params.ts';
import type { Picture } from './picture.ts';
import { paramsOfExif } from './picture-params.ts';
import { recipeOfPng } from './png-chunks.ts';

/** About five minutes of sound; more would be a mistake or an attack. */
const MAX_PIXELS = 512 * 32_768;

const FORMATS: readonly (string | undefined)[] = ['png', 'jpeg', 'webp'];

export interface PictureFile {
  /** One picture for each channel of sound: one, or left and right. */
  readonly channels: readonly [Picture] | readonly [Picture, Picture];
  /** Riffusion's own, overridden by those in the file's EXIF. */
  readonly params: SpectrogramParams;
  /** The recipe that was given to encodePng; undefined if the file holds none. */
  readonly recipe: string | undefined;
}

/**
 * Reads a spectrogram from a PNG, JPEG or WebP. Uses the stored values, as PIL does: colour profiles, gamma and
 * orientation are ignored. As in Riffusion, the red plane is the sound; in stereo pictures green is left and blue is
 * right.
 * Throws UserError if the bytes are no such picture, its EXIF is impossible or its height is not the number of bands.
 */
export async function readPictureFile(bytes: Uint8Array): Promise<PictureFile> {
  const { data, info, exif } = await readRgb(bytes);
  const { params, stereo = looksStereo(data) } = paramsOfExif(readExif(exif));
  const { width, height } = info;
  if (height !== params.nMels) {
    throw new UserError(
      `picture: expected ${params.nMels} rows (one per mel band, low notes at the bottom), got ${width}×${height}; ` +
        'use a spectrogram of that height',
    );
  }
  const plane = (index: number): Picture => ({ width, height, pixels: planeOf(data, index) });
  const channels = stereo ? ([plane(1), plane(2)] as const) : ([plane(0)] as const);
  return { channels, params, recipe: recipeOfPng(bytes) };
}

interface Rgb {
  /** [height, width, 3]. */
  readonly data: Buffer;
  readonly info: OutputInfo;
  readonly exif: Uint8Array;
}

async function readRgb(bytes: Uint8Array): Promise<Rgb> {
  try {
    const image = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error', ignoreIcc: true });
    const metadata = await image.metadata();
    assertReadable(metadata);
    const rgb = image.removeAlpha().toColourspace('srgb').raw({ depth: 'uchar' });
    const { data, info } = await rgb.toBuffer({ resolveWithObject: true });
    return { data, info, exif: metadata.exif ?? new Uint8Array() };
  } catch (thrown) {
    throw new UserError(
      `picture: expected a PNG, JPEG or WebP spectrogram, got one that cannot be read: ${messageOf(thrown)}`,
      { cause: thrown },
    );
  }
}

function assertReadable({ format, space }: Metadata): void {
  if (!FORMATS.includes(format)) throw new Error(`it is a ${format} file`);
  // Converting CMYK to red depends on a colour profile.
  if (space === 'cmyk') throw new Error('its colours are CMYK; save it in RGB');
}

function planeOf(rgb: Uint8Array, plane: number): Uint8Array {
  const pixels = new Uint8Array(rgb.length / 3);
  for (let i = 0; i < pixels.length; i++) pixels[i] = rgb[3 * i + plane]!;
  return pixels;
}

/** The highest mean level of a red plane that counts as empty; JPEG at its worst quality lifts an empty one to 6. */
const BLACKEST = 24;
const TIMES_BRIGHTER = 4;

/** Recognises Riffusion's stereo layout: the red plane is nearly black, the others are not. */
function looksStereo(rgb: Uint8Array): boolean {
  let red = 0;
  let others = 0;
  for (let i = 0; i < rgb.length; i += 3) {
    red += rgb[i]!;
    others += (rgb[i + 1]! + rgb[i + 2]!) / 2;
  }
  return red <= BLACKEST * (rgb.length / 3) && others > TIMES_BRIGHTER * red;
}
