/** Latents [C, h, width] or a picture [planes, height, width], row by row. */
export interface Strip {
  readonly values: Float32Array;
  readonly width: number;
}

/** Copies `count` columns of all rows; positions beyond an edge of `from` wrap around. */
export function copyColumns(from: Strip, firstFrom: number, to: Strip, firstTo: number, count: number): void {
  const rows = from.values.length / from.width;
  for (let i = 0; i < count; i++) {
    const source = (((firstFrom + i) % from.width) + from.width) % from.width;
    for (let row = 0; row < rows; row++) {
      to.values[row * to.width + firstTo + i] = from.values[row * from.width + source]!;
    }
  }
}

/** A copy of `count` columns from `first` on. */
export function cutColumns(strip: Strip, first: number, count: number): Strip {
  const rows = strip.values.length / strip.width;
  const cut = { values: new Float32Array(rows * count), width: count };
  copyColumns(strip, first, cut, 0, count);
  return cut;
}
