import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { encodeMel } from '../../src/audio/encode-mel.ts';
import { decodeWav } from '../../src/audio/wav.ts';
import { pictureToSound } from '../../src/cli/picture-to-sound.ts';
import { soundToPicture } from '../../src/cli/sound-to-picture.ts';
import { readExif } from '../../src/spectrogram/exif.ts';
import { melToPicture } from '../../src/spectrogram/picture.ts';
import { exifOfParams, paramsOfExif } from '../../src/spectrogram/picture-params.ts';
import { encodePng } from '../../src/spectrogram/png.ts';

const options = { method: 'pghi', seed: 0, title: 'x', signal: new AbortController().signal } as const;
const TONE_MS = 300;
const sine = (hz: number, rate: number, seconds = TONE_MS / 1000): Float32Array =>
  Float32Array.from({ length: rate * seconds }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hz * i) / rate));

/** The picture of a tone made with the parameters of these EXIF tags, as riffusion-hobby's audio-to-image makes it. */
function pictureOf(tags: readonly (readonly [number, number])[], hz: number) {
  const { params } = paramsOfExif(new Map(tags));
  const { melMagnitudes, frames } = encodeMel(sine(hz, params.sampleRate), params);
  return { params, picture: melToPicture(melMagnitudes, frames, params) };
}

const CASES: readonly (readonly (readonly [number, number])[])[] = [
  [],
  [[11_000, 48_000]],
  [[11_000, 22_050]],
  [[11_000, 16_000]],
  [[11_000, 8000]],
  [[11_000, 96_000]],
  [[11_010, 5]],
  [[11_010, 20]],
  [[11_020, 50]],
  [[11_030, 100]],
  [[11_040, 256]],
  [
    [11_050, 20],
    [11_060, 20_000],
  ],
  [[11_070, 0.5]],
];
for (const method of ['pghi', 'classic'] as const) {
  for (const tags of CASES) {
    test(`EXIF ${JSON.stringify(tags)} gives the tone and the length it was made of (${method})`, async () => {
      const { params, picture } = pictureOf(tags, 1500);
      const { wav, clipMs, channels } = await pictureToSound(await encodePng(picture, params), {
        ...options,
        method,
      });
      assert.ok(Math.abs(clipMs - TONE_MS) <= 1.5 * params.hopMs, `${clipMs} ms`);
      assert.equal(channels, 1);
      const { waveform } = decodeWav(wav, params.sampleRate);
      assert.ok(shareOf(1500, waveform, params.sampleRate) > 0.6);
    });
  }
}

test('a stereo picture becomes two channels, each with its own tone', async () => {
  const [left, right] = [pictureOf([], 500).picture, pictureOf([], 900).picture];
  const rgb = new Uint8Array(3 * left.pixels.length);
  for (let i = 0; i < left.pixels.length; i++) rgb.set([0, left.pixels[i]!, right.pixels[i]!], 3 * i);
  const { width, height } = left;
  const png = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  const { wav, channels } = await pictureToSound(png, options);
  assert.equal(channels, 2);
  const samples = new Int16Array(wav.buffer.slice(wav.byteOffset + 44), 0, 2 * width * 441);
  for (const [channel, hz] of [500, 900].entries()) {
    const waveform = Float32Array.from(
      samples.filter((_, i) => i % 2 === channel),
      (value) => value / 32_768,
    );
    assert.ok(shareOf(hz, waveform, 44_100) > 0.8, `${hz} Hz in channel ${channel}`);
  }
});

test('a picture that would last longer than is read back is refused', async () => {
  const { params } = paramsOfExif(
    new Map([
      [11_010, 1000],
      [11_020, 2000],
      [11_030, 2000],
    ]),
  );
  const picture = { width: 400, height: 512, pixels: new Uint8Array(400 * 512) };
  await assert.rejects(pictureToSound(await encodePng(picture, params), options), {
    code: 'invalid_input',
    message: /at most 327680 ms of sound, got 400 columns of 1000 ms/,
  });
});

test('what is encoded decodes to the same length, and its EXIF is Riffusion’s', async () => {
  const { picture, params } = pictureOf([], 700);
  const { wav } = await pictureToSound(await encodePng(picture, params), options);
  const { png, columns } = await soundToPicture(wav);
  assert.equal(columns, TONE_MS / 10);
  const { exif, comments } = await sharp(png).metadata();
  assert.deepEqual(readExif(exif ?? Buffer.alloc(0)), exifOfParams(params));
  assert.equal(comments, undefined);
});

/** Part of the energy within 3 % of a frequency, in the middle of the sound, by the projection on its sines. */
function shareOf(hz: number, waveform: Float32Array, rate: number): number {
  const middle = waveform.subarray(waveform.length / 4, (3 * waveform.length) / 4);
  const total = middle.reduce((sum, value) => sum + value * value, 0);
  let best = 0;
  for (let probe = 0.97 * hz; probe <= 1.03 * hz; probe += rate / middle.length / 4) {
    let [re, im] = [0, 0];
    for (const [i, value] of middle.entries()) {
      re += value * Math.cos((2 * Math.PI * probe * i) / rate);
      im += value * Math.sin((2 * Math.PI * probe * i) / rate);
    }
    best = Math.max(best, (2 * (re * re + im * im)) / middle.length);
  }
  return best / total;
}
