import type { Picture } from '../../src/spectrogram/picture.ts';
import { readPictureFile } from '../../src/spectrogram/picture-file.ts';

export type { Picture };

/** The one channel of a riff's picture. */
export async function readPicture(png: Uint8Array): Promise<Picture> {
  return (await readPictureFile(png)).channels[0];
}

/** Columns from `first` on; those beyond the end begin again at the first one, as in a loop. */
export function cropped({ pixels, width, height }: Picture, first: number, columns: number): Picture {
  const cut = new Uint8Array(height * columns);
  for (let row = 0; row < height; row++) {
    for (let x = 0; x < columns; x++) cut[row * columns + x] = pixels[row * width + ((first + x) % width)]!;
  }
  return { pixels: cut, width: columns, height };
}
