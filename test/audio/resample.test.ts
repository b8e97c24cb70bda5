import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resample } from '../../src/audio/resample.ts';
import { relativeError } from '../golden/audio/golden.ts';

const sine = (hz: number, rate: number, samples: number): Float32Array =>
  Float32Array.from({ length: samples }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rate));

for (const [from, to] of [
  [48_000, 44_100],
  [22_050, 44_100],
  [96_000, 44_100],
  [8000, 44_100],
  [44_100, 48_000],
  [44_101, 44_100],
] as const) {
  test(`a sine keeps its frequency, phase and level from ${from} to ${to} Hz within −70 dB`, () => {
    const resampled = resample(sine(1000, from, from / 10), from, to);
    assert.equal(resampled.length, Math.ceil(to / 10));
    const middle = (waveform: Float32Array): Float32Array => waveform.subarray(500, waveform.length - 500);
    assert.ok(relativeError(middle(resampled), middle(sine(1000, to, resampled.length))) < 3e-4);
  });
}

test('frequencies that the lower rate cannot carry are removed, not folded back', () => {
  const resampled = resample(sine(30_000, 96_000, 9600), 96_000, 44_100);
  assert.ok(resampled.subarray(500, -500).every((value) => Math.abs(value) < 1e-3));
});

test('the same rate gives an equal copy', () => {
  const waveform = sine(440, 44_100, 100);
  const copy = resample(waveform, 44_100, 44_100);
  assert.deepEqual(copy, waveform);
  assert.notEqual(copy, waveform);
});
