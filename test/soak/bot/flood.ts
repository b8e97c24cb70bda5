import { inTime } from '../../waiting.ts';
import { BotBench } from '../process/bot-bench.ts';
import { GENEROUS_LIMITS } from '../process/environments.ts';
import { atMost, exactly, judgedFrom, largest, runAlone, type SoakResult } from '../result.ts';

/**
 * `node test/soak/bot/flood.ts [commands = 2000]`: so many /riff at once from as many accounts, of which the limits allow
 * a few, then SIGTERM on top. Bounds: every first answer comes, 99 of 100 within 1.5 s, and the bot leaves in order.
 */
const MAX_P99_MS = 1500;
const MAX_STOP_MS = 30_000;
const COMMANDS_FOR_A_P99 = 200;
const PATIENCE_MS = 180_000;
const ENVIRONMENT = { ...GENEROUS_LIMITS, MAX_WAITING: '50', PER_GUILD_WAITING: '50' };

export async function flood(count: number, slack = 1): Promise<SoakResult> {
  await using bench = await BotBench.open({ environment: ENVIRONMENT, slack });
  await bench.startBot();
  const accounts = Array.from({ length: count }, (_, index) => bench.discord.addMember(`member ${index}`).id);
  const answersMs = await inTime(
    'an answer to everybody',
    Promise.all(accounts.map((id) => firstAnswerMs(bench, id))),
    PATIENCE_MS,
  );
  const inOrder = answersMs.toSorted((a, b) => a - b);
  const p99 = Math.round(inOrder[Math.floor(count * 0.99)] ?? Number.NaN);
  const unanswered = answersMs.filter((ms) => ms === Number.POSITIVE_INFINITY).length;
  const stoppedAt = performance.now();
  const code = await bench.endBot('SIGTERM');
  const stopMs = Math.round(performance.now() - stoppedAt);
  return {
    bounds: [
      atMost('unanswered', unanswered, 0),
      judgedFrom(COMMANDS_FOR_A_P99, count, atMost('p99 ms', p99, MAX_P99_MS * slack)),
      exactly('exit code', code, 0),
      atMost('stop ms', stopMs, MAX_STOP_MS * slack),
    ],
    figures: {
      commands: count,
      'p50 ms': Math.round(inOrder[Math.floor(count / 2)] ?? Number.NaN),
      'p99 ms': p99,
      'slowest ms': Math.round(largest(answersMs)),
      unanswered,
      'exit code': String(code),
      'stop ms': stopMs,
    },
  };
}

async function firstAnswerMs(bench: BotBench, id: string): Promise<number> {
  const askedAt = performance.now();
  const { kind } = await bench.discord.actAs(id).command('riff', { prompt: '40 ms a step' }).answered;
  return kind === 'timeout' ? Number.POSITIVE_INFINITY : performance.now() - askedAt;
}

if (import.meta.main) await runAlone(import.meta.url, flood, 2000);
