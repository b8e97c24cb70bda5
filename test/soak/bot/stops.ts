import type { Interaction } from 'local-discord/interaction';
import { eventually } from '../../waiting.ts';
import { BotBench } from '../process/bot-bench.ts';
import { GENEROUS_LIMITS } from '../process/environments.ts';
import { Ledger } from '../process/ledger.ts';
import { atLeast, atMost, exactly, judgedFrom, largest, runAlone, type SoakResult } from '../result.ts';

/**
 * `node test/soak/bot/stops.ts [stops = 9]`: SIGTERM while nothing, a quick render or an endless one runs. Bounds: gone
 * within 30 s with exit code 0, nobody's riff is lost, and what ran counts as one try.
 */
const PROMPTS = [null, '40 ms a step', 'until cancelled'];
const MAX_STOP_MS = 30_000;
const PATIENCE_MS = 60_000;

export async function stops(count: number, slack = 1): Promise<SoakResult> {
  await using bench = await BotBench.open({ environment: GENEROUS_LIMITS, slack });
  const ledger = new Ledger(bench.discord);
  const commands: Interaction[] = [];
  const stopsMs: number[] = [];
  const codes = new Set<number | null>();
  for (let stop = 0; stop < count; stop += 1) {
    await bench.startBot();
    const prompt = PROMPTS[stop % PROMPTS.length] ?? null;
    if (prompt !== null) await begin(bench, prompt, commands);
    const startedAt = performance.now();
    codes.add(await bench.endBot('SIGTERM'));
    stopsMs.push(Math.round(performance.now() - startedAt));
  }
  await bench.startBot();
  await cancelEndless(bench);
  const open = `SELECT count(*) AS open FROM jobs WHERE state IN ('waiting', 'running', 'rendered')`;
  await eventually(
    async () =>
      (await bench.withStore((database) => database.get<{ open: number }>(open)))?.open === 0 ? true : null,
    PATIENCE_MS,
  );
  const balance = await bench.withStore((database) => ledger.balance(database, commands));
  const lost = balance.lost.filter((line) => !line.includes('cancelled'));
  const leaks = bench.leaks(commands);
  const slowestMs = largest(stopsMs);
  return {
    bounds: [
      atMost('slowest ms', slowestMs, MAX_STOP_MS * slack),
      exactly('exit codes', [...codes].join(' '), '0'),
      atMost('lost', lost.length, 0),
      atMost('refused', balance.refused, 0),
      atMost('unstored', balance.unstored, 0),
      atMost('duplicates', balance.duplicates, 0),
      judgedFrom(
        PROMPTS.length,
        count,
        atLeast('delivered', balance.delivered, Math.floor(count / PROMPTS.length)),
      ),
      atMost('leaks', leaks, 0),
    ],
    figures: {
      stops: count,
      'slowest ms': slowestMs,
      'exit codes': [...codes].join(' '),
      ...balance,
      lost: lost.join('; ') || 0,
      leaks,
    },
  };
}

async function begin(bench: BotBench, prompt: string, commands: Interaction[]): Promise<void> {
  const before = bench.diary().length;
  commands.push(await bench.riff('mika', prompt));
  await eventually(() => bench.diary()[before], PATIENCE_MS);
}

/** Handed back by every stop, they would run for ever. */
async function cancelEndless(bench: BotBench): Promise<void> {
  const endless = `SELECT id FROM jobs WHERE state IN ('waiting', 'running') AND request LIKE '%until cancelled%'`;
  for (const { id } of await bench.withStore((database) => database.all<{ id: string }>(endless))) {
    await bench.discord.actAs('mika', { unchecked: true }).command('cancel', { job: id }).answered;
  }
}

if (import.meta.main) await runAlone(import.meta.url, stops, 9);
