import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import sharp from 'sharp';
import { RIFFUSION_PARAMS } from '../../src/spectrogram/params.ts';
import { readPictureFile } from '../../src/spectrogram/picture-file.ts';
import { encodePng } from '../../src/spectrogram/png.ts';

/** Made by PIL: test/golden/pictures/make_pictures.py. */
const golden = (name: string) => readFileSync(new URL(`../golden/pictures/${name}`, import.meta.url));
const pilPlanes: Readonly<Record<string, readonly string[]>> = JSON.parse(
  golden('pictures.json').toString('utf8'),
);
/** Two decoders of these lossy formats may round in another way. */
const LOSSY_TOLERANCE = 2;

describe('the values are those that PIL reads', () => {
  for (const [name, planes] of Object.entries(pilPlanes)) {
    test(name, async () => {
      const { channels } = await readPictureFile(golden(name));
      assert.equal(channels.length, planes.length);
      const tolerance = name.endsWith('.png') ? 0 : LOSSY_TOLERANCE;
      for (const [index, { width, height, pixels }] of channels.entries()) {
        const expected = Buffer.from(planes[index] ?? '', 'base64');
        assert.deepEqual([width, height, pixels.length], [24, 32, expected.length]);
        const worst = Math.max(...pixels.map((value, i) => Math.abs(value - expected[i]!)));
        assert.ok(worst <= tolerance, `differs by ${worst}`);
      }
    });
  }
});

test('the parameters are those of the EXIF, and Riffusion’s where there is none', async () => {
  const { params } = await readPictureFile(golden('all-tags.png'));
  assert.deepEqual(
    [params.sampleRate, params.hopLength, params.winLength, params.nFft, params.nMels],
    [48_000, 240, 2400, 9600, 32],
  );
  assert.deepEqual([params.fMin, params.fMax, params.imagePower], [20, 20_000, 0.5]);
  assert.equal((await readPictureFile(golden('rational.png'))).params.imagePower, 0.5);
  const bare = await sharp(new Uint8Array(512 * 3), { raw: { width: 3, height: 512, channels: 1 } })
    .png()
    .toBuffer();
  assert.equal((await readPictureFile(bare)).params, RIFFUSION_PARAMS);
});

const picture = {
  width: 20,
  height: 512,
  pixels: Uint8Array.from({ length: 10_240 }, (_, i) => (i * 37) % 256),
};

test('picture, parameters and recipe survive the PNG', async () => {
  const recipe = JSON.stringify({ prompt: 'Gänsehaut \u{1F3B5}', seed: 7 });
  const bytes = await encodePng(picture, RIFFUSION_PARAMS, recipe);
  assert.deepEqual(await readPictureFile(bytes), { channels: [picture], params: RIFFUSION_PARAMS, recipe });
  assert.equal((await readPictureFile(await encodePng(picture, RIFFUSION_PARAMS))).recipe, undefined);
});

test('a silent or an even picture is mono', async () => {
  for (const level of [0, 1, 255]) {
    const pixels = new Uint8Array(512 * 9).fill(level);
    const png = await sharp(pixels, { raw: { width: 3, height: 512, channels: 3 } })
      .png()
      .toBuffer();
    assert.equal((await readPictureFile(png)).channels.length, 1);
  }
});

const png = await encodePng(picture, RIFFUSION_PARAMS);
const plain = (width: number, height: number) =>
  sharp(new Uint8Array(width * height).fill(9), { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();
for (const { what, bytes, says } of [
  { what: 'text', bytes: Buffer.from('hello'), says: /PNG, JPEG or WebP/ },
  { what: 'nothing', bytes: Buffer.alloc(0), says: /PNG, JPEG or WebP/ },
  { what: 'half a PNG', bytes: png.subarray(0, png.length / 2), says: /PNG, JPEG or WebP/ },
  { what: 'half a JPEG', bytes: golden('rgb-444.jpg').subarray(0, 900), says: /PNG, JPEG or WebP/ },
  { what: 'a GIF', bytes: golden('l.gif'), says: /it is a gif file/ },
  { what: 'a TIFF', bytes: golden('l.tif'), says: /it is a tiff file/ },
  { what: 'a JPEG in CMYK', bytes: golden('cmyk.jpg'), says: /its colours are CMYK; save it in RGB/ },
  { what: 'a PNG of 16 rows', bytes: await plain(20, 16), says: /expected 512 rows.*20×16/ },
  { what: 'a PNG of too many pixels', bytes: await plain(40_000, 512), says: /pixel limit/ },
]) {
  test(`${what} is refused with what was expected, in one sentence`, async () => {
    await assert.rejects(readPictureFile(bytes), (thrown: Error & { code?: string }) => {
      assert.equal(thrown.code, 'invalid_input');
      assert.match(thrown.message, says);
      assert.match(thrown.message, /^picture: expected /);
      assert.doesNotMatch(thrown.message, /\n|\.$/);
      return true;
    });
  });
}
