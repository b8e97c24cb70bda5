import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compressSound, voiceWaveform } from '../../src/audio/compress-sound.ts';
import { recipeOfOggOpus } from '../../src/audio/ogg-opus.ts';
import { encodeWav } from '../../src/audio/wav.ts';
import { tones } from '../golden/audio/golden.ts';

const recipe = JSON.stringify({ prompt: 'jazz' });
const wav = encodeWav([tones(22_050)], 44_100, { title: 'jazz', software: 'Riff', recipe });

test('a WAV becomes a smaller Ogg that carries its recipe, and bars', async () => {
  const { ogg, seconds, waveform } = await compressSound(wav);
  assert.ok(ogg.length < wav.length / 4);
  assert.equal(recipeOfOggOpus(ogg), recipe);
  assert.deepEqual([seconds, waveform.length], [0.5, 5]);
});

test('the caller’s event loop turns while a sound is compressed', async () => {
  let isCompressed = false;
  const compressing = compressSound(wav).then(() => {
    isCompressed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isCompressed, false);
  await compressing;
});

test('bytes that are no WAV are an error in words, and the next sound is compressed all the same', async () => {
  const refused = compressSound(Buffer.alloc(100));
  const next = compressSound(wav);
  await assert.rejects(refused, { code: 'engine_failed', message: /expected a WAV/ });
  assert.ok((await next).ogg.length > 0);
});

test('a bar for every 100 ms, the loudest 255, each as loud as its part of the sound', () => {
  const levels = [0.5, 0.25, 0, 0.125];
  const waveform = Float32Array.from({ length: 400 }, (_, i) => levels[Math.floor(i / 100)]! * (-1) ** i);
  assert.deepEqual([...voiceWaveform(waveform, 1000)], [255, 128, 0, 64]);
});

for (const [samples, points] of [
  [1, 1],
  [199, 1],
  [200, 2],
  [5119, 51],
  [25_600, 256],
  [60_000, 256],
] as const) {
  test(`${samples} ms have ${points} bars`, () => {
    assert.equal(voiceWaveform(new Float32Array(samples).fill(0.1), 1000).length, points);
  });
}

test('silence is drawn as nothing', () => {
  assert.deepEqual([...voiceWaveform(new Float32Array(300), 1000)], [0, 0, 0]);
});
