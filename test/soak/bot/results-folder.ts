import assert from 'node:assert/strict';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Interaction } from 'local-discord/interaction';
import type { Health } from '../../../src/operations/health.ts';
import { OUTPUT_BLOCKED } from '../../../src/worker/circuit-breaker.ts';
import { STORE_BLOCKED } from '../../../src/worker/worker.ts';
import { eventually, inTime, until } from '../../waiting.ts';
import { BotBench } from '../process/bot-bench.ts';
import { GENEROUS_LIMITS } from '../process/environments.ts';
import { type Balance, Ledger } from '../process/ledger.ts';
import { fillDisk, mountSmallDisk } from '../process/small-disk.ts';
import { atLeast, atMost, type Bound, exactly, judgedFrom, runAlone, type SoakResult } from '../result.ts';

/**
 * `node test/soak/bot/results-folder.ts [seconds = 300]`: in the middle of 20 jobs the disk is full, or the folder of the
 * results is gone, or a file stands in its place, for so many seconds with a restart of the bot in them. Bounds: nothing
 * lost, given up or doubled, everybody served in the end, /health tells. The full disk is a small tmpfs, which root alone
 * can mount.
 */
const JOBS = 20;
const BEFORE = 4;
const PROMPT = '100 kB';
/** Enough for the store, not for a result. */
const SPARE_BYTES = 64 * 1024;
const DISK_BYTES = 16 * 1024 * 1024;
const MAX_TOLD_MS = 30_000;
const PATIENCE_MS = 180_000;
const isRoot = process.getuid?.() === 0;

interface Trouble {
  /** Waiting users read one of these. Empty: the bot recovers by itself before they read anything. */
  readonly reasons: readonly string[];
  begin(bench: BotBench): void;
  end(bench: BotBench): void;
}

/** Whichever is written next, a result or a claim, meets the end of the disk first and blocks the other. */
const FULL_DISK_REASONS = [OUTPUT_BLOCKED, STORE_BLOCKED];

const results = ({ dataDir }: BotBench): string => join(dataDir, 'riffs');
const filler = ({ dataDir }: BotBench): string => join(dataDir, 'filler');

const TROUBLES: Readonly<Record<string, Trouble>> = {
  'full disk': {
    reasons: FULL_DISK_REASONS,
    begin: (bench) => fillDisk(filler(bench), DISK_BYTES),
    end: (bench) => rmSync(filler(bench)),
  },
  'nearly full disk': {
    reasons: FULL_DISK_REASONS,
    begin: (bench) => fillDisk(filler(bench), DISK_BYTES, SPARE_BYTES),
    end: (bench) => rmSync(filler(bench)),
  },
  'folder gone': {
    // The bot makes it again.
    reasons: [],
    begin: (bench) => rmSync(results(bench), { recursive: true, force: true }),
    end: () => {},
  },
  'file in its place': {
    reasons: [OUTPUT_BLOCKED],
    begin: (bench) => putFileInPlace(results(bench)),
    end: (bench) => rmSync(results(bench)),
  },
};

/** The bot makes its folder again before each write, so it may be back between the two calls. */
function putFileInPlace(path: string): void {
  for (let attempt = 0; !statSync(path, { throwIfNoEntry: false })?.isFile(); attempt += 1) {
    assert.ok(attempt < 100, `${path}: expected to become a file, the bot made it a folder 100 times`);
    rmSync(path, { recursive: true, force: true });
    try {
      writeFileSync(path, '', { flag: 'wx' });
    } catch (error) {
      if (!isCode(error, 'EEXIST') && !isCode(error, 'EISDIR')) throw error;
    }
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

interface TroubleRun {
  readonly name: string;
  readonly heals: boolean;
  readonly after: Balance;
  readonly health: Health['kind'];
  /** Users who wait were told why. */
  readonly told: number;
  readonly leaks: number;
}

export async function resultsFolder(count: number, slack = 1): Promise<SoakResult> {
  const tried = Object.entries(TROUBLES).filter(([name]) => isRoot || !name.includes('disk'));
  const runs = await Promise.all(
    tried.map(([name, trouble]) => runTrouble(name, trouble, count * 1000, slack)),
  );
  return {
    bounds: [
      ...runs.flatMap(boundsOf),
      judgedFrom(1, isRoot ? 1 : 0, exactly('full disk tried', isRoot, true)),
    ],
    figures: Object.fromEntries(
      runs.map(({ name, after, told, health }) => [
        name,
        `delivered ${after.delivered} of ${after.jobs}, told ${told}, health ${health}`,
      ]),
    ),
  };
}

async function runTrouble(
  name: string,
  trouble: Trouble,
  troubleMs: number,
  slack: number,
): Promise<TroubleRun> {
  await using bench = await BotBench.open({
    environment: GENEROUS_LIMITS,
    slack,
    child: 'quick-child.ts',
  });
  using _disk = isRoot ? mountSmallDisk(bench.dataDir, DISK_BYTES) : null;
  const ledger = new Ledger(bench.discord);
  const commands: Interaction[] = [];
  await bench.startBot();
  // Paused: a busy machine makes most riffs while the others are asked for, and the trouble would meet nobody who waits.
  await moderate(bench, 'queue pause');
  for (let job = 0; job < JOBS; job += 1) commands.push(await bench.riff('mika', PROMPT));
  await moderate(bench, 'queue resume');
  const balance = (): Promise<Balance> => bench.withStore((database) => ledger.balance(database, commands));
  await until('the first riffs', () => ledger.shown >= BEFORE || null, PATIENCE_MS);
  trouble.begin(bench);
  await pause(troubleMs / 2);
  const isTold = (command: Interaction): boolean =>
    trouble.reasons.some((reason) => bench.discord.original(command)?.content.includes(reason));
  const heals = trouble.reasons.length === 0;
  const isTellingSeen = (): true | null => heals || commands.some(isTold) || null;
  // No longer, whatever the slack: a test with it has a timeout of its own.
  await eventually(isTellingSeen, MAX_TOLD_MS * Math.min(slack, 3));
  const told = commands.filter(isTold).length;
  const health = await bench.health();
  await bench.endBot('SIGTERM');
  await bench.startBot().catch(() => bench.endBot('SIGKILL'));
  await pause(troubleMs / 2);
  trouble.end(bench);
  // On a full disk it may not come up; whoever looks after it starts it again.
  if (!bench.isUp()) await bench.startBot();
  await eventually(async () => (await balance()).lost.length === 0 || null, PATIENCE_MS);
  return { name, heals, after: await balance(), health, told, leaks: bench.leaks(commands) };
}

async function moderate({ discord }: BotBench, command: string): Promise<void> {
  await inTime(`an answer to /${command}`, discord.actAs('sol').command(command).answered, PATIENCE_MS);
}

function boundsOf({ name, heals, after, health, told, leaks }: TroubleRun): Bound[] {
  return [
    atLeast(`${name}: jobs`, after.jobs, JOBS),
    exactly(`${name}: delivered`, after.delivered, after.jobs),
    atMost(`${name}: lost`, after.lost.length, 0),
    atMost(`${name}: refused`, after.refused, 0),
    atMost(`${name}: duplicates`, after.duplicates, 0),
    atMost(`${name}: leaks`, leaks, 0),
    // Where the bot recovers by itself, users and /health may never have told of it.
    judgedFrom(1, heals ? 0 : 1, atLeast(`${name}: told`, told, 1)),
    judgedFrom(1, heals ? 0 : 1, exactly(`${name}: health tells`, health !== 'ready', true)),
  ];
}

if (import.meta.main) await runAlone(import.meta.url, resultsFolder, 300);
