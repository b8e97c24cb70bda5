import type { Interaction } from 'local-discord/interaction';
import { eventually, until } from '../../waiting.ts';
import { BotBench } from '../process/bot-bench.ts';
import { GENEROUS_LIMITS } from '../process/environments.ts';
import { Ledger } from '../process/ledger.ts';
import { atMost, exactly, largest, runAlone, type SoakResult } from '../result.ts';

/**
 * `node test/soak/bot/fatal-close.ts [closes = 4]`: Discord closes the gateway with the codes after which no client may
 * come back, in turn, while a riff is drawn. Bounds: the process ends by itself within 30 s with exit code 1 and one
 * sentence, and the next one delivers everything once.
 */
const CODES = [4004, 4010, 4013, 4014];
const JOBS_A_CLOSE = 3;
const MAX_END_MS = 30_000;
const PATIENCE_MS = 60_000;

export async function fatalClose(count: number, slack = 1): Promise<SoakResult> {
  await using bench = await BotBench.open({ environment: GENEROUS_LIMITS, slack });
  const ledger = new Ledger(bench.discord);
  const commands: Interaction[] = [];
  const endsMs: number[] = [];
  const codes = new Set<number | null>();
  let stacks = 0;
  for (let close = 0; close < count; close += 1) {
    await bench.startBot();
    const before = bench.diary().length;
    for (let job = 0; job < JOBS_A_CLOSE; job += 1) commands.push(await bench.riff('mika', '40 ms a step'));
    await until('a render', () => bench.diary()[before], PATIENCE_MS);
    const mark = bench.log.length;
    const closedAt = performance.now();
    bench.discord.closeSockets(CODES[close % CODES.length] ?? 4004);
    // No longer, whatever the slack: a test with it has a timeout of its own.
    await eventually(() => (bench.isUp() ? null : true), MAX_END_MS * Math.min(slack, 3));
    endsMs.push(bench.isUp() ? Number.POSITIVE_INFINITY : Math.round(performance.now() - closedAt));
    codes.add(await bench.endBot('SIGKILL'));
    if (/^\s+at /m.test(bench.log.slice(mark))) stacks += 1;
  }
  await bench.startBot();
  const balance = () => bench.withStore((database) => ledger.balance(database, commands));
  await eventually(async () => (await balance()).lost.length === 0 || null, PATIENCE_MS);
  const { lost, ...after } = await balance();
  const leaks = bench.leaks(commands);
  return {
    bounds: [
      atMost('slowest end ms', largest(endsMs), MAX_END_MS * slack),
      exactly('exit codes', [...codes].join(' '), '1'),
      atMost('stack traces', stacks, 0),
      exactly('delivered', after.delivered, commands.length),
      atMost('lost', lost.length, 0),
      atMost('duplicates', after.duplicates, 0),
      atMost('leaks', leaks, 0),
    ],
    figures: {
      closes: count,
      'slowest end ms': largest(endsMs),
      'exit codes': [...codes].join(' '),
      ...after,
      lost: lost.join('; ') || 0,
      leaks,
    },
  };
}

if (import.meta.main) await runAlone(import.meta.url, fatalClose, 4);
