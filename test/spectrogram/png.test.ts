import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { decodePng, encodePng } from '../../src/spectrogram/png.ts';
import { readPngText, withPngText } from '../../src/spectrogram/png-text.ts';

const picture = {
  width: 20,
  height: 16,
  pixels: Uint8Array.from({ length: 320 }, (_, i) => (i * 37) % 256),
};

test('picture and recipe survive the PNG', async () => {
  const recipe = JSON.stringify({ prompt: 'Gänsehaut \u{1F3B5}', seed: 7 });
  const bytes = await encodePng(picture, recipe);
  assert.deepEqual(await decodePng(bytes, 16), { picture, recipe });
});

test('the same picture and recipe give the same bytes', async () => {
  assert.deepEqual(await encodePng(picture, '{}'), await encodePng(picture, '{}'));
});

test('other readers see the chunk as text and the picture as 8-bit grey', async () => {
  const { comments, channels, depth } = await sharp(await encodePng(picture, '{"seed":7}')).metadata();
  assert.deepEqual(
    { comments, channels, depth },
    {
      comments: [{ keyword: 'riff-recipe', text: '{"seed":7}' }],
      channels: 1,
      depth: 'uchar',
    },
  );
});

test('only its own keyword is read as the recipe', async () => {
  const plain = await encodePng(picture);
  assert.equal((await decodePng(plain, 16)).recipe, undefined);
  const changed = withPngText(plain, 'other', 'x');
  assert.equal(readPngText(changed, 'riff-recipe'), undefined);
  assert.equal(readPngText(changed, 'other'), 'x');
});

test('of a coloured PNG the red plane counts, with and without alpha', async () => {
  for (const channels of [3, 4] as const) {
    const rgb = Buffer.alloc(320 * channels, 9);
    for (const [i, value] of picture.pixels.entries()) rgb[i * channels] = value;
    const png = await sharp(rgb, { raw: { width: 20, height: 16, channels } })
      .png()
      .toBuffer();
    assert.deepEqual((await decodePng(png, 16)).picture, picture);
  }
});

test("Riffusion's stereo pictures, red plane empty, are mixed", async () => {
  const rgb = Buffer.from(Array.from({ length: 320 }, () => [0, 100, 140]).flat());
  const png = await sharp(rgb, { raw: { width: 20, height: 16, channels: 3 } })
    .png()
    .toBuffer();
  assert.ok((await decodePng(png, 16)).picture.pixels.every((value) => value === 120));
});

const png = await encodePng(picture);
for (const { what, bytes, says } of [
  { what: 'text', bytes: Buffer.from('hello'), says: /expected a PNG/ },
  { what: 'nothing', bytes: Buffer.alloc(0), says: /expected a PNG/ },
  { what: 'half a PNG', bytes: png.subarray(0, png.length / 2), says: /expected a PNG/ },
  { what: 'a JPEG', bytes: await sharp(png).jpeg().toBuffer(), says: /jpeg/ },
  { what: 'a PNG of 16 rows', bytes: png, says: /expected 512 rows.*20×16/ },
]) {
  test(`${what} is refused with what was expected`, async () => {
    await assert.rejects(decodePng(bytes, 512), { code: 'invalid_input', message: says });
  });
}
