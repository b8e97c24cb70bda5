import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createForecaster,
  type ForecastPlan,
  isForecastStep,
  lambdaOf,
} from '../../src/diffusion/forecast.ts';

/** Two values that follow polynomials of λ. */
const CURVES: Readonly<Record<0 | 1 | 2, (lambda: number) => Float32Array>> = {
  0: () => Float32Array.of(3, -1),
  1: (lambda) => Float32Array.of(3 + lambda, -1 - lambda / 2),
  2: (lambda) => Float32Array.of(3 + lambda + lambda ** 2, -1 - lambda ** 2),
};

for (const degree of [0, 1, 2] as const) {
  test(`degree ${degree} continues a polynomial of that degree, at uneven λ too`, () => {
    const curve = CURVES[degree];
    const forecaster = createForecaster(degree, 2);
    for (const lambda of [-8.3, -2.5, -2, -0.75]) forecaster.remember(lambda, curve(lambda));
    for (const lambda of [0.25, 3]) {
      for (const [i, value] of forecaster.at(lambda).entries()) {
        const expected = curve(lambda)[i] ?? Number.NaN;
        assert.ok(Math.abs(value - expected) < 1e-3, `${value} instead of ${expected} at ${lambda}`);
      }
    }
  });
}

test('the forecaster copies a prediction, and goes by the newest', () => {
  const forecaster = createForecaster(0, 1);
  const predicted = Float32Array.of(1);
  forecaster.remember(-2, predicted);
  predicted[0] = 2;
  assert.deepEqual([...forecaster.at(0)], [1]);
  forecaster.remember(-1, predicted);
  assert.deepEqual([...forecaster.at(0)], [2]);
});

test('a timestep that comes twice, as with PNDM, counts once', () => {
  const forecaster = createForecaster(1, 1);
  forecaster.remember(-2, Float32Array.of(9));
  forecaster.remember(-1, Float32Array.of(7));
  forecaster.remember(-1, Float32Array.of(8));
  assert.deepEqual([...forecaster.at(0)], [7]);
});

test('λ rises from noise to the original, and stays finite where nothing of the original is left', () => {
  const half = Math.SQRT1_2;
  assert.ok(Math.abs(lambdaOf({ ofOriginal: half, ofNoise: half })) < 1e-12);
  assert.equal(lambdaOf({ ofOriginal: 1, ofNoise: Math.exp(-2) }), 2);
  const first = lambdaOf({ ofOriginal: 0, ofNoise: 1 });
  assert.ok(Number.isFinite(first) && first < -8, `${first}`);
});

const PLANS: readonly [name: string, plan: ForecastPlan | null, steps: string][] = [
  ['without a plan every step is evaluated', null, 'EEEEEEEE'],
  ['after the warm-up every second step is a forecast', { degree: 1, warmUp: 3, every: 2 }, 'EEEfEfEE'],
  ['with every third step evaluated two forecasts follow', { degree: 1, warmUp: 2, every: 3 }, 'EEffEffE'],
];

for (const [name, plan, expected] of PLANS) {
  test(`${name}, but never the last`, () => {
    const steps = [...expected].map((_, index) => (isForecastStep(plan, index, expected.length) ? 'f' : 'E'));
    assert.equal(steps.join(''), expected);
  });
}
