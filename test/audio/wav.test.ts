import assert from 'node:assert/strict';
import { test } from 'node:test';
import wavefile from 'wavefile';
import { decodeWav, encodeWav } from '../../src/audio/wav.ts';
import { relativeError, tones } from '../golden/audio/golden.ts';

const waveform = tones(4410);
const info = {
  title: 'jazz für zwei',
  software: 'Riff',
  recipe: JSON.stringify({ prompt: 'Gänsehaut "1"\n🎵', seed: 7 }),
};

test('sound and recipe survive the WAV', () => {
  const decoded = decodeWav(encodeWav(waveform, 44_100, info), 44_100);
  assert.ok(decoded.waveform.every((value, i) => Math.abs(value - waveform[i]!) < 1 / 32_000));
  assert.deepEqual(JSON.parse(decoded.recipe ?? ''), JSON.parse(info.recipe));
});

test('the file is 16-bit mono PCM, and the same input gives the same bytes', () => {
  const bytes = encodeWav(waveform, 44_100, info);
  assert.deepEqual(encodeWav(waveform, 44_100, info), bytes);
  const { fmt, bitDepth } = new wavefile.WaveFile(bytes);
  const { audioFormat, numChannels, sampleRate } = fmt as Record<string, number>;
  assert.deepEqual(
    { audioFormat, numChannels, sampleRate, bitDepth },
    {
      audioFormat: 1,
      numChannels: 1,
      sampleRate: 44_100,
      bitDepth: '16',
    },
  );
  assert.equal(bytes.readUInt32LE(4), bytes.length - 8);
});

test('values beyond full scale are clipped, not wrapped', () => {
  const { waveform: decoded } = decodeWav(encodeWav(Float32Array.of(2, -2, 1, -1, 0), 44_100), 44_100);
  assert.ok(decoded[0]! > 0.99 && decoded[1]! < -0.99);
  assert.equal(decoded[4], 0);
});

for (const { bitDepth, scale, offset } of [
  { bitDepth: '8', scale: 127, offset: 128 },
  { bitDepth: '16', scale: 32_767, offset: 0 },
  { bitDepth: '24', scale: 2 ** 23 - 1, offset: 0 },
  { bitDepth: '32', scale: 2 ** 31 - 1, offset: 0 },
  { bitDepth: '32f', scale: 1, offset: 0 },
  { bitDepth: '64', scale: 1, offset: 0 },
]) {
  for (const channels of [1, 2, 3]) {
    test(`${bitDepth} bits in ${channels} channels are read as their mean`, () => {
      const values = Array.from(waveform, (value) =>
        bitDepth.endsWith('f') || bitDepth === '64' ? value : Math.round(value * scale) + offset,
      );
      const planes = Array.from({ length: channels }, (_, c) =>
        c === 0 ? values : values.map(() => offset),
      );
      const wav = new wavefile.WaveFile();
      wav.fromScratch(channels, 44_100, bitDepth, channels === 1 ? values : planes);
      const decoded = decodeWav(wav.toBuffer(), 44_100).waveform;
      const expected = waveform.map((value) => value / channels);
      assert.ok(relativeError(decoded, expected) < (bitDepth === '8' ? 0.05 : 1e-3));
    });
  }
}

const whole = encodeWav(waveform, 44_100);
const muLaw = new wavefile.WaveFile(whole);
muLaw.toMuLaw();
for (const { what, bytes } of [
  { what: 'text', bytes: Buffer.from('not a wav at all') },
  { what: 'nothing', bytes: Buffer.alloc(0) },
  { what: 'a header without sound', bytes: whole.subarray(0, 36) },
  { what: 'a WAV of no samples', bytes: encodeWav(new Float32Array(0), 44_100) },
  { what: 'µ-law', bytes: muLaw.toBuffer() },
  { what: 'a rate of 1 Hz', bytes: patched(whole, 24, 1) },
  { what: 'a WAV of no channels', bytes: patched(whole, 22, 0) },
  { what: 'floats that are no numbers', bytes: floatWav([0, Number.NaN, 0]) },
]) {
  test(`${what} is refused with what was expected`, () => {
    assert.throws(() => decodeWav(bytes, 44_100), {
      code: 'invalid_input',
      message: /expected a WAV of 8 to 32-bit PCM/,
    });
  });
}

test('a WAV cut short is read as far as it goes or refused, never a fault', () => {
  for (const length of [40, 44, 45, 60, 1001, whole.length - 1]) {
    try {
      assert.ok(decodeWav(whole.subarray(0, length), 44_100).waveform.length <= waveform.length);
    } catch (thrown) {
      assert.equal((thrown as { code?: string }).code, 'invalid_input');
    }
  }
});

function patched(wav: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(wav);
  copy.writeUInt16LE(value, at);
  if (at === 24) copy.writeUInt16LE(0, at + 2);
  return copy;
}

function floatWav(values: number[]): Uint8Array {
  const wav = new wavefile.WaveFile();
  wav.fromScratch(1, 44_100, '32f', values);
  return wav.toBuffer();
}
