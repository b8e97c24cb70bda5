import { deaths } from './bot/deaths.ts';
import { estimates } from './bot/estimates.ts';
import { kills } from './bot/kills.ts';
import { load } from './bot/load.ts';
import { stops } from './bot/stops.ts';
import { wire } from './bot/wire.ts';
import { fuzz } from './engine/fuzz.ts';
import { orphans } from './engine/orphans.ts';
import { slots } from './engine/slots.ts';
import { slowRenders } from './engine/slow-renders.ts';
import { type Run, verdictLine } from './verdict.ts';

/** `npm run soak [-- share]`: all long runs, or a share of their counts (0.1: a tenth); exit code 1 where a bound broke. */
const RUNS: readonly [name: string, run: Run, count: number][] = [
  ['kills', kills, 500],
  ['deaths', deaths, 21],
  ['orphans', orphans, 100],
  ['slots', slots, 1000],
  ['slow renders', slowRenders, 10],
  ['wire', wire, 50_000],
  ['stops', stops, 9],
  ['load', load, 10_000],
  ['fuzz', fuzz, 100_000],
  ['estimates', estimates, 100],
];

const share = Number(process.argv[2] ?? 1);
let isSound = true;
for (const [name, run, count] of RUNS) {
  const verdict = await run(Math.max(1, Math.round(count * share)));
  isSound &&= verdict.isSound;
  console.log(verdictLine(name, verdict));
}
process.exit(isSound ? 0 : 1);
