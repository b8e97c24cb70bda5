import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BenchReport, renderReport } from '../../../src/cli/bench/report.ts';

const STAGES = {
  text: 1,
  unetStep: 80,
  hostPerStep: 0.5,
  denoise: 1600,
  decode: 100,
  melInverse: 20,
  phase: 500,
  loudness: 40,
  files: 20,
  total: 2261,
};

const REPORT: BenchReport = {
  machine: { cpu: 'A CPU', threads: 2, loadAverage: 0.25, node: '24.0.0', openvino: '2026.4 (c-api)' },
  model: { name: 'riff-mini', version: '1', device: 'CPU' },
  steps: 20,
  runs: 3,
  start: { cold: 2000, warm: 800 },
  cold: STAGES,
  warm: STAGES,
  soundMs: 5120,
  rssBytes: { drawing: 300 * 1024 ** 2, peak: 500 * 1024 ** 2 },
  profiles: {
    tookMs: {
      classic: { wall: 8000, cpu: 9000 },
      balanced: { wall: 2500, cpu: 4000 },
      fast: { wall: 1250, cpu: 2000 },
    },
    reckonedFromSteps: null,
    recipe: null,
  },
  unetAlone: {
    oneCallMs: 76,
    twoCallsMs: 80,
    calls: 1,
    msPerStep: 76.5,
    python: { kind: 'absent', reason: 'no module named openvino' },
  },
  torchaudio: { kind: 'absent', reason: 'no module named torchaudio' },
};

test('the report has a row for each stage, and the starts against each other', () => {
  const text = renderReport(REPORT);
  assert.match(text, /\| start to ready \| 2000\.0 \| 800\.0 \|/);
  assert.match(text, /warm start by cold start: 40 %/);
  assert.match(text, / {2}of it not inference \| 0\.5/);
  assert.match(text, /300 MiB while drawing, 500 MiB at the most/);
});

test('without the notebook’s recipe the profiles are held against classic', () => {
  const text = renderReport(REPORT);
  assert.match(text, /\| balanced \| 2\.50 \| 4\.00 \| 3\.20 \| 2\.25 \|/);
  assert.match(text, /Python OpenVINO: not measured \(no module named openvino\)/);
});

test('a measured recipe is what the profiles are held against, and says what drew it', () => {
  const recipe = {
    engine: 'an engine',
    notes: 'why not the other',
    denoiseMs: 9000,
    unetCalls: 21,
    decodeMs: 100,
    phaseMs: 900,
    totalMs: 10_000,
    cpu: { denoiseMs: 15_000, totalMs: 20_000 },
    peakRssBytes: 1024 ** 3,
  };
  const profiles = {
    ...REPORT.profiles,
    reckonedFromSteps: 3,
    recipe: { kind: 'measured', value: recipe } as const,
  };
  const text = renderReport({ ...REPORT, profiles });
  assert.match(text, /reckoned from 3 steps/);
  assert.match(text, /the notebook's recipe, an engine \| 10\.00 \| 20\.00 \| 1\.00 \| 1\.00 \|/);
  assert.match(text, /\| fast \| 1\.25 \| 2\.00 \| 8\.00 \| 10\.00 \|/);
  assert.match(text, /why not the other/);
});
