import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ANY_PHASE, createLevelQueue, integratePhase, logGridSize, writeLogs } from '../../src/audio/pghi.ts';
import { createRandom } from '../../src/audio/random.ts';
import { createStft } from '../../src/audio/stft.ts';
import { tones } from '../golden/audio/golden.ts';

const stft = createStft({ nFft: 1152, winLength: 1024, hopLength: 128, bins: 577, length: 128 * 150 });

function magnitudesOf(waveform: Float32Array): Float32Array {
  const magnitudes = new Float32Array(stft.frames * stft.bins);
  stft.analyze(waveform, (spectrum, frame) => {
    for (let bin = 0; bin < stft.bins; bin++) {
      magnitudes[frame * stft.bins + bin] = Math.hypot(spectrum[2 * bin]!, spectrum[2 * bin + 1]!);
    }
  });
  return magnitudes;
}

/** Integrated phases; random ones where any will do. */
function phasesOf(magnitudes: Float32Array, random = createRandom(1)): Float32Array {
  const logs = new Float32Array(logGridSize(stft.frames, stft.bins));
  writeLogs(magnitudes, logs, stft.bins, { from: 0, to: stft.frames });
  const phases = integratePhase(logs, stft.frames, stft);
  return phases.map((phase) => (phase === ANY_PHASE ? 2 * Math.PI * random() : phase));
}

/** Magnitudes of the waveform that the phases give, against the wanted ones, in dB. */
function convergenceDb(magnitudes: Float32Array, phases: Float32Array): number {
  const waveform = new Float32Array(stft.length);
  stft.synthesize((spectrum, frame) => {
    for (let bin = 0; bin < stft.bins; bin++) {
      const at = frame * stft.bins + bin;
      spectrum[2 * bin] = magnitudes[at]! * Math.cos(phases[at]!);
      spectrum[2 * bin + 1] = magnitudes[at]! * Math.sin(phases[at]!);
    }
  }, waveform);
  const [error, norm] = magnitudesOf(waveform).reduce(
    ([e, n], value, i) => [e! + (value - magnitudes[i]!) ** 2, n! + magnitudes[i]! ** 2],
    [0, 0],
  );
  return 10 * Math.log10(error! / norm!);
}

test('integrated phases fit the magnitudes far better than random ones', () => {
  const magnitudes = magnitudesOf(tones(stft.length, 22_050));
  const random = createRandom(3);
  const integrated = convergenceDb(magnitudes, phasesOf(magnitudes, random));
  const drawn = convergenceDb(
    magnitudes,
    Float32Array.from(magnitudes, () => 2 * Math.PI * random()),
  );
  assert.ok(integrated < -19, `${integrated} dB`);
  assert.ok(drawn > -10, `${drawn} dB`);
});

test('a steady tone advances by its frequency from frame to frame', () => {
  const hz = 1000;
  const sine = Float32Array.from({ length: stft.length }, (_, i) =>
    Math.sin((2 * Math.PI * hz * i) / 22_050),
  );
  const phases = phasesOf(magnitudesOf(sine));
  const bin = Math.round((hz * stft.nFft) / 22_050);
  const expected = (2 * Math.PI * hz * stft.hopLength) / 22_050;
  for (let frame = 20; frame < 120; frame++) {
    const advance = phases[(frame + 1) * stft.bins + bin]! - phases[frame * stft.bins + bin]!;
    const turns = (advance - expected) / (2 * Math.PI);
    assert.ok(
      Math.abs(turns - Math.round(turns)) < 0.008,
      `frame ${frame}: ${advance}, expected ${expected}`,
    );
  }
});

test('silence gets finite phases', () => {
  const phases = phasesOf(new Float32Array(stft.frames * stft.bins));
  assert.ok(phases.every(Number.isFinite));
});

test('the queue gives indices back from the highest level to the lowest, each once, the newest of a level first', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 200 }), (levels) => {
      const queue = createLevelQueue(levels.length, 10);
      for (const [index, level] of levels.entries()) queue.push(index, level);
      const expected = [...levels.keys()].sort((a, b) => levels[b]! - levels[a]! || b - a);
      assert.deepEqual(
        expected.map(() => queue.pop()),
        expected,
      );
      assert.equal(queue.pop(), -1);
    }),
    { seed: 1, numRuns: 50 },
  );
  const again = createLevelQueue(3, 4);
  again.push(0, 1);
  assert.equal(again.pop(), 0);
  again.push(1, 3);
  again.push(2, 0);
  assert.deepEqual([again.pop(), again.pop(), again.pop()], [1, 2, -1]);
});

test('random numbers depend on every bit of the seed and lie in [0, 1)', () => {
  const first = (seed: number): number[] => Array.from({ length: 4 }, createRandom(seed));
  assert.deepEqual(first(5), first(5));
  const starts = [0, 1, 2 ** 31, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER].map((seed) => first(seed)[0]);
  assert.equal(new Set(starts).size, starts.length);
  const many = Array.from({ length: 10_000 }, createRandom(1));
  assert.ok(many.every((value) => value >= 0 && value < 1));
  assert.ok(Math.abs(many.reduce((sum, value) => sum + value, 0) / many.length - 0.5) < 0.01);
});

test('the sequence of a seed never changes', () => {
  assert.deepEqual(Array.from({ length: 3 }, createRandom(42)), SEQUENCE_OF_42);
});

const SEQUENCE_OF_42 = [0.29131023259833455, 0.15283041051588953, 0.111337996320799];
