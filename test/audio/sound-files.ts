import { readFileSync } from 'node:fs';

/** One second of 440 Hz at 0.4 in a format, written by ffmpeg. */
export function tone(extension: string): Buffer {
  return readFileSync(new URL(`sounds/tone.${extension}`, import.meta.url));
}

/** A whole number from 0 on. `random`: 0 … 1, 1 excluded. */
export function below(end: number, random: () => number): number {
  return Math.floor(random() * end);
}

/** Twelve bits turned over in the first `reach` bytes, behind the four that tell the format. */
export function flipped(file: Buffer, reach: number, random: () => number): Buffer {
  const bytes = Buffer.from(file);
  for (let n = 0; n < 12; n++)
    bytes[4 + below(Math.min(reach, bytes.length) - 4, random)]! ^= 1 << below(8, random);
  return bytes;
}
