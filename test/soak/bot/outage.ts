import type { Interaction } from 'local-discord/interaction';
import type { Health } from '../../../src/operations/health.ts';
import { WireBench } from '../../wire/bench/wire-bench.ts';
import { type Balance, Ledger } from '../process/ledger.ts';
import { atLeast, atMost, type Bound, exactly, runAlone, type SoakResult } from '../result.ts';

/**
 * `node test/soak/bot/outage.ts [jobs = 20]`: Discord answers 503 for half an hour, to messages alone and to everything, in
 * the middle of the jobs; the bot is restarted meanwhile. On a clock that is moved by hand. Bounds: nothing lost, given up
 * or doubled; /health says that riffs wait to be delivered.
 */
const MINUTE_MS = 60_000;
/** Before the restart and after it. */
const HALF_MS = 15 * MINUTE_MS;
/** Longer than the longest wait between two tries. */
const HEALING_MS = 20 * MINUTE_MS;
const LIMITS = { perGuildWaiting: 1000, totalWaiting: 1000 };

/** What an outage takes away, as a pattern on `METHOD /path`. */
const OUTAGES = { messages: /^(POST|PATCH) \/(webhooks|channels)\//, everything: /./ } as const;
type Outage = keyof typeof OUTAGES;

export async function outage(count: number): Promise<SoakResult> {
  const runs = [await runOutage('messages', count), await runOutage('everything', count)];
  return {
    bounds: runs.flatMap((run) => boundsOf(run, count)),
    figures: Object.fromEntries(
      runs.flatMap(({ kind, after }) =>
        Object.entries(after).map(([key, value]) => [
          `${kind}: ${key}`,
          Array.isArray(value) ? value.length : String(value),
        ]),
      ),
    ),
  };
}

interface OutageRun {
  readonly kind: Outage;
  readonly during: Balance;
  readonly after: Balance;
  readonly health: Health['kind'];
}

async function runOutage(kind: Outage, count: number): Promise<OutageRun> {
  await using bench = await WireBench.open({ limits: LIMITS });
  const ledger = new Ledger(bench.discord);
  const commands = await ask(bench, count);
  const balance = (): Promise<Balance> => ledger.balance(bench.life.database, commands);
  const before = Math.ceil(count / 3);
  for (let render = 1; render <= before; render += 1) (await bench.life.engine.renderNumber(render)).finish();
  const underWay = await bench.life.engine.renderNumber(before + 1);
  await bench.passTime(MINUTE_MS);
  const end = bench.discord.failNext(OUTAGES[kind], { status: 503, times: Number.POSITIVE_INFINITY });
  underWay.finish();
  bench.life.engine.isQuick = true;
  await bench.passTime(HALF_MS);
  const [during, health] = [await balance(), await healthOf(bench)];
  await bench.stopBot();
  await restart(bench, kind, end);
  await bench.passTime(HEALING_MS);
  return { kind, during, after: await balance(), health };
}

/** Where nothing answers the bot cannot start; whoever looks after it tries again. */
async function restart(bench: WireBench, kind: Outage, endOutage: () => void): Promise<void> {
  const start = async (): Promise<void> => {
    await bench.startBot();
    bench.life.engine.isQuick = true;
  };
  if (kind === 'messages') await start();
  await bench.passTime(HALF_MS);
  endOutage();
  if (kind === 'everything') await start();
}

async function ask(bench: WireBench, count: number): Promise<Interaction[]> {
  const commands: Interaction[] = [];
  for (let index = 0; index < count; index += 1) {
    const { id } = bench.discord.addMember(`member ${index}`);
    commands.push(bench.discord.actAs(id).command('riff', { prompt: `riff ${index}` }));
    await commands.at(-1)?.answered;
  }
  return commands;
}

async function healthOf({ life }: WireBench): Promise<Health['kind']> {
  const health = await fetch(`${life.running.healthUrl}/health`);
  return ((await health.json()) as Health).kind;
}

function boundsOf({ kind, during, after, health }: OutageRun, count: number): Bound[] {
  return [
    exactly(`${kind}: jobs`, after.jobs, count),
    exactly(`${kind}: delivered`, after.delivered, count),
    atMost(`${kind}: lost`, after.lost.length, 0),
    atMost(`${kind}: duplicates`, after.duplicates, 0),
    atLeast(`${kind}: held back`, count - during.delivered, 1),
    exactly(`${kind}: health tells`, health !== 'ready', true),
  ];
}

if (import.meta.main) await runAlone(import.meta.url, outage, 20);
