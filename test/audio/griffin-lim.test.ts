import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyFrom, griffinLimStep } from '../../src/audio/griffin-lim.ts';
import { createStft } from '../../src/audio/stft.ts';
import { golden, relativeError } from '../golden/audio/golden.ts';

for (const { nFft, winLength, hopLength, length, real, imag, griffinLim: expected } of golden.stft) {
  test(`four iterations from phase 0 are torchaudio's griffinlim within 1e-3 (${nFft} points)`, () => {
    const bins = nFft / 2 + 1;
    const stft = createStft({ nFft, winLength, hopLength, bins, length });
    const magnitudes = Float32Array.from(real, (re, i) => Math.hypot(re, imag[i]!));
    // torchaudio starts from angles of 1 + 0i.
    const spectrum = Float32Array.from({ length: 2 * real.length }, (_, i) =>
      i % 2 === 0 ? magnitudes[i / 2]! : 0,
    );
    const wanted = (target: Float32Array, frame: number): void =>
      target.set(magnitudes.subarray(frame * bins, (frame + 1) * bins));
    const waveform = new Float32Array(length);
    const previous = new Float32Array(spectrum.length);
    const step = griffinLimStep(stft, { spectrum, previous, waveform }, wanted);
    for (let iteration = 0; iteration < 4; iteration++) {
      step.toWaveform();
      step.toSpectrum();
    }
    stft.synthesize(copyFrom(spectrum, 2 * bins), waveform);
    assert.ok(relativeError(waveform, expected) < 1e-3, `off by ${relativeError(waveform, expected)}`);
  });
}
