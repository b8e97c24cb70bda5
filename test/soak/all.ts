import { messageOf } from '../../src/errors.ts';
import { brokenEngine } from './bot/broken-engine.ts';
import { deaths } from './bot/deaths.ts';
import { estimates } from './bot/estimates.ts';
import { fatalClose } from './bot/fatal-close.ts';
import { flood } from './bot/flood.ts';
import { fullLine } from './bot/full-line.ts';
import { kills } from './bot/kills.ts';
import { load } from './bot/load.ts';
import { outage } from './bot/outage.ts';
import { resultsFolder } from './bot/results-folder.ts';
import { stops } from './bot/stops.ts';
import { wire } from './bot/wire.ts';
import { fuzz } from './engine/fuzz.ts';
import { orphans } from './engine/orphans.ts';
import { slots } from './engine/slots.ts';
import { slowRenders } from './engine/slow-renders.ts';
import { machineKills } from './machines/kills.ts';
import { machineTroubles } from './machines/troubles.ts';
import { exactly, figuresOf, isSound, judgementOf, type Run, type SoakResult } from './result.ts';
import { storeKills } from './store-kills.ts';

/**
 * `npm run soak [-- share] [point …]`: all long runs or those named, at full counts or a share of them (0.01: a
 * hundredth). One table in the end; exit code 1 where a bound broke.
 */
interface Point {
  readonly name: string;
  readonly run: Run;
  /** At share 1. */
  readonly count: number;
  /** With fewer, the run would not try each of its kinds once. */
  readonly fewest?: number;
}

const POINTS: readonly Point[] = [
  { name: 'kills', run: kills, count: 500 },
  { name: 'store-kills', run: storeKills, count: 500 },
  { name: 'deaths', run: deaths, count: 21, fewest: 7 },
  { name: 'broken-engine', run: brokenEngine, count: 12, fewest: 2 },
  { name: 'orphans', run: orphans, count: 100, fewest: 2 },
  { name: 'slots', run: slots, count: 1000 },
  { name: 'slow-renders', run: slowRenders, count: 10 },
  { name: 'wire', run: wire, count: 50_000 },
  { name: 'stops', run: stops, count: 9, fewest: 3 },
  { name: 'outage', run: outage, count: 20, fewest: 3 },
  { name: 'results-folder', run: resultsFolder, count: 300, fewest: 6 },
  { name: 'fatal-close', run: fatalClose, count: 4, fewest: 4 },
  { name: 'flood', run: flood, count: 2000, fewest: 200 },
  { name: 'full-line', run: fullLine, count: 1000, fewest: 20 },
  { name: 'load', run: load, count: 10_000 },
  { name: 'fuzz', run: fuzz, count: 100_000 },
  { name: 'estimates', run: estimates, count: 100 },
  { name: 'machine-kills', run: machineKills, count: 300, fewest: 5 },
  { name: 'machine-troubles', run: machineTroubles, count: 60, fewest: 2 },
];

const [share, wanted] = readArguments(process.argv.slice(2));
const rows: string[] = [];
let allSound = true;
for (const { name, run, count, fewest = 1 } of POINTS.filter((point) => wanted(point.name))) {
  process.stderr.write(`${name} …\n`);
  const result = await run(Math.max(fewest, Math.round(count * share))).catch(failed);
  allSound &&= isSound(result);
  rows.push(`| ${name} | ${figuresOf(result)} | ${judgementOf(result)} |`);
}
console.log(['| point | figures | bounds |', '| --- | --- | --- |', ...rows].join('\n'));
process.exit(allSound ? 0 : 1);

function readArguments(words: readonly string[]): [share: number, wanted: (name: string) => boolean] {
  const names = words.filter((word) => Number.isNaN(Number(word)));
  const unknown = names.find((name) => !POINTS.some((point) => point.name === name));
  const given = Number(words.find((word) => !names.includes(word)) ?? 1);
  if (unknown !== undefined || given <= 0 || given > 1) {
    const points = POINTS.map(({ name }) => name).join(', ');
    console.error(`expected a share above 0, at most 1, and points of ${points}; got ${words.join(' ')}`);
    process.exit(2);
  }
  return [given, (name) => names.length === 0 || names.includes(name)];
}

/** One run that falls over must not hide what the others saw. */
function failed(thrown: unknown): SoakResult {
  const [fault = ''] = messageOf(thrown).split('\n');
  return { bounds: [exactly('fault', fault, 'none')], figures: { fault } };
}
