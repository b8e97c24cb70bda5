import type { DecodedPicture } from './picture.ts';

export interface StretchOptions {
  /** Columns of the result. */
  readonly width: number;
  /** Source columns per column of the result: 2 plays twice as fast. */
  readonly speed: number;
  /** The first column follows the last one. */
  readonly isRing: boolean;
}

/**
 * The picture at another speed and the same pitch, by linear interpolation between columns. Beyond the end it repeats the
 * last column. At speed 1 it copies columns.
 */
export function stretchColumns(
  { planes, width, height }: DecodedPicture,
  { width: newWidth, speed, isRing }: StretchOptions,
): DecodedPicture {
  const rows = planes.length / width;
  const stretched = new Float32Array(rows * newWidth);
  for (let x = 0; x < newWidth; x++) {
    const position = (x + 0.5) * speed - 0.5;
    const left = Math.floor(position);
    const share = position - left;
    const [a, b] = [columnAt(left, width, isRing), columnAt(left + 1, width, isRing)];
    for (let row = 0; row < rows; row++) {
      const at = row * width;
      stretched[row * newWidth + x] =
        share === 0 ? planes[at + a]! : (1 - share) * planes[at + a]! + share * planes[at + b]!;
    }
  }
  return { planes: stretched, width: newWidth, height };
}

function columnAt(x: number, width: number, isRing: boolean): number {
  return isRing ? ((x % width) + width) % width : Math.min(Math.max(x, 0), width - 1);
}
