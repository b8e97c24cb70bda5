import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CASES } from '../../research/accelerations/cases.ts';
import { type DrawnCase, measureAccelerations } from '../../research/accelerations/measure.ts';
import { renderTable } from '../../research/accelerations/run-cases.ts';
import type { ForecastPlan } from '../../src/diffusion/forecast.ts';
import type { Painting, PaintOptions, PictureRequest } from '../../src/diffusion/generation.ts';

const DEFAULTS = { steps: 20, guidanceScale: 4, scheduler: 'ddim' } as const;
const FORECAST: ForecastPlan = { degree: 1, warmUp: 2, every: 2 };

/** Exactly [3, 4] and a half-bright picture; a forecast moves both by a tenth, and each step takes a millisecond. */
function fakePipeline() {
  const requests: PictureRequest[] = [];
  return {
    requests,
    describe: { latentShape: [1, 1, 1, 2] },
    async paint(request: PictureRequest, _painting: Painting, { forecast }: PaintOptions = {}) {
      requests.push(request);
      const latents = Float32Array.of(forecast ? 3.1 : 3, 4);
      const timings = { text: 0, denoise: request.steps * (forecast ? 0.5 : 1) };
      return { latents, warnings: [], timings };
    },
    async decode([first = 0]: Float32Array) {
      return { planes: Float32Array.of(first - 2.5), width: 1, height: 1 };
    },
  };
}

test('a case is held against the exact run of the same prompt and seed', async () => {
  const pipeline = fakePipeline();
  const drawn: DrawnCase[] = [];
  const figures = await measureAccelerations(pipeline, {
    prompts: ['jazz', 'rock'],
    defaults: DEFAULTS,
    cases: [
      { name: 'forecast', forecast: FORECAST },
      { name: 'half', request: ({ steps }) => ({ steps: steps / 2 }) },
    ],
    signal: new AbortController().signal,
    onPicture: async (one) => {
      drawn.push(one);
    },
  });
  const rounded = figures.map(({ name, latentsError, psnrDb, timeRatio }) => [
    name,
    latentsError.toFixed(3),
    psnrDb.toFixed(1),
    timeRatio,
  ]);
  assert.deepEqual(rounded, [
    ['forecast', '0.020', '20.0', 0.5],
    ['half', '0.000', 'Infinity', 0.5],
  ]);
  const seen = drawn.map(({ name, request }) => `${name} ${request.prompt} ${request.seed} ${request.steps}`);
  assert.deepEqual(seen.slice(0, 4), [
    'exact jazz 0 20',
    'forecast jazz 0 20',
    'half jazz 0 10',
    'exact rock 1 20',
  ]);
});

test('the cases have names of their own that can be folders', () => {
  const names = CASES.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[a-z0-9.-]+$/);
});

test('the table names the model, what it was held against and every case', () => {
  const figures = [{ name: 'steps-12', latentsError: 0.0281, psnrDb: 50.33, timeRatio: 0.604 }];
  const phase = [{ name: 'pghi-4', tookMs: 301.7, convergenceDb: -24.04 }];
  const report = { model: 'tiny', version: '1', device: 'CPU', steps: 20, prompts: 4, figures, phase };
  const table = renderTable(report);
  assert.match(table, /^tiny 1 on CPU: 4 prompts, each against 20 exact steps$/m);
  assert.match(table, /^\| steps-12 \| 0\.60 \| 0\.028 \| 50\.3 \|$/m);
  assert.match(table, /^\| pghi-4 \| 302 \| -24\.0 \|$/m);
});
