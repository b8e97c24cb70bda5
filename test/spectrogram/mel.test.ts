import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BandMatrix, multiply } from '../../src/spectrogram/band-matrix.ts';
import { createMelFilters } from '../../src/spectrogram/mel.ts';
import { createMelInverse } from '../../src/spectrogram/mel-inverse.ts';
import { createSpectrogramParams, RIFFUSION_PARAMS } from '../../src/spectrogram/params.ts';
import { pictureToMel } from '../../src/spectrogram/picture.ts';
import { readPictureFile } from '../../src/spectrogram/picture-file.ts';
import { golden, goldenPng, relativeError } from '../golden/audio/golden.ts';

const full = createMelFilters(RIFFUSION_PARAMS);

test("the filters are torchaudio's within 1e-6", () => {
  for (const [band, { first, weights }] of Object.entries(golden.melFilters.bands)) {
    const row = rowOf(full, Number(band));
    assert.equal(row.first, first);
    assertClose(row.weights, weights, 1e-6);
  }
  assertClose(
    Array.from({ length: 512 }, (_, band) => sum(rowOf(full, band).weights)),
    golden.melFilters.sums,
    1e-6,
  );
});

test('the filters follow other rates, sizes and limits', () => {
  const params = createSpectrogramParams({
    sampleRate: 8000,
    nMels: 10,
    fMin: 100,
    fMax: 3500,
    hopMs: 4,
    windowMs: 16,
    paddedMs: 16,
  });
  const filters = createMelFilters(params);
  for (const [band, expected] of golden.melFilters.small.entries()) {
    const { first, weights } = rowOf(filters, band);
    assertClose(
      [...new Array<number>(first).fill(0), ...weights],
      expected.slice(0, first + weights.length),
      1e-6,
    );
    assert.ok(expected.slice(first + weights.length).every((weight) => weight === 0));
  }
});

test("on the picture's own grid the inverse is torchaudio's least squares with relu, within 1e-4", async () => {
  const [picture] = (await readPictureFile(goldenPng('clip-jazz'))).channels;
  const mel = columnOf(pictureToMel(picture, RIFFUSION_PARAMS), picture.width, golden.inverseMel.column);
  const inverse = createMelInverse(RIFFUSION_PARAMS);
  const linear = new Float32Array(inverse.bins);
  inverse.project(linear, mel);
  const { every } = golden.inverseMel;
  assert.ok(
    relativeError(
      linear.filter((_, bin) => bin % every === 0),
      golden.inverseMel.linear,
    ) < 1e-4,
  );
});

for (const nFft of [4608, 9216]) {
  test(`on a grid of ${nFft} the inverse keeps the mel magnitudes of a spectrum it could have come from`, () => {
    const inverse = createMelInverse(RIFFUSION_PARAMS, nFft);
    const binHz = 44_100 / nFft;
    const bell = (hz: number): number =>
      [300, 900, 2500, 7000].reduce((value, centre) => value + Math.exp(-(((hz - centre) / 60) ** 2)), 0);
    const mel = new Float64Array(512);
    multiply(
      full,
      Float32Array.from({ length: full.columns }, (_, bin) => bell(bin * 2.5)),
      mel,
    );
    const linear = new Float32Array(inverse.bins);
    inverse.project(linear, Float32Array.from(mel));
    const expected = Float32Array.from({ length: inverse.bins }, (_, bin) => bell(bin * binHz));
    assert.ok(linear.every((magnitude) => magnitude >= 0));
    assert.ok(relativeError(linear, expected) < 0.15, `off by ${relativeError(linear, expected)}`);
  });
}

test('magnitudes that already agree are left where they are', () => {
  const inverse = createMelInverse(RIFFUSION_PARAMS);
  const linear = Float32Array.from({ length: inverse.bins }, (_, bin) => 1 + Math.sin(bin / 50));
  const before = linear.slice();
  const mel = new Float64Array(512);
  multiply(full, linear, mel);
  inverse.project(linear, Float32Array.from(mel));
  assert.ok(relativeError(linear, before) < 1e-5);
});

function rowOf(matrix: BandMatrix, row: number): { first: number; weights: number[] } {
  const weights = [...matrix.weights.subarray(matrix.offset[row], matrix.offset[row + 1])];
  return { first: matrix.first[row]!, weights };
}

function columnOf(matrix: Float32Array, columns: number, column: number): Float32Array {
  return matrix.filter((_, index) => index % columns === column);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function assertClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (const [index, value] of actual.entries()) {
    assert.ok(
      Math.abs(value - expected[index]!) <= tolerance,
      `at ${index}: ${value}, expected ${expected[index]}`,
    );
  }
}
