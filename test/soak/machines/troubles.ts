import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Interaction } from 'local-discord/interaction';
import { noticeTexts } from '../../../src/messages/notices.ts';
import { reasonTexts } from '../../../src/messages/reasons.ts';
import { refusalTexts } from '../../../src/messages/refusals.ts';
import { Cluster } from '../../store/postgres/cluster.ts';
import { Machines } from '../../store/postgres/machines.ts';
import { eventually, until } from '../../waiting.ts';
import { isFinished } from '../../wire/bench/answers.ts';
import { slowClock } from '../process/bot-bench.ts';
import { GENEROUS_LIMITS } from '../process/environments.ts';
import { fillDisk } from '../process/small-disk.ts';
import { atLeast, atMost, type Bound, exactly, judgedFrom, runAlone, type SoakResult } from '../result.ts';
import { SlowLink } from './slow-link.ts';

/**
 * `node test/soak/machines/troubles.ts [seconds = 60]`: in the middle of riffs for a bot and a worker, PostgreSQL's disk is full,
 * or every packet to it takes 0.3 s, or none comes through, for so many seconds. Bounds: nothing lost or doubled, whoever
 * asks or waits meanwhile is told, /health tells, and all goes on when the trouble is over. The disk is a small tmpfs, which
 * root alone can mount.
 */
const USERS = ['mika', 'noor', 'sol', 'ada'];
const BEFORE = 12;
const FIRST = 4;
const RENDER_MS = 300;
const SLOW_MS = 300;
const DISK_BYTES = 160 * 1024 * 1024;
/** The limit of a statement, and what a slow machine takes. */
const MAX_TOLD_MS = 40_000;
const PATIENCE_MS = 180_000;
const isRoot = process.getuid?.() === 0;
/** Up to the error's id. */
const REFUSALS = [noticeTexts.en.queueUnwritable({ errorId: '' }), refusalTexts.en.storeFails('')].map(
  (text) => text.split('(')[0] ?? text,
);
const REASONS = [reasonTexts.en.storeUnreadable, reasonTexts.en.storeUnwritable];

interface Scene {
  readonly cluster: Cluster;
  readonly link: SlowLink;
}

interface Trouble {
  /** It is bad enough that users and operators have to hear of it. */
  readonly isTold: boolean;
  readonly begin: (scene: Scene) => void;
  readonly end: (scene: Scene) => Promise<void> | void;
}

const TROUBLES: Readonly<Record<string, Trouble>> = {
  'full disk': {
    isTold: true,
    begin: ({ cluster }) => fillDisk(fillerOf(cluster), DISK_BYTES),
    async end({ cluster }) {
      rmSync(fillerOf(cluster));
      // PostgreSQL ends where it cannot write its log; whoever looks after it starts it again.
      if (!cluster.isUp) await cluster.startServer();
    },
  },
  'slow server': { isTold: false, begin: delay(SLOW_MS), end: delay(0) },
  'dead link': { isTold: true, begin: delay(Number.POSITIVE_INFINITY), end: delay(0) },
};

function delay(ms: number): (scene: Scene) => void {
  return ({ link }) => {
    link.delayMs = ms;
  };
}

function fillerOf({ data }: Cluster): string {
  return join(data, 'filler');
}

interface Seen {
  readonly jobs: number;
  readonly delivered: number;
  readonly duplicates: number;
  /** Commands whose users were told that they cannot be taken. */
  readonly refused: number;
  /** The others that did not become jobs. */
  readonly ignored: number;
  /** Riffs that waited, and said why. */
  readonly told: number;
  readonly isHealthy: { readonly meanwhile: boolean; readonly after: boolean };
}

export async function machineTroubles(count: number, slack = 1): Promise<SoakResult> {
  const tried = Object.entries(TROUBLES).filter(([name]) => isRoot || !name.includes('disk'));
  const bounds: Bound[] = [judgedFrom(1, isRoot ? 1 : 0, exactly('full disk tried', isRoot, true))];
  const figures: Record<string, string> = {};
  for (const [name, trouble] of tried) {
    const seen = await runTrouble(trouble, count * 1000, slack);
    bounds.push(...boundsOf(name, trouble, seen));
    figures[name] =
      `delivered ${seen.delivered} of ${seen.jobs}, refused ${seen.refused}, told ${seen.told}, ${seen.isHealthy.meanwhile ? 'ready' : 'not ready'} meanwhile`;
  }
  return { bounds, figures };
}

