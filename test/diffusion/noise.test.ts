import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { torchNoise } from '../../src/diffusion/noise.ts';

interface Golden {
  readonly tolerance: number;
  readonly cases: readonly {
    readonly seed: number;
    readonly size: number;
    readonly sum: number;
    readonly sumOfSquares: number;
    readonly first: readonly number[];
    readonly last: readonly number[];
  }[];
  readonly continued: {
    readonly seed: number;
    readonly sizes: readonly number[];
    readonly draws: readonly (readonly number[])[];
  };
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('../golden/diffusion/noise.json', import.meta.url), 'utf8'),
);

for (const { seed, size, sum, sumOfSquares, first, last } of golden.cases) {
  test(`seed ${seed} gives the same ${size} normals as torch`, () => {
    const noise = new Float32Array(size);
    torchNoise(seed).fill(noise);
    assertClose(noise.subarray(0, first.length), first);
    assertClose(noise.subarray(-last.length), last);
    const total = noise.reduce((a, b) => a + b, 0);
    const squares = noise.reduce((a, b) => a + b * b, 0);
    assert.ok(Math.abs(total - sum) < size * golden.tolerance, `sum ${total}, torch ${sum}`);
    assert.ok(Math.abs(squares - sumOfSquares) < size * golden.tolerance, `squares ${squares}`);
  });
}

test('one generator goes on as torch does, short and long draws mixed', () => {
  const source = torchNoise(golden.continued.seed);
  for (const [index, size] of golden.continued.sizes.entries()) {
    const noise = new Float32Array(size);
    source.fill(noise);
    assertClose(noise, golden.continued.draws[index] ?? []);
  }
});

function assertClose(actual: Float32Array, expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  for (const [index, value] of expected.entries()) {
    const difference = Math.abs((actual[index] ?? Number.NaN) - value);
    assert.ok(difference <= golden.tolerance, `value ${index}: ${actual[index]} instead of ${value}`);
  }
}
