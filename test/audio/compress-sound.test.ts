import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compressSound } from '../../src/audio/compress-sound.ts';
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
