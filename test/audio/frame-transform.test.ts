import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FrameShape, fastFftSize, isPffftSize } from '../../src/audio/pffft.ts';
import { frameTransform } from '../../src/audio/stft.ts';
import { relativeError, wobble } from '../golden/audio/golden.ts';

const shapes: readonly FrameShape[] = [
  { nFft: 96, winLength: 96, bins: 49 },
  { nFft: 96, winLength: 60, bins: 20 },
  { nFft: 4608, winLength: 4410, bins: 1045 },
  { nFft: 70, winLength: 70, bins: 36 },
  { nFft: 70, winLength: 40, bins: 20 },
  { nFft: 2646, winLength: 1000, bins: 600 },
];

for (const shape of shapes) {
  const name = `${shape.nFft} points, ${shape.winLength} samples, ${shape.bins} bins`;

  test(`forward is the discrete Fourier transform (${name})`, () => {
    const transform = frameTransform(shape);
    const frame = wobble(shape.winLength);
    transform.frame.set(frame);
    transform.forward();
    assert.ok(relativeError(transform.spectrum, naiveForward(frame, shape)) < 2e-6);
    assert.ok(relativeError(transform.frame, frame) < 1e-9, 'the frame is kept');
  });

  test(`backward is its adjoint, other bins zero (${name})`, () => {
    const transform = frameTransform(shape);
    const spectrum = wobble(2 * shape.bins);
    transform.spectrum.set(spectrum);
    transform.backward();
    assert.ok(relativeError(transform.frame, naiveBackward(spectrum, shape)) < 2e-6);
  });
}

test('the transform of a shape is made once', () => {
  assert.equal(frameTransform(shapes[0]!), frameTransform({ ...shapes[0]! }));
});

test('lengths are rounded up to those that pffft takes', () => {
  assert.deepEqual([4410, 8409, 33, 97].map(fastFftSize), [4608, 9216, 64, 128]);
  assert.deepEqual([4608, 17_640, 160, 48, 224].map(isPffftSize), [true, false, true, false, false]);
});

function naiveForward(frame: Float32Array, { nFft, winLength, bins }: FrameShape): Float64Array {
  const start = (nFft - winLength) / 2;
  const spectrum = new Float64Array(2 * bins);
  for (let k = 0; k < bins; k++) {
    for (let j = 0; j < winLength; j++) {
      const angle = (-2 * Math.PI * ((k * (start + j)) % nFft)) / nFft;
      spectrum[2 * k]! += frame[j]! * Math.cos(angle);
      spectrum[2 * k + 1]! += frame[j]! * Math.sin(angle);
    }
  }
  return spectrum;
}

function naiveBackward(spectrum: Float32Array, { nFft, winLength, bins }: FrameShape): Float64Array {
  const start = (nFft - winLength) / 2;
  return Float64Array.from({ length: winLength }, (_, j) => {
    let sum = 0;
    for (let k = 0; k < bins; k++) {
      const angle = (2 * Math.PI * ((k * (start + j)) % nFft)) / nFft;
      const real = k === 0 || 2 * k === nFft;
      sum += (real ? 1 : 2) * spectrum[2 * k]! * Math.cos(angle);
      if (!real) sum -= 2 * spectrum[2 * k + 1]! * Math.sin(angle);
    }
    return sum;
  });
}
