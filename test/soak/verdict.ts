import { basename } from 'node:path';

/** The outcome of a run: whether its bounds held, and the figures it saw. */
export interface Verdict {
  readonly isSound: boolean;
  readonly figures: Readonly<Record<string, number | string>>;
}

/** `slack` multiplies the bounds of time: on a machine that is busy with other things they say nothing. */
export type Run = (count: number, slack?: number) => Promise<Verdict>;

export function verdictLine(name: string, verdict: Verdict): string {
  return `${verdict.isSound ? 'held  ' : 'BROKEN'}  ${name}: ${figuresOf(verdict)}`;
}

export function figuresOf({ figures }: Verdict): string {
  return Object.entries(figures)
    .map(([figure, value]) => `${figure} ${value}`)
    .join(', ');
}

/** For a run's own file: `node FILE [count]` prints one line; exit code 1 where a bound is broken. */
export async function runAlone(url: string, run: Run, defaultCount: number): Promise<void> {
  const count = Number(process.argv[2] ?? defaultCount);
  const verdict = await run(count);
  console.log(verdictLine(basename(url, '.ts'), verdict));
  process.exit(verdict.isSound ? 0 : 1);
}

export function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
