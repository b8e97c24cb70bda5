import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStft, decimated, type Stft } from '../../src/audio/stft.ts';
import { golden, relativeError, tones, wobble } from '../golden/audio/golden.ts';

for (const expected of golden.stft) {
  const { nFft, winLength, hopLength, length } = expected;
  const bins = nFft / 2 + 1;
  const stft = createStft({ nFft, winLength, hopLength, bins, length });

  test(`analysis is torch.stft within 1e-4 (${nFft} points)`, () => {
    const spectrum = analyzed(stft, wobble(length));
    const torch = expected.real.flatMap((re, i) => [re, expected.imag[i]!]);
    assert.equal(spectrum.length, torch.length);
    assert.ok(relativeError(spectrum, torch) < 1e-4);
  });

  test(`synthesis is torch.istft within 1e-4, for spectra of no waveform too (${nFft} points)`, () => {
    const spectrum = analyzed(stft, wobble(length)).map((value, i) => {
      const bin = Math.floor(i / 2) % bins;
      return value * (0.5 + (0.5 * bin) / (bins - 1));
    });
    const waveform = synthesized(stft, spectrum);
    assert.equal(waveform.length, expected.inverseOfWeighted.length);
    assert.ok(relativeError(waveform, expected.inverseOfWeighted) < 1e-4);
  });
}

test('a spectrum made at the lower rate gives the same waveform at the full one, scaled by the rates', () => {
  const shape = { nFft: 4608, winLength: 4410, hopLength: 441, bins: 1045, length: 441 * 40 };
  const thin = decimated(shape);
  assert.deepEqual(thin, { nFft: 2560, winLength: 2450, hopLength: 245, bins: 1045, length: 245 * 40 });
  const tone = (length: number): Float32Array =>
    Float32Array.from({ length }, (_, i) => Math.sin((2 * Math.PI * 150 * i) / length) ** 3);
  const spectrum = analyzed(createStft(thin), tone(thin.length));
  const waveform = synthesized(createStft(shape), spectrum);
  // The mirrored ends are not band-limited.
  const inner = (values: Float32Array) => values.subarray(4410, -4410);
  const scaled = waveform.map((value) => (value * 441) / 245);
  assert.ok(relativeError(inner(scaled), inner(tone(shape.length))) < 1e-3);
});

test('a shape without a lower rate stays as it is', () => {
  const shape = { nFft: 4608, winLength: 4410, hopLength: 441, bins: 2305, length: 441 * 40 };
  assert.deepEqual(decimated(shape), shape);
  const prime = { nFft: 1152, winLength: 1024, hopLength: 128, bins: 577, length: 128 * 151 };
  assert.deepEqual(decimated(prime), prime);
});

test("at Riffusion's size analysis is torch.stft within 1e-4", () => {
  const { bins, frame, real, imag, energy } = golden.fullSizeStft;
  const stft = createStft({ nFft: 17_640, winLength: 4410, hopLength: 441, bins: 4000, length: 44_100 });
  const spectrum = analyzed(stft, tones(44_100));
  const kept = bins.flatMap((bin) => [0, 1].map((part) => spectrum[2 * (frame * 4000 + bin) + part]!));
  assert.ok(
    relativeError(
      kept,
      real.flatMap((re, i) => [re, imag[i]!]),
    ) < 1e-4,
  );
  const total = spectrum.reduce((sum, value) => sum + value * value, 0);
  assert.ok(Math.abs(total / energy - 1) < 1e-4);
});

for (const boundary of ['reflect', 'circular'] as const) {
  test(`analysis and synthesis give the waveform back (${boundary})`, () => {
    const stft = createStft({ nFft: 96, winLength: 64, hopLength: 16, bins: 49, length: 320, boundary });
    assert.equal(stft.frames, boundary === 'circular' ? 20 : 21);
    const waveform = wobble(320);
    assert.ok(relativeError(synthesized(stft, analyzed(stft, waveform)), waveform) < 1e-6);
  });
}

test('in a circular transform a turned loop has the same frames, turned', () => {
  const stft = createStft({
    nFft: 96,
    winLength: 64,
    hopLength: 16,
    bins: 49,
    length: 320,
    boundary: 'circular',
  });
  const waveform = wobble(320);
  const turned = Float32Array.from({ length: 320 }, (_, i) => waveform[(i + 16 * 7) % 320]!);
  const frames = analyzed(stft, waveform);
  const expected = Float32Array.from(frames, (_, i) => frames[(i + 2 * 49 * 7) % frames.length]!);
  assert.ok(relativeError(analyzed(stft, turned), expected) < 1e-6);
});

test('impossible lengths are refused', () => {
  const shape = { nFft: 96, winLength: 64, hopLength: 16, bins: 49 };
  assert.throws(() => createStft({ ...shape, length: 32 }), RangeError);
  assert.throws(() => createStft({ ...shape, length: 330, boundary: 'circular' }), RangeError);
});

function analyzed(stft: Stft, waveform: Float32Array): Float32Array {
  const frames = new Float32Array(2 * stft.frames * stft.bins);
  stft.analyze(waveform, (spectrum, frame) => frames.set(spectrum, 2 * frame * stft.bins));
  return frames;
}

function synthesized(stft: Stft, frames: Float32Array): Float32Array {
  const waveform = new Float32Array(stft.length);
  const width = 2 * stft.bins;
  stft.synthesize(
    (spectrum, frame) => spectrum.set(frames.subarray(frame * width, (frame + 1) * width)),
    waveform,
  );
  return waveform;
}
