import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { readExif } from '../../src/spectrogram/exif.ts';
import { RIFFUSION_PARAMS } from '../../src/spectrogram/params.ts';
import { encodePng } from '../../src/spectrogram/png.ts';
import { readPngText, recipeOfPng, withPngText } from '../../src/spectrogram/png-chunks.ts';

const picture = {
  width: 20,
  height: 16,
  pixels: Uint8Array.from({ length: 320 }, (_, i) => (i * 37) % 256),
};
const encoded = (recipe?: string) => encodePng(picture, RIFFUSION_PARAMS, recipe);

test('the same picture and recipe give the same bytes', async () => {
  assert.deepEqual(await encoded('{}'), await encoded('{}'));
});

test('other readers see the chunk as text and the picture as 8-bit grey', async () => {
  const { comments, channels, depth } = await sharp(await encoded('{"seed":7}')).metadata();
  assert.deepEqual(comments, [{ keyword: 'riff-recipe', text: '{"seed":7}' }]);
  assert.deepEqual([channels, depth], [1, 'uchar']);
});

test('every parameter that riffusion-hobby reads stands in the EXIF, with its number', async () => {
  const { exif } = await sharp(await encoded()).metadata();
  assert.deepEqual(
    [...readExif(exif ?? Buffer.alloc(0))],
    [
      [11_000, 44_100],
      [11_005, 0],
      [11_010, 10],
      [11_020, 100],
      [11_030, 400],
      [11_040, 512],
      [11_050, 0],
      [11_060, 10_000],
      [11_070, 0.25],
    ],
  );
});

test('only its own keyword is read as the recipe', async () => {
  const plain = await encoded();
  assert.equal(recipeOfPng(plain), undefined);
  const changed = withPngText(plain, 'other', 'x');
  assert.equal(recipeOfPng(changed), undefined);
  assert.equal(readPngText(changed, 'other'), 'x');
});
