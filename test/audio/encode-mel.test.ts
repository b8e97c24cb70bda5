import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeMel } from '../../src/audio/encode-mel.ts';
import { RIFFUSION_PARAMS } from '../../src/spectrogram/params.ts';
import { melToPicture } from '../../src/spectrogram/picture.ts';
import { readPictureFile } from '../../src/spectrogram/picture-file.ts';
import { goldenPng, tones, wobble } from '../golden/audio/golden.ts';

test("sound becomes torchaudio's picture, 99.9 % of the pixels within one grey level", async () => {
  const noise = wobble(441 * 128);
  const waveform = tones(441 * 128).map((value, i) => value + 1e-5 * noise[i]!);
  const { melMagnitudes, frames } = encodeMel(waveform, RIFFUSION_PARAMS);
  assert.equal(frames, 128);
  const { pixels } = melToPicture(melMagnitudes, frames, RIFFUSION_PARAMS);
  const expected = (await readPictureFile(goldenPng('encoded'))).channels[0].pixels;
  const off = pixels.filter((value, i) => Math.abs(value - expected[i]!) > 1).length;
  assert.ok(off < pixels.length / 1000, `${off} of ${pixels.length} pixels`);
});

test('a sound shorter than a window is refused with how long it must be', () => {
  assert.throws(() => encodeMel(new Float32Array(2205), RIFFUSION_PARAMS), {
    code: 'invalid_input',
    message: /at least 4410 samples \(100.00 ms\), got 2205 samples \(50.00 ms\)/,
  });
});
