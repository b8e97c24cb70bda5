export interface HourFigures {
  readonly hour: number;
  readonly asked: number;
  readonly refused: number;
  readonly workers: number;
  readonly medianS: number;
  readonly p95S: number;
  readonly statementsPerS: number;
}

const WIDTH = 760;
const PANEL = 150;
const LEFT = 56;
const GAP = 44;
const TOP = 28;

interface Series {
  readonly name: string;
  readonly colour: string;
  readonly values: readonly number[];
}

/** Panels over the hours of a day: what was asked for, who rendered it, how long it waited, and what the database did. */
export function dayPlot(hours: readonly HourFigures[]): string {
  const of = (name: string, colour: string, read: (figures: HourFigures) => number): Series => ({
    name,
    colour,
    values: hours.map(read),
  });
  const panels: readonly (readonly [title: string, ...Series[]])[] = [
    ['riffs asked for in an hour', of('asked', '#4e79a7', ({ asked }) => asked)],
    ['workers', of('workers', '#59a14f', ({ workers }) => workers)],
    [
      'seconds until a riff is begun',
      of('p95', '#e15759', ({ p95S }) => p95S),
      of('median', '#f28e2b', ({ medianS }) => medianS),
    ],
    ['statements a second', of('statements', '#76b7b2', ({ statementsPerS }) => statementsPerS)],
  ];
  const height = TOP + panels.length * (PANEL + GAP);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${panels.map(([title, ...series], index) => panel(title, series, TOP + index * (PANEL + GAP))).join('\n')}
</svg>
`;
}

function panel(title: string, series: readonly Series[], top: number): string {
  const highest = Math.max(1, ...series.flatMap(({ values }) => values));
  const bottom = top + PANEL;
  return [
    `<text x="${LEFT}" y="${top - 8}" font-weight="bold">${title}</text>`,
    `<path d="M${LEFT} ${top}V${bottom}H${WIDTH - 16}" fill="none" stroke="#999"/>`,
    `<text x="${LEFT - 6}" y="${top + 10}" text-anchor="end" fill="#555">${Math.round(highest)}</text>`,
    `<text x="${LEFT - 6}" y="${bottom}" text-anchor="end" fill="#555">0</text>`,
    ...[0, 6, 12, 18, 24].map(
      (hour) => `<text x="${xOf(hour)}" y="${bottom + 15}" text-anchor="middle" fill="#555">${hour}</text>`,
    ),
    ...series.map((each) => steps(each, (value) => bottom - (PANEL * value) / highest)),
    ...(series.length < 2 ? [] : series.map((each, index) => legend(each, index, top))),
  ].join('\n');
}

function xOf(hour: number): number {
  return LEFT + ((WIDTH - LEFT - 16) * hour) / 24;
}

function steps({ values, colour }: Series, yOf: (value: number) => number): string {
  const points = values.flatMap((value, hour) =>
    [hour, hour + 1].map((at) => `${xOf(at).toFixed(1)},${yOf(value).toFixed(1)}`),
  );
  return `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.join(' ')}"/>`;
}

function legend({ name, colour }: Series, index: number, top: number): string {
  return `<text x="${WIDTH - 130 + 70 * index}" y="${top - 8}" fill="${colour}">${name}</text>`;
}
