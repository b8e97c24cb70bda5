import assert from 'node:assert/strict';
import { test } from 'node:test';
import { integratedLoudness, levelLoudness, truePeak } from '../../src/audio/loudness.ts';
import { golden, tones, wobble } from '../golden/audio/golden.ts';

const silence = (seconds: number): Float32Array => new Float32Array(44_100 * seconds);
const sine = (hz: number, peak: number, seconds: number, rate = 44_100, phase = 0): Float32Array =>
  Float32Array.from(
    { length: rate * seconds },
    (_, i) => peak * Math.sin((2 * Math.PI * hz * i) / rate + phase),
  );

for (const rate of [44_100, 48_000]) {
  test(`a full-scale sine of 997 Hz in one channel reads −3.01 LUFS at ${rate} Hz, as BS.1770 says`, () => {
    assert.ok(Math.abs(integratedLoudness([sine(997, 1, 3, rate)], rate) + 3.01) < 0.02);
  });
}

const signals = {
  tones: tones(44_100 * 3),
  tonesAndSilence: new Float32Array([...tones(44_100 * 3), ...silence(2)]),
  wobble: wobble(132_300).map((value) => 0.25 * value),
};

for (const name of ['tones', 'tonesAndSilence', 'wobble'] as const) {
  test(`loudness is torchaudio's within 0.1 LU (${name})`, () => {
    const loudness = integratedLoudness([signals[name]], 44_100);
    assert.ok(Math.abs(loudness - golden.loudness[name]) < 0.1, `${loudness}, ${golden.loudness[name]}`);
  });
}

test('a true peak between the samples is found', () => {
  // A sine at a quarter of the rate, hit 45° beside its peaks: samples at 0.707, truth at 1.
  const peak = truePeak(sine(11_025, 1, 1, 44_100, Math.PI / 4));
  assert.ok(peak > 0.99 && peak < 1.02, `${peak}`);
});

test('quiet and loud sounds come out at −16 LUFS', () => {
  for (const gain of [1e-6, 1, 1e6]) {
    const { channels, loudnessLufs } = levelLoudness([signals.wobble.map((value) => value * gain)], 44_100);
    assert.ok(Math.abs(loudnessLufs + 16) < 0.01);
    assert.ok(Math.abs(integratedLoudness(channels, 44_100) + 16) < 0.01);
  }
});

test('peaks are kept below −1 dBTP by less gain, never by clipping', () => {
  const clicks = silence(3).map((_, i) => (i % 11_025 === 100 ? 0.5 : 0));
  const levelled = levelLoudness([clicks], 44_100);
  assert.ok(Math.abs(levelled.truePeakDb + 1) < 0.01);
  assert.ok(levelled.loudnessLufs < -16);
  const ratio = levelled.channels[0]![100]! / clicks[100]!;
  for (const [i, value] of levelled.channels[0]!.entries())
    assert.ok(Math.abs(value - ratio * clicks[i]!) < 1e-6);
});

test('two channels get one gain, and their powers add up', () => {
  const [left, right] = [sine(997, 0.5, 3), sine(997, 0.25, 3)];
  const both = integratedLoudness([left, right], 44_100);
  const expected = integratedLoudness([left], 44_100) + 10 * Math.log10(1.25);
  assert.ok(Math.abs(both - expected) < 0.01, `${both}, ${expected}`);
  const { channels, loudnessLufs } = levelLoudness([left, right], 44_100);
  assert.ok(Math.abs(loudnessLufs + 16) < 0.01);
  assert.ok(Math.abs(truePeak(channels[0]!) / truePeak(channels[1]!) - 2) < 1e-4);
});

test('silence stays silence', () => {
  const levelled = levelLoudness([silence(1)], 44_100);
  assert.equal(levelled.gainDb, 0);
  assert.equal(levelled.loudnessLufs, -Infinity);
  assert.ok(levelled.channels[0]!.every((value) => value === 0));
});

test('a clip shorter than a loudness block is only kept from clipping', () => {
  const levelled = levelLoudness([sine(440, 4, 1).subarray(0, 8820)], 44_100);
  assert.ok(Math.abs(levelled.truePeakDb + 1) < 0.01);
});
