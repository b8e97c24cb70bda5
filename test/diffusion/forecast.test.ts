import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createForecaster, type ForecastPlan, isForecastStep } from '../../src/diffusion/forecast.ts';

/** Two values that follow polynomials of the timestep. */
const CURVES: Readonly<Record<0 | 1 | 2, (t: number) => Float32Array>> = {
  0: () => Float32Array.of(3, -1),
  1: (t) => Float32Array.of(3 + t / 64, -1 - t / 32),
  2: (t) => Float32Array.of(3 + t / 64 + (t / 64) ** 2, -1 - (t / 64) ** 2),
};

for (const degree of [0, 1, 2] as const) {
  test(`degree ${degree} continues a polynomial of that degree, on uneven timesteps too`, () => {
    const curve = CURVES[degree];
    const forecaster = createForecaster(degree, 2);
    for (const timestep of [960, 832, 768, 512]) forecaster.remember(timestep, curve(timestep));
    for (const timestep of [384, 64]) {
      for (const [i, value] of forecaster.at(timestep).entries()) {
        const expected = curve(timestep)[i] ?? Number.NaN;
        assert.ok(Math.abs(value - expected) < 1e-3, `${value} instead of ${expected} at ${timestep}`);
      }
    }
  });
}

test('the forecaster copies a prediction, and goes by the newest', () => {
  const forecaster = createForecaster(0, 1);
  const predicted = Float32Array.of(1);
  forecaster.remember(900, predicted);
  predicted[0] = 2;
  assert.deepEqual([...forecaster.at(800)], [1]);
  forecaster.remember(850, predicted);
  assert.deepEqual([...forecaster.at(800)], [2]);
});

test('a timestep that comes twice, as with PNDM, counts once', () => {
  const forecaster = createForecaster(1, 1);
  forecaster.remember(900, Float32Array.of(9));
  forecaster.remember(800, Float32Array.of(7));
  forecaster.remember(800, Float32Array.of(8));
  assert.deepEqual([...forecaster.at(700)], [7]);
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
