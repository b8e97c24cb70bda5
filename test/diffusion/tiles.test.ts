import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Strip } from '../../src/diffusion/columns.ts';
import { inTiles } from '../../src/diffusion/tiles.ts';

const WIDTH = 32;
const ROWS = 2;

function stripOf(width: number): Strip {
  return { values: Float32Array.from({ length: ROWS * width }, (_, i) => Math.sin(i)), width };
}

/** Twice as wide: each column and the mean of those up to four columns away, where there are any. */
function decode({ values, width }: Strip): Strip {
  const at = (row: number, x: number) => (x < 0 || x >= width ? 0 : values[row * width + x]!);
  const out = new Float32Array(2 * values.length);
  for (let row = 0; row < ROWS; row++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let reach = -4; reach <= 4; reach++) sum += at(row, x + reach);
      out[row * 2 * width + 2 * x] = at(row, x);
      out[row * 2 * width + 2 * x + 1] = sum / 9;
    }
  }
  return { values: out, width: 2 * width };
}

for (const width of [32, 33, 47, 48, 64, 100]) {
  test(`${width} columns in tiles of ${WIDTH} are decoded as one piece`, async () => {
    const widths: number[] = [];
    const tiled = await inTiles(stripOf(width), { width: WIDTH, scale: 2, isRing: false }, async (tile) => {
      widths.push(tile.width);
      return decode(tile);
    });
    assert.deepEqual(tiled, decode(stripOf(width)));
    assert.ok(widths.every((tile) => tile === WIDTH));
  });
}

for (const width of [12, 24, 32, 40]) {
  test(`a ring of ${width} columns is decoded as the middle of its repetitions`, async () => {
    const ring = await inTiles(stripOf(width), { width: WIDTH, scale: 2, isRing: true }, async (tile) =>
      decode(tile),
    );
    const thrice = stripOf(3 * width);
    const one = stripOf(width);
    for (let i = 0; i < thrice.values.length; i++) {
      thrice.values[i] = one.values[Math.floor(i / (3 * width)) * width + (i % width)]!;
    }
    const middle = decode(thrice);
    const expected = ring.values.map(
      (_, i) => middle.values[Math.floor(i / (2 * width)) * 6 * width + 2 * width + (i % (2 * width))]!,
    );
    assert.deepEqual(ring, { values: expected, width: 2 * width });
  });
}

test('a picture is encoded in tiles of whole latents', async () => {
  const halved = async ({ values, width }: Strip) => ({
    values: Float32Array.from({ length: values.length / 2 }, (_, i) => values[2 * i]!),
    width: width / 2,
  });
  const picture = stripOf(90);
  const options = { width: 32, scale: 1 / 2, unit: 2, isRing: false };
  assert.deepEqual(await inTiles(picture, options, halved), await halved(picture));
});
