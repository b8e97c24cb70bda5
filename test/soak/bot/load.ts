import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ResultFolder } from '../../../src/store/result-folder.ts';
import { SqlRetention } from '../../../src/store/retention.ts';
import { eventually } from '../../waiting.ts';
import { BotBench } from '../process/bot-bench.ts';
import { GENEROUS_LIMITS } from '../process/environments.ts';
import { Ledger } from '../process/ledger.ts';
import { openFiles, residentBytes } from '../process/system.ts';
import { atMost, exactly, judgedFrom, largest, runAlone, type SoakResult } from '../result.ts';

/**
 * `node test/soak/bot/load.ts [jobs = 10000]`: jobs one after the other through the whole bot, with a retention of a few
 * seconds instead of days. Bounds after the first third: memory grows by ≤ 1 MB per 1,000 jobs, open files do not grow,
 * what lies on disk is bounded by the retention.
 */
const USERS = ['mika', 'noor', 'sol', 'ada'];
const OPEN_JOBS = 12;
const SAMPLES = 30;
const KEPT_MS = 5000;
const MAX_SLOPE_MB = 1;
/** A heap still finds its size through fewer. */
const JOBS_FOR_A_SLOPE = 1000;
const MEGABYTE = 1e6;
const PATIENCE_MS = 60_000;

interface Sample {
  readonly jobs: number;
  readonly rssMb: number;
  /** The part of the resident memory that is no mapped file. */
  readonly anonMb: number;
  readonly liveMb: number;
  readonly handles: number;
  readonly files: number;
  readonly storeMb: number;
}

export async function load(count: number, slack = 1): Promise<SoakResult> {
  await using bench = await BotBench.open({
    environment: { ...GENEROUS_LIMITS, NODE_OPTIONS: '--expose-gc' },
    slack,
  });
  const ledger = new Ledger(bench.discord);
  let delivered = 0;
  ledger.onRiff = () => {
    delivered += 1;
  };
  await bench.startBot();
  const startedAt = performance.now();
  const samples: Sample[] = [];
  const sampleEvery = Math.ceil(count / SAMPLES);
  for (let asked = 0; asked < count; asked += 1) {
    await eventually(() => (asked - delivered < OPEN_JOBS ? true : null), PATIENCE_MS);
    await bench.riff(USERS[asked % USERS.length] ?? 'mika', 'well');
    if (asked % sampleEvery !== sampleEvery - 1) continue;
    // At rest: files that are being sent are open too.
    await eventually(() => (delivered > asked ? true : null), PATIENCE_MS);
    samples.push(await sweepAndSample(bench, asked + 1));
  }
  await eventually(() => (delivered >= count ? true : null), PATIENCE_MS);
  const perSecond = (count / (performance.now() - startedAt)) * 1000;
  return judge(samples, count, delivered, perSecond, bench.leaks());
}

function judge(
  samples: readonly Sample[],
  count: number,
  delivered: number,
  perSecond: number,
  leaks: number,
): SoakResult {
  const warm = samples.slice(Math.ceil(samples.length / 3));
  const slopeMb = slopeOf(warm.map(({ jobs, rssMb }) => [jobs / 1000, rssMb]));
  const [first, last] = [warm[0], warm.at(-1)];
  const handles = (last?.handles ?? Number.NaN) - (first?.handles ?? Number.NaN);
  const most = (key: keyof Sample): number => largest(samples.map((sample) => sample[key]));
  // Two files a job, those of the last seconds and of the jobs between two sweeps.
  const maxFiles = 2 * (perSecond * (KEPT_MS / 1000) * 2 + 2 * Math.ceil(count / SAMPLES) + OPEN_JOBS);
  return {
    bounds: [
      exactly('delivered', delivered, count),
      judgedFrom(JOBS_FOR_A_SLOPE, count, atMost('MB per 1,000 jobs', slopeMb, MAX_SLOPE_MB)),
      judgedFrom(JOBS_FOR_A_SLOPE, count, atMost('open files more', handles, 0)),
      atMost('files on disk', most('files'), Math.round(maxFiles)),
      atMost('leaks', leaks, 0),
    ],
    figures: {
      jobs: count,
      delivered,
      'per second': perSecond.toFixed(1),
      'MB per 1,000 jobs': slopeMb.toFixed(2),
      'heaps and stacks MB per 1,000 jobs': slopeOf(
        warm.map(({ jobs, anonMb }) => [jobs / 1000, anonMb]),
      ).toFixed(2),
      'heaps and stacks MB': `${first?.anonMb.toFixed(0)} to ${last?.anonMb.toFixed(0)}`,
      'live MB per 1,000 jobs': slopeOf(warm.map(({ jobs, liveMb }) => [jobs / 1000, liveMb])).toFixed(2),
      'live MB': `${first?.liveMb.toFixed(1)} to ${last?.liveMb.toFixed(1)}`,
      'RSS MB': `${first?.rssMb.toFixed(0)} to ${last?.rssMb.toFixed(0)}`,
      'open files': `${first?.handles} to ${last?.handles}`,
      'most files on disk': most('files'),
      'store MB at most': most('storeMb').toFixed(1),
      leaks,
    },
  };
}

async function sweepAndSample(bench: BotBench, jobs: number): Promise<Sample> {
  const { botPid, dataDir } = bench;
  // Asynchronous, so the database must stay open until it is through.
  await bench.withStore((database) =>
    new SqlRetention(database, new ResultFolder(join(dataDir, 'riffs'))).deleteOlderThan(
      Date.now() - KEPT_MS,
    ),
  );
  return {
    jobs,
    liveMb: (await bench.liveBytes()) / MEGABYTE,
    rssMb: residentBytes(botPid) / MEGABYTE,
    anonMb: residentBytes(botPid, 'RssAnon') / MEGABYTE,
    handles: openFiles(botPid),
    files: readdirSync(join(dataDir, 'riffs')).length,
    storeMb: statSync(join(dataDir, 'riff.db')).size / MEGABYTE,
  };
}

/** Least squares. */
function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}

if (import.meta.main) await runAlone(import.meta.url, load, 10_000);
