import type { Picture } from '../../src/spectrogram/picture.ts';
import { readPictureFile } from '../../src/spectrogram/picture-file.ts';

export type { Picture };

/** The one channel of a riff's picture. */
export async function readPicture(png: Uint8Array): Promise<Picture> {
  return (await readPictureFile(png)).channels[0];
}
