import { type BenchReport, STAGES, type StageTimes } from './measure-profiles.ts';

const NAMES: Readonly<Record<(typeof STAGES)[number], string>> = {
  text: 'text encoder',
  denoise: 'U-Net, all steps',
  decode: 'VAE decoder',
  phase: 'phase recovery',
  loudness: 'loudness',
  files: 'PNG and WAV',
  total: '**prompt to files**',
  cpu: 'processor time of it',
};

/** A Markdown table: a row for each stage, a column for each profile and for the notebook's recipe. */
export function renderReport({
  machine,
  model,
  runs,
  readyMs,
  peakRssBytes,
  columns,
  notes,
}: BenchReport): string {
  const row = (name: string, cells: readonly string[]) => `| ${[name, ...cells].join(' | ')} |`;
  const stages = STAGES.map((stage) =>
    row(
      NAMES[stage],
      columns.map(({ times }) => milliseconds(times[stage])),
    ),
  );
  const base = columns.at(-1);
  return [
    `${model}; median of ${runs} renders in turns, ms`,
    machine,
    '',
    row(
      'stage',
      columns.map(({ name }) => name),
    ),
    row(
      '---',
      columns.map(() => '---:'),
    ),
    ...stages,
    ...(base && columns.length > 1 ? ratioRows(base, columns, row) : []),
    '',
    `ready after ${milliseconds(readyMs)} ms; at most ${Math.round(peakRssBytes / 1024 ** 2)} MiB`,
    ...notes.map((note) => `the notebook's recipe: ${note}`),
  ].join('\n');
}

/** Each column's speed relative to the last one. */
function ratioRows(
  base: BenchReport['columns'][number],
  columns: BenchReport['columns'],
  row: (name: string, cells: readonly string[]) => string,
): string[] {
  const times = (stage: keyof StageTimes) =>
    columns.map(({ times }) => ((base.times[stage] ?? 0) / (times[stage] ?? 1)).toFixed(2));
  return [
    row(`times as fast as ${base.name}`, times('total')),
    row('the same by processor time', times('cpu')),
  ];
}

function milliseconds(value: number | undefined): string {
  if (value === undefined) return '';
  return value < 100 ? value.toFixed(1) : value.toFixed(0);
}
