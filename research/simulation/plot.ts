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

/** Three panels over the hours of a day: what was asked for, how long it waited, and what the database did. */
export function dayPlot(hours: readonly HourFigures[]): string {
  const of = (name: string, colour: string, read: (figures: HourFigures) => number): Series => ({
    name,
    colour,
    values: hours.map(read),
  });
  const panels = [
    panel('riffs asked for in an hour', [of('asked', '#4e79a7', ({ asked }) => asked)]),
    panel('workers', [of('workers', '#59a14f', ({ workers }) => workers)]),
    panel('seconds until a riff is begun', [
      of('p95', '#e15759', ({ p95S }) => p95S),
      of('median', '#f28e2b', ({ medianS }) => medianS),
    ]),
    panel('statements a second', [of('statements', '#76b7b2', ({ statementsPerS }) => statementsPerS)]),
  ];
  const height = TOP + panels.length * (PANEL + GAP);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${panels.map((draw, index) => draw(TOP + index * (PANEL + GAP))).join('\n')}
</svg>
`;
}

function panel(title: string, series: readonly Series[]): (top: number) => string {
  const highest = Math.max(1, ...series.flatMap(({ values }) => values));
  return (top) => {
    const bottom = top + PANEL;
    const x = (hour: number): number => LEFT + ((WIDTH - LEFT - 16) * hour) / 24;
    const y = (value: number): number => bottom - (PANEL * value) / highest;
    const lines = series.map(({ values, colour }) => {
      const steps = values.map(
        (value, hour) =>
          `${x(hour).toFixed(1)},${y(value).toFixed(1)} ${x(hour + 1).toFixed(1)},${y(value).toFixed(1)}`,
      );
      return `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${steps.join(' ')}"/>`;
    });
    const ticks = [0, 6, 12, 18, 24].map(
      (hour) => `<text x="${x(hour)}" y="${bottom + 15}" text-anchor="middle" fill="#555">${hour}</text>`,
    );
    const names =
      series.length < 2
        ? []
        : series.map(
            ({ name, colour }, index) =>
              `<text x="${WIDTH - 130 + 70 * index}" y="${top - 8}" fill="${colour}">${name}</text>`,
          );
    return [
      `<text x="${LEFT}" y="${top - 8}" font-weight="bold">${title}</text>`,
      `<path d="M${LEFT} ${top}V${bottom}H${WIDTH - 16}" fill="none" stroke="#999"/>`,
      `<text x="${LEFT - 6}" y="${top + 10}" text-anchor="end" fill="#555">${Math.round(highest)}</text>`,
      `<text x="${LEFT - 6}" y="${bottom}" text-anchor="end" fill="#555">0</text>`,
      ...ticks,
      ...lines,
      ...names,
    ].join('\n');
  };
}