function boundsOf(name: string, { isTold }: Trouble, seen: Seen): Bound[] {
  const told = isTold ? 1 : 0;
  return [
    atLeast(`${name}: jobs`, seen.jobs, BEFORE),
    exactly(`${name}: delivered`, seen.delivered, seen.jobs),
    atMost(`${name}: duplicates`, seen.duplicates, 0),
    atMost(`${name}: ignored`, seen.ignored, 0),
    atLeast(`${name}: told`, seen.told, told),
    ...(isTold ? [exactly(`${name}: healthy meanwhile`, seen.isHealthy.meanwhile, false)] : []),
    exactly(`${name}: healthy after it`, seen.isHealthy.after, true),
  ];
}

async function runTrouble(trouble: Trouble, troubleMs: number, slack: number): Promise<Seen> {
  const disk = isRoot ? { diskBytes: DISK_BYTES } : {};
  await using cluster = await Cluster.start({ addresses: [], port: 5432, ...disk });
  await using link = await SlowLink.open();
  await using machines = await Machines.open(cluster, {
    linkTo: (url) => link.to(url),
    environment: GENEROUS_LIMITS,
    clock: slowClock(slack),
  });
  const run = new TroubleRun(machines);
  await machines.worker(RENDER_MS);
  await machines.bot();
  run.ask(BEFORE);
  await until('jobs', async () => (await machines.jobs()).length === BEFORE || null, PATIENCE_MS);
  await until('the first riffs', () => run.delivered >= FIRST || null, PATIENCE_MS);
  trouble.begin({ cluster, link });
  run.ask(USERS.length);
  const patience = trouble.isTold ? MAX_TOLD_MS * slack : 0;
  const troubled = await eventually(async () => ((await machines.isReady()) ? null : true), patience);
  await eventually(() => run.told > 0 || null, patience);
  const { told } = run;
  await pause(troubleMs);
  await trouble.end({ cluster, link });
  const ready = await eventually(async () => (await machines.isReady()) || null, PATIENCE_MS);
  await eventually(() => run.isOver(), PATIENCE_MS);
  return { ...(await run.count()), told, isHealthy: { meanwhile: troubled === null, after: ready !== null } };
}

class TroubleRun {
  readonly #machines: Machines;
  readonly #commands: Interaction[] = [];

  constructor(machines: Machines) {
    this.#machines = machines;
  }

  ask(count: number): void {
    const { discord } = this.#machines;
    for (let index = 0; index < count; index += 1) {
      const prompt = `jazz ${this.#commands.length}`;
      const user = USERS[this.#commands.length % USERS.length] ?? '';
      this.#commands.push(discord.actAs(user).command('riff', { prompt }));
    }
  }

  get delivered(): number {
    return this.#commands.filter((command) => this.#isDelivered(command)).length;
  }

  get told(): number {
    return this.#commands.filter((command) => REASONS.some((reason) => this.#text(command).includes(reason)))
      .length;
  }

  /** Every command was refused in words, or its riff is there. */
  async isOver(): Promise<true | null> {
    const counts = await this.count().catch(() => null);
    return (counts?.delivered === counts?.jobs && counts?.ignored === 0) || null;
  }

  async count(): Promise<Pick<Seen, 'jobs' | 'delivered' | 'duplicates' | 'refused' | 'ignored'>> {
    const targets = await this.#machines.database.all<{ readonly target: string }>('SELECT target FROM jobs');
    const isJob = ({ token }: Interaction): boolean => targets.some(({ target }) => target.includes(token));
    const without = this.#commands.filter((command) => !isJob(command));
    const messages = this.#machines.discord.messages();
    const refused = messages.filter(({ content }) =>
      REFUSALS.some((text) => content.startsWith(text)),
    ).length;
    const riffs = messages.filter(isFinished);
    return {
      jobs: targets.length,
      delivered: this.delivered,
      duplicates: riffs.length - this.delivered,
      refused,
      ignored: without.length - refused,
    };
  }

  #isDelivered(command: Interaction): boolean {
    const message = this.#machines.discord.original(command);
    return message !== undefined && isFinished(message);
  }

  #text(command: Interaction): string {
    return this.#machines.discord.original(command)?.content ?? '';
  }
}

if (import.meta.main) await runAlone(import.meta.url, machineTroubles, 60);
