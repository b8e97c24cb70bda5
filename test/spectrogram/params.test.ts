import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  clipSamples,
  createSpectrogramParams,
  parseSpectrogramParams,
  RIFFUSION_PARAMS,
} from '../../src/spectrogram/params.ts';

test("Riffusion's milliseconds are whole numbers of samples", () => {
  const { hopLength, winLength, nFft } = RIFFUSION_PARAMS;
  assert.deepEqual({ hopLength, winLength, nFft }, { hopLength: 441, winLength: 4410, nFft: 17_640 });
  assert.equal(clipSamples(RIFFUSION_PARAMS, 512), 225_792);
});

for (const { wrong, says } of [
  { wrong: { hopMs: 10.01 }, says: /hop of 10\.01 ms .*whole number/ },
  { wrong: { sampleRate: 44_101 }, says: /whole number/ },
  { wrong: { windowMs: 500 }, says: /longer than its padded form/ },
  { wrong: { hopMs: 80 }, says: /leaves gaps/ },
  { wrong: { fMax: 30_000 }, says: /30000 Hz, which a rate of 44100 Hz cannot hold/ },
  { wrong: { fMin: 12_000 }, says: /not below/ },
  { wrong: { nMels: 1 }, says: /1 mel bands/ },
]) {
  test(`${JSON.stringify(wrong)} is refused where the parameters are made`, () => {
    assert.throws(() => createSpectrogramParams(wrong), { code: 'invalid_model', message: says });
  });
}

test('a model folder overrides only what it names', () => {
  assert.deepEqual(parseSpectrogramParams({}), RIFFUSION_PARAMS);
  const params = parseSpectrogramParams({ num_frequencies: 256, max_frequency: 8000, max_magnitude: 30e6 });
  assert.deepEqual(params, {
    ...RIFFUSION_PARAMS,
    nMels: 256,
    fMax: 8000,
    fullScale: { form: 'magnitude', maxMagnitude: 30e6 },
  });
});

test('a model folder with unknown or wrong values is refused by their names', () => {
  assert.throws(() => parseSpectrogramParams({ step_size_ms: 'ten' }), {
    code: 'invalid_model',
    message: /step_size_ms/,
  });
  assert.throws(() => parseSpectrogramParams({ stepSize: 10 }), {
    code: 'invalid_model',
    message: /stepSize/,
  });
  assert.throws(() => parseSpectrogramParams('10'), { code: 'invalid_model' });
});
