import { RiffError } from '../errors.ts';
import type { SpectrogramParams } from './params.ts';

/** An 8-bit grey picture, row by row from the top; the top row is the highest band, black is loud. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/**
 * Grey picture → melMagnitudes [nMels, frames], row 0 the lowest band, frames = width.
 * magnitude = ((255 − v) · maxVolume / 255)^(1/imagePower), rounded to float32 after every operation, which equals
 * spectrogram_from_image of the Riffusion notebook bit for bit; with the other full scale, riffusion-hobby's.
 * Throws RiffError('invalid_input') if the height is not nMels.
 */
export function pictureToMel(picture: Picture, params: SpectrogramParams): Float32Array {
  checkHeight(picture.height, params);
  const magnitudeOf = Float32Array.from({ length: 256 }, (_, value) => pixelMagnitude(value, params));
  const { width, height, pixels } = picture;
  const melMagnitudes = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const band = (height - 1 - row) * width;
    for (let x = 0; x < width; x++) melMagnitudes[band + x] = magnitudeOf[pixels[row * width + x]!]!;
  }
  return melMagnitudes;
}

function pixelMagnitude(value: number, { imagePower, fullScale }: SpectrogramParams): number {
  const { fround } = Math;
  const inverted = fround(255 - value);
  switch (fullScale.form) {
    case 'volume':
      return fround(fround(fround(inverted * fullScale.maxVolume) / 255) ** (1 / imagePower));
    case 'magnitude':
      return fround(fround(fround(inverted / 255) ** (1 / imagePower)) * fullScale.maxMagnitude);
  }
}

/** A decoded picture before rounding. */
export interface DecodedPicture {
  readonly width: number;
  readonly height: number;
  /** [channels, height, width], 0 … 1, row 0 the top. */
  readonly planes: Float32Array;
}

/**
 * Decoder output → melMagnitudes [nMels, frames], row 0 the lowest band, without rounding to grey levels first.
 * The planes are averaged: the model was trained on grey pictures, so any difference between them is noise of the
 * decoder. (The Riffusion notebook takes the red plane of the rounded picture.) Values beyond 0 … 1 are clamped.
 * Throws RiffError('engine_failed') if a value is NaN, RiffError('invalid_input') if the height is not nMels.
 */
export function decodedToMel(decoded: DecodedPicture, params: SpectrogramParams): Float32Array {
  checkHeight(decoded.height, params);
  const grey = greyPlane(decoded);
  const { width, height } = decoded;
  const exponent = 1 / params.imagePower;
  const volume = params.fullScale.form === 'volume' ? params.fullScale.maxVolume : 1;
  const factor = params.fullScale.form === 'magnitude' ? params.fullScale.maxMagnitude : 1;
  const melMagnitudes = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const band = (height - 1 - row) * width;
    for (let x = 0; x < width; x++) {
      melMagnitudes[band + x] = factor * ((1 - grey[row * width + x]!) * volume) ** exponent;
    }
  }
  return melMagnitudes;
}

/** Decoder output → the picture to show: mean of the planes, rounded to 8 bits as diffusers rounds. */
export function decodedToPicture(decoded: DecodedPicture): Picture {
  const grey = greyPlane(decoded);
  const pixels = new Uint8Array(grey.length);
  for (let i = 0; i < grey.length; i++) pixels[i] = Math.round(grey[i]! * 255);
  return { width: decoded.width, height: decoded.height, pixels };
}

/**
 * melMagnitudes [nMels, frames] → grey picture, the loudest magnitude black.
 * v = 255 − 255 · (mel / max)^imagePower, the fraction cut off, as riffusion-hobby's image_from_spectrogram.
 * Silence gives a white picture.
 */
export function melToPicture(
  melMagnitudes: Float32Array,
  frames: number,
  params: SpectrogramParams,
): Picture {
  const { nMels, imagePower } = params;
  const { fround } = Math;
  let loudest = 0;
  for (const magnitude of melMagnitudes) if (magnitude > loudest) loudest = magnitude;
  const pixels = new Uint8Array(nMels * frames).fill(255);
  for (let band = 0; band < nMels && loudest > 0; band++) {
    const row = (nMels - 1 - band) * frames;
    for (let x = 0; x < frames; x++) {
      const level = fround(fround(melMagnitudes[band * frames + x]! / loudest) ** imagePower);
      pixels[row + x] = Math.trunc(fround(255 - fround(level * 255)));
    }
  }
  return { width: frames, height: nMels, pixels };
}

function greyPlane({ planes, width, height }: DecodedPicture): Float32Array {
  const size = width * height;
  const channels = planes.length / size;
  const grey = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let plane = 0; plane < channels; plane++) sum += planes[plane * size + i]!;
    grey[i] = Math.min(1, Math.max(0, sum / channels));
  }
  if (grey.some(Number.isNaN)) {
    throw new RiffError(
      'engine_failed',
      'decoder: expected numbers, got NaN or Infinity; try another device or fetch the model again',
    );
  }
  return grey;
}

function checkHeight(height: number, { nMels }: SpectrogramParams): void {
  if (height === nMels) return;
  throw new RiffError(
    'invalid_input',
    `picture: expected ${nMels} rows, one per mel band, got ${height}; use one of that height`,
  );
}
