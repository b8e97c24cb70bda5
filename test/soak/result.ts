import { basename } from 'node:path';

export type Judgement = 'held' | 'BROKEN' | 'not judged';

/** One thing that a run must not do, such as `lost ≤ 0`, and whether it did. */
export interface Bound {
  readonly name: string;
  readonly judgement: Judgement;
}

/** What a run saw, and what that says about its bounds. */
export interface SoakResult {
  readonly bounds: readonly Bound[];
  readonly figures: Readonly<Record<string, number | string>>;
}

/** `slack` multiplies the bounds of time: on a machine that is busy with other things they say nothing. */
export type Run = (count: number, slack?: number) => Promise<SoakResult>;

/** NaN breaks it: `largest` gives NaN where nothing was measured, and then nothing has been shown. */
export function atMost(name: string, seen: number, limit: number): Bound {
  return { name: `${name} ≤ ${limit}`, judgement: seen <= limit ? 'held' : 'BROKEN' };
}

export function atLeast(name: string, seen: number, floor: number): Bound {
  return { name: `${name} ≥ ${floor}`, judgement: seen >= floor ? 'held' : 'BROKEN' };
}

export function exactly(name: string, seen: number | string | boolean | null, wanted: typeof seen): Bound {
  return { name: `${name} = ${wanted}`, judgement: seen === wanted ? 'held' : 'BROKEN' };
}

/** A bound that is not judged while `count` is below `needed`. */
export function judgedFrom(needed: number, count: number, bound: Bound): Bound {
  return count >= needed ? bound : { ...bound, judgement: 'not judged' };
}

export function isSound({ bounds }: SoakResult): boolean {
  return bounds.length > 0 && bounds.every(({ judgement }) => judgement !== 'BROKEN');
}

/** `held`, or `BROKEN: a, b`, each with what was not judged behind it. */
export function judgementOf(result: SoakResult): string {
  const named = (wanted: Judgement): string =>
    result.bounds
      .filter(({ judgement }) => judgement === wanted)
      .map(({ name }) => name)
      .join(', ');
  const whole = isSound(result) ? 'held' : `BROKEN: ${named('BROKEN') || 'nothing was judged'}`;
  const left = named('not judged');
  return left === '' ? whole : `${whole}; not judged: ${left}`;
}

export function resultLine(name: string, result: SoakResult): string {
  return `${name}: ${judgementOf(result)} (${figuresOf(result)})`;
}

export function figuresOf({ figures }: SoakResult): string {
  return Object.entries(figures)
    .map(([figure, value]) => `${figure} ${value}`)
    .join(', ');
}

/** For a run's own file: `node FILE [count]` prints one line; exit code 1 where a bound is broken. */
export async function runAlone(url: string, run: Run, defaultCount: number): Promise<void> {
  const count = Number(process.argv[2] ?? defaultCount);
  const result = await run(count);
  console.log(resultLine(basename(url, '.ts'), result));
  process.exit(isSound(result) ? 0 : 1);
}

/** NaN of no values: nothing was seen. */
export function largest(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : Math.max(...values);
}
