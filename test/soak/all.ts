import { messageOf } from '../../src/errors.ts';
import { brokenEngine } from './bot/broken-engine.ts';
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
import { storeKills } from './store-kills.ts';
import { figuresOf, type Run, type Verdict } from './verdict.ts';

/**
 * `npm run soak [-- share] [point …]`: all long runs or those named, at full counts or a share of them (0.01: a
 * hundredth). One table in the end; exit code 1 where a bound broke.
 */
interface Point {
  readonly name: string;
  readonly run: Run;
  readonly count: number;
  readonly bound: string;
}

const POINTS: readonly Point[] = [
  {
    name: 'kills',
    run: kills,
    count: 500,
    bound: '0 lost, ≤ 1 duplicate, 0 findings, engine back ≤ 5 s, bot back ≤ 10 s, orphans gone ≤ 3 s',
  },
  { name: 'store-kills', run: storeKills, count: 500, bound: '0 lost, 0 duplicates, 0 findings' },
  { name: 'deaths', run: deaths, count: 21, bound: 'bot stays up, told ≤ 10 s, engine back ≤ 15 s' },
  {
    name: 'broken-engine',
    run: brokenEngine,
    count: 12,
    bound: 'all delivered, ≤ 1 try lost a kill, told ≤ 20 s, at work again ≤ 10 s',
  },
  { name: 'orphans', run: orphans, count: 100, bound: '0 left after 3 s' },
  { name: 'slots', run: slots, count: 1000, bound: '≤ 2 inferences in 2 slots' },
  { name: 'slow-renders', run: slowRenders, count: 10, bound: '0 false kills' },
  { name: 'wire', run: wire, count: 50_000, bound: '≤ 2,010 requests, 1 IDENTIFY, all answered' },
  { name: 'stops', run: stops, count: 9, bound: '≤ 30 s, exit code 0, 0 lost' },
  {
    name: 'load',
    run: load,
    count: 10_000,
    bound: '≤ 1 MB per 1,000 jobs, open files constant, disk bounded by the retention',
  },
  { name: 'fuzz', run: fuzz, count: 100_000, bound: 'no crash, 0 unhandled rejections' },
  { name: 'estimates', run: estimates, count: 100, bound: 'half are off by ≤ 20 %' },
];

const [share, wanted] = readArguments(process.argv.slice(2));
const rows: string[] = [];
let isSound = true;
for (const { name, run, count, bound } of POINTS.filter((point) => wanted(point.name))) {
  process.stderr.write(`${name} …\n`);
  const verdict = await run(Math.max(1, Math.round(count * share))).catch(failed);
  isSound &&= verdict.isSound;
  rows.push(`| ${name} | ${figuresOf(verdict)} | ${bound} | ${verdict.isSound ? 'held' : '**BROKEN**'} |`);
}
console.log(['| point | figures | bound | |', '| --- | --- | --- | --- |', ...rows].join('\n'));
process.exit(isSound ? 0 : 1);

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
function failed(thrown: unknown): Verdict {
  return { isSound: false, figures: { fault: messageOf(thrown).split('\n')[0] ?? '' } };
}
