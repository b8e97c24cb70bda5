import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../../queue/bench/seeded-random.ts';
import { eventually } from '../../waiting.ts';
import { BotBench } from '../process/bot-bench.ts';
import { GENEROUS_LIMITS } from '../process/environments.ts';
import { atLeast, exactly, judgedFrom, runAlone, type SoakResult } from '../result.ts';

/**
 * `node test/soak/bot/estimates.ts [jobs = 100]`: bursts of jobs of 10 to 40 steps; the error of the estimate that each
 * user was given first, as the bot's own metrics count it. Bound: at least half are off by 20 % or less.
 */
const STEP = '30 ms a step';
const WARM_UP = 4;
const ESTIMATES_FOR_A_SHARE = 20;
const PATIENCE_MS = 120_000;

export async function estimates(count: number): Promise<SoakResult> {
  await using bench = await BotBench.open({ environment: GENEROUS_LIMITS });
  await bench.startBot();
  const random = seededRandom(3);
  const steps = (): number => 10 + Math.floor(31 * random());
  for (let job = 0; job < WARM_UP; job += 1) await bench.riff('mika', STEP, steps());
  await untilEnded(bench, WARM_UP);
  const before = await errorsOf(bench);
  for (let job = 0; job < count; job += 1) {
    await bench.riff('noor', STEP, steps());
    // Sometimes three at once, sometimes none for a while: about as many as the engine can make.
    await pause(random() < 0.6 ? 100 : 2200 * random());
  }
  await untilEnded(bench, WARM_UP + count);
  await pause(500);
  const after = await errorsOf(bench);
  const near = after.near - before.near;
  const all = after.all - before.all;
  const health = await bench.health();
  return {
    bounds: [
      exactly('estimates', all, count),
      judgedFrom(ESTIMATES_FOR_A_SHARE, all, atLeast('share off by at most 20 %', near / all, 0.5)),
    ],
    figures: {
      jobs: count,
      estimates: all,
      'off by at most 20 %': near,
      share: `${((100 * near) / all).toFixed(0)} %`,
      health,
    },
  };
}

async function untilEnded(bench: BotBench, count: number): Promise<void> {
  const ends = (): number => bench.diary().filter(({ what }) => what === 'ends').length;
  await eventually(() => (ends() >= count ? true : null), PATIENCE_MS);
}

async function errorsOf(bench: BotBench): Promise<{ near: number; all: number }> {
  const text = await bench.ask('/metrics');
  const read = (series: string): number => {
    const line = text
      .split('\n')
      .find((candidate) => candidate.startsWith(`riff_eta_error_ratio_${series} `));
    return Number(line?.split(' ')[1] ?? 0);
  };
  return { near: read('bucket{le="0.2"}'), all: read('count') };
}

if (import.meta.main) await runAlone(import.meta.url, estimates, 100);
