import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSpectrogramParams, RIFFUSION_PARAMS } from '../../src/spectrogram/params.ts';
import { decodedToMel, decodedToPicture, melToPicture, pictureToMel } from '../../src/spectrogram/picture.ts';
import { golden } from '../golden/audio/golden.ts';

const twoRows = createSpectrogramParams({ nMels: 2 });
/** Every grey level once, 128 in the upper row. */
const allLevels = { width: 128, height: 2, pixels: Uint8Array.from({ length: 256 }, (_, value) => value) };

for (const { name, fullScale } of [
  { name: 'volume', fullScale: { form: 'volume', maxVolume: 50 } },
  { name: 'magnitude', fullScale: { form: 'magnitude', maxMagnitude: 30e6 } },
] as const) {
  test(`grey levels become the reference's magnitudes to the last bit (${name})`, () => {
    const mel = pictureToMel(allLevels, createSpectrogramParams({ nMels: 2, fullScale }));
    const expected = golden.pixels[name];
    assert.deepEqual([...mel], [...expected.slice(128), ...expected.slice(0, 128)]);
  });
}

test("magnitudes become the reference's grey levels", () => {
  const picture = melToPicture(
    Float32Array.from(golden.pixels.mel),
    6,
    createSpectrogramParams({ nMels: 4 }),
  );
  assert.deepEqual([...picture.pixels], golden.pixels.picture);
});

test('picture to magnitudes and back moves no grey level by more than one', () => {
  const back = melToPicture(pictureToMel(allLevels, twoRows), 128, twoRows);
  for (const [index, value] of allLevels.pixels.entries()) {
    assert.ok(Math.abs(back.pixels[index]! - value) <= 1);
  }
});

test('silence is a white picture', () => {
  assert.ok(
    melToPicture(new Float32Array(512 * 3), 3, RIFFUSION_PARAMS).pixels.every((value) => value === 255),
  );
});

test('the float path equals the 8-bit path where the decoder gives 8-bit values', () => {
  const plane = Float32Array.from(allLevels.pixels, (value) => value / 255);
  const planes = new Float32Array([...plane, ...plane, ...plane]);
  const decoded = { width: 128, height: 2, planes };
  assert.deepEqual(decodedToPicture(decoded), allLevels);
  const [floats, bytes] = [decodedToMel(decoded, twoRows), pictureToMel(allLevels, twoRows)];
  const loudest = Math.max(...bytes);
  for (const [index, magnitude] of bytes.entries()) {
    assert.ok(Math.abs(floats[index]! - magnitude) < 1e-6 * loudest);
  }
});

test('the float path averages the planes and clamps what lies beyond black and white', () => {
  const decoded = { width: 1, height: 2, planes: Float32Array.of(0, -0.5, 0.5, -0.5, 1, 0.1) };
  const mel = decodedToMel(decoded, twoRows);
  assert.equal(mel[0], 50 ** 4);
  assert.equal(mel[1], 25 ** 4);
});

test('a picture of another height and a decoder that gives no numbers are refused', () => {
  assert.throws(() => pictureToMel(allLevels, RIFFUSION_PARAMS), {
    code: 'invalid_input',
    message: /512 rows.*got 2/,
  });
  const planes = new Float32Array(6).fill(Number.NaN);
  assert.throws(() => decodedToMel({ width: 1, height: 2, planes }, twoRows), { code: 'engine_failed' });
});
