import { rmSync, writeFileSync } from 'node:fs';
import type { Interaction } from 'local-discord/interaction';
import { riffCardTexts } from '../../../src/messages/riff-card.ts';
import { eventually } from '../../waiting.ts';
import { BotBench } from '../process/bot-bench.ts';
import { GENEROUS_LIMITS } from '../process/environments.ts';
import { Ledger } from '../process/ledger.ts';
import { atLeast, atMost, exactly, largest, runAlone, type SoakResult } from '../result.ts';

/**
 * `node test/soak/bot/broken-engine.ts [jobs = 12]`: the engine is killed in the middle of a render and then dies at every
 * start, for a lasting reason and for none, while jobs wait. Bounds: everybody who waits is told within 20 s, /health says
 * it, no job loses more than the one try that the kill cost, all are delivered, the first within 10 s of the repair.
 */
const WAYS = ['missing', 'crash'];
const MAX_TOLD_MS = 20_000;
const MAX_BACK_MS = 10_000;
const PATIENCE_MS = 120_000;
const LIMITS = { handshakeMs: 60_000, longestBackOffMs: 4000 };
const OPEN = `SELECT count(*) AS count FROM jobs WHERE state IN ('waiting', 'running', 'rendered')`;
const TRIES = 'SELECT sum(attempts) AS sum FROM jobs';

export async function brokenEngine(count: number, slack = 1): Promise<SoakResult> {
  await using bench = await BotBench.open({ environment: GENEROUS_LIMITS, limits: LIMITS, slack });
  const ledger = new Ledger(bench.discord);
  await bench.startBot();
  const commands: Interaction[] = [];
  const breakdowns: Breakdown[] = [];
  for (const way of WAYS) {
    breakdowns.push(await breakDown(bench, way, commands, count / WAYS.length));
    await eventually(async () => ((await openJobs(bench)) === 0 ? true : null), PATIENCE_MS);
  }
  const { delivered, duplicates } = await bench.withStore((database) => ledger.balance(database, commands));
  const tries = await bench.withStore((database) => database.get<{ sum: number }>(TRIES));
  const lostTries = (tries?.sum ?? 0) - commands.length;
  const toldMs = largest(breakdowns.map((breakdown) => breakdown.toldMs));
  const backMs = largest(breakdowns.map((breakdown) => breakdown.backMs));
  const leaks = bench.leaks(commands);
  const wasSeen = breakdowns.every((breakdown) => breakdown.isInHealth);
  return {
    bounds: [
      atLeast('jobs', commands.length, WAYS.length),
      exactly('delivered', delivered, commands.length),
      atMost('duplicates', duplicates, 0),
      atMost('tries lost', lostTries, WAYS.length),
      exactly('seen in /health', wasSeen, true),
      atMost('all told after ms', toldMs, MAX_TOLD_MS * slack),
      atMost('at work again after ms', backMs, MAX_BACK_MS * slack),
      atMost('leaks', leaks, 0),
    ],
    figures: {
      breakdowns: WAYS.length,
      jobs: commands.length,
      delivered,
      duplicates,
      'tries lost': lostTries,
      'seen in /health': String(wasSeen),
      'all told after ms': toldMs,
      'at work again after ms': backMs,
      leaks,
    },
  };
}

interface Breakdown {
  readonly toldMs: number;
  readonly backMs: number;
  readonly isInHealth: boolean;
}

async function breakDown(
  bench: BotBench,
  way: string,
  commands: Interaction[],
  count: number,
): Promise<Breakdown> {
  const before = bench.diary().length;
  const waiting: Interaction[] = [];
  for (let job = 0; job < count; job += 1) waiting.push(await bench.riff('mika', '40 ms a step', 20));
  commands.push(...waiting);
  const running = await eventually(() => bench.diary()[before], PATIENCE_MS);
  writeFileSync(bench.breakage, way);
  if (running) process.kill(running.pid, 'SIGKILL');
  const toldMs = await untilTold(bench, waiting);
  const isInHealth = (await bench.health()) === 'unready';
  const repairedAt = Date.now();
  rmSync(bench.breakage);
  const back = await eventually(() => bench.diary().find(({ at }) => at > repairedAt), PATIENCE_MS);
  return { toldMs, backMs: (back?.at ?? Infinity) - repairedAt, isInHealth };
}

/** The end of the sentence; what is wrong stands before it. */
const HELD = riffCardTexts.en.keepsPosition('');

/** Since the queue was held: before, the engine may still come back by itself. */
async function untilTold(bench: BotBench, waiting: readonly Interaction[]): Promise<number> {
  await eventually(async () => (await bench.health()) === 'unready' || null, PATIENCE_MS);
  const heldAt = Date.now();
  const isTold = (command: Interaction): boolean =>
    isServed(bench, command) || bench.discord.original(command)?.content.includes(HELD) === true;
  const told = await eventually(() => (waiting.every(isTold) ? true : null), PATIENCE_MS);
  return told ? Date.now() - heldAt : Infinity;
}

async function openJobs(bench: BotBench): Promise<number> {
  const open = await bench.withStore((database) => database.get<{ count: number }>(OPEN));
  return open?.count ?? 0;
}

function isServed(bench: BotBench, command: Interaction): boolean {
  return bench.discord.original(command)?.attachments.length === 2;
}

if (import.meta.main) await runAlone(import.meta.url, brokenEngine, 12);
