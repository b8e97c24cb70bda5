import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BenchReport } from '../../../src/cli/bench/measure-profiles.ts';
import { renderReport } from '../../../src/cli/bench/report.ts';

const TIMES = {
  text: 4,
  denoise: 1600,
  decode: 100,
  phase: 500,
  loudness: 16,
  files: 20,
  total: 2240,
  cpu: 4000,
};

const REPORT: BenchReport = {
  machine: 'A CPU, 2 threads, load 0.25; Node 24.0.0, OpenVINO 2026.4 (c-api)',
  model: 'riff-mini 1 on CPU',
  runs: 3,
  readyMs: 800,
  peakRssBytes: 500 * 1024 ** 2,
  columns: [
    { name: 'classic', times: TIMES },
    { name: 'fast', times: { ...TIMES, total: 1120, cpu: 1000 } },
  ],
  notes: [],
};

/** The cells of a row of the table. */
function row(report: BenchReport, name: string): string[] | undefined {
  const lines = renderReport(report).split('\n');
  const cells = lines.map((line) => line.split('|').map((cell) => cell.trim()));
  return cells.find((found) => found[1] === name)?.slice(2, -1);
}

test('the report has a row for each stage and a column for each profile', () => {
  assert.deepEqual(row(REPORT, 'stage'), ['classic', 'fast']);
  assert.deepEqual(row(REPORT, 'text encoder'), ['4.0', '4.0']);
  assert.deepEqual(row(REPORT, '**prompt to files**'), ['2240', '1120']);
});

test('profiles are held against the last column, by the clock and by processor time', () => {
  assert.deepEqual(row(REPORT, 'times as fast as fast'), ['0.50', '1.00']);
  const notebook = { name: 'notebook (loop)', times: { denoise: 9000, total: 11_200, cpu: 20_000 } };
  const report = { ...REPORT, columns: [...REPORT.columns, notebook] };
  assert.deepEqual(row(report, 'text encoder'), ['4.0', '4.0', '']);
  assert.deepEqual(row(report, 'times as fast as notebook (loop)'), ['5.00', '10.00', '1.00']);
  assert.deepEqual(row(report, 'the same by processor time'), ['5.00', '20.00', '1.00']);
});

test('the report says why the notebook was not measured', () => {
  const text = renderReport({ ...REPORT, notes: ['no module named torchaudio'] });
  assert.ok(text.includes('no module named torchaudio'));
});
