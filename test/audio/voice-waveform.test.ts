import assert from 'node:assert/strict';
import { test } from 'node:test';
import { voiceWaveform } from '../../src/audio/voice-waveform.ts';

const RATE = 1000;

test('a bar for every 100 ms, the loudest 255, each as loud as its part of the sound', () => {
  const levels = [0.5, 0.25, 0, 0.125];
  const waveform = Float32Array.from({ length: 400 }, (_, i) => levels[Math.floor(i / 100)]! * (-1) ** i);
  assert.deepEqual([...voiceWaveform(waveform, RATE)], [255, 128, 0, 64]);
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
    assert.equal(voiceWaveform(new Float32Array(samples).fill(0.1), RATE).length, points);
  });
}

test('silence is drawn as nothing', () => {
  assert.deepEqual([...voiceWaveform(new Float32Array(300), RATE)], [0, 0, 0]);
});
