import type { Interaction } from 'local-discord/interaction';
import { riffCardTexts } from '../../../src/messages/riff-card.ts';
import { MAX_ATTEMPTS } from '../../../src/queue/retry-policy.ts';
import { eventually } from '../../waiting.ts';
import { BotBench, type DiaryEntry } from '../process/bot-bench.ts';
import { GENEROUS_LIMITS } from '../process/environments.ts';
import { isAlive } from '../process/system.ts';
import { atMost, type Bound, exactly, judgedFrom, largest, runAlone, type SoakResult } from '../result.ts';

/**
 * `node test/soak/bot/deaths.ts [deaths = 21]`: seven ways for an engine to die, in turn, each with the job of a
 * user. Bounds: the bot stays up, the user is told within 10 s of the death, the next render begins within 15 s.
 */
const DEEDS = ['segv', 'abort', 'exit 0', 'memory', 'loop', 'garbage', 'torn pipe'];
const MAX_TOLD_MS = 10_000;
const MAX_BACK_MS = 15_000;
const PATIENCE_MS = 60_000;
/** The floors of the watchdog and of the memory guard, low enough for a run of seconds. */
const LIMITS = {
  handshakeMs: 60_000,
  stepFloorMs: 2500,
  maxRssBytes: 400 * 1024 * 1024,
  memoryCheckMs: 100,
  killAfterMs: 500,
};

export async function deaths(count: number, slack = 1): Promise<SoakResult> {
  await using bench = await BotBench.open({ environment: GENEROUS_LIMITS, limits: LIMITS, slack });
  await bench.startBot();
  const { botPid } = bench;
  const seen: Death[] = [];
  for (let death = 0; death < count; death += 1) {
    seen.push(await dieOnce(bench, DEEDS[death % DEEDS.length] ?? 'segv'));
  }
  const isUp = bench.isUp() && bench.botPid === botPid;
  const slowestToldMs = largest(seen.map(({ toldMs }) => toldMs));
  const slowestBackMs = largest(seen.map(({ backMs }) => backMs));
  const leaks = bench.leaks();
  const survived = seen.filter(({ served }) => served).length;
  return {
    bounds: [
      exactly('bot stayed up', isUp, true),
      atMost('told after ms', slowestToldMs, MAX_TOLD_MS * slack),
      atMost('engine back after ms', slowestBackMs, MAX_BACK_MS * slack),
      atMost('leaks', leaks, 0),
      ...DEEDS.map((deed) => servedAfter(deed, seen)),
    ],
    figures: {
      deaths: count,
      'bot stayed up': String(isUp),
      'next user served': survived,
      'told after ms': slowestToldMs,
      'engine back after ms': slowestBackMs,
      leaks,
    },
  };
}

/** At counts below the number of ways some are not tried. */
function servedAfter(deed: string, seen: readonly Death[]): Bound {
  const deaths = seen.filter((death) => death.deed === deed);
  const served = deaths.filter((death) => death.served).length;
  return judgedFrom(1, deaths.length, exactly(`next user served after "${deed}"`, served, deaths.length));
}

interface Death {
  readonly deed: string;
  readonly toldMs: number;
  readonly backMs: number;
  /** The next user's riff was delivered. */
  readonly served: boolean;
}

async function dieOnce(bench: BotBench, deed: string): Promise<Death> {
  const before = bench.diary().length;
  const command = await bench.riff('mika', deed);
  const begun = await eventually(() => bench.diary()[before], PATIENCE_MS);
  if (!begun) throw new Error(`expected "${deed}" to begin; the log ends with\n${bench.log.slice(-2000)}`);
  await eventually(() => (isAlive(begun.pid) ? null : true), PATIENCE_MS);
  const diedAt = Date.now();
  const [toldAt, back] = await Promise.all([untilTold(bench, command), untilBack(bench, begun)]);
  const cancelled = bench.discord.actAs('mika').press(`1:cancel:${begun.jobId}`);
  await cancelled.answered;
  const next = await bench.riff('noor', 'well');
  const served = await eventually(() => (isServed(bench, next) ? true : null), PATIENCE_MS);
  return { deed, toldMs: toldAt - diedAt, backMs: (back?.at ?? Infinity) - diedAt, served: served === true };
}

/** A card is edited every few seconds at most, so that the second try may be over; it may begin a sentence. */
const RETRIED = [2, 3].map((attempt) => riffCardTexts.en.retry(attempt, MAX_ATTEMPTS).slice(1));

async function untilTold(bench: BotBench, command: Interaction): Promise<number> {
  const isTold = (): boolean =>
    RETRIED.some((text) => bench.discord.original(command)?.content.includes(text));
  const toldAt = await eventually(() => (isTold() ? Date.now() : null), PATIENCE_MS);
  return toldAt ?? Infinity;
}

function untilBack(bench: BotBench, dead: DiaryEntry): Promise<DiaryEntry | null> {
  return eventually(
    () => bench.diary().find(({ at, pid, what }) => what === 'begins' && at > dead.at && pid !== dead.pid),
    PATIENCE_MS,
  );
}

function isServed(bench: BotBench, command: Interaction): boolean {
  return bench.discord.original(command)?.attachments.length === 2;
}

if (import.meta.main) await runAlone(import.meta.url, deaths, 21);
