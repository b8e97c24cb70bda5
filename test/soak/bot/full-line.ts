import { BotBench } from '../process/bot-bench.ts';
import { GENEROUS_LIMITS } from '../process/environments.ts';
import { atLeast, atMost, largest, runAlone, type SoakResult } from '../result.ts';

/**
 * `node test/soak/bot/full-line.ts [riffs = 1000]`: riffs come in, twenty at a time, and none is finished; after each
 * twenty somebody looks at the queue. Bounds: the words of every answer come within 2 s, not only "thinking…".
 */
const AT_ONCE = 20;
const MAX_WORDS_MS = 2000;
const PATIENCE_MS = 60_000;
const USERS = ['mika', 'noor', 'sol', 'ada'];

export async function fullLine(count: number, slack = 1): Promise<SoakResult> {
  await using bench = await BotBench.open({ environment: GENEROUS_LIMITS, slack });
  await bench.startBot();
  const riffsMs: number[] = [];
  const looksMs: number[] = [];
  while (riffsMs.length < count) {
    const riffs = Array.from({ length: AT_ONCE }, (_, index) => {
      const user = USERS[index % USERS.length] ?? 'mika';
      return wordsMs(bench, user, 'riff', { prompt: 'until cancelled' });
    });
    riffsMs.push(...(await Promise.all(riffs)));
    looksMs.push(await wordsMs(bench, 'sol', 'queue show', {}));
  }
  return {
    bounds: [
      atLeast('riffs', riffsMs.length, count),
      atMost('words of a riff after ms', largest(riffsMs), MAX_WORDS_MS * slack),
      atMost('words of a look after ms', largest(looksMs), MAX_WORDS_MS * slack),
    ],
    figures: {
      riffs: riffsMs.length,
      'words of a riff after ms': largest(riffsMs),
      'words of a look after ms': largest(looksMs),
      'of the last look': looksMs.at(-1) ?? Number.NaN,
    },
  };
}

/** From the command to an answer that says something. */
async function wordsMs(
  { discord }: BotBench,
  user: string,
  name: string,
  options: Readonly<Record<string, string>>,
): Promise<number> {
  const startedAt = performance.now();
  const command = discord.actAs(user).command(name, options);
  await discord.waitForOriginal(command, ({ content }) => content !== '', { timeoutMs: PATIENCE_MS });
  return Math.round(performance.now() - startedAt);
}

if (import.meta.main) await runAlone(import.meta.url, fullLine, 1000);
