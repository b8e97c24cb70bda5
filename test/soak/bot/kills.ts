import { setTimeout as pause } from 'node:timers/promises';
import type { Interaction } from 'local-discord/interaction';
import { seededRandom } from '../../queue/bench/seeded-random.ts';
import { integrityFindings } from '../../store/integrity.ts';
import { eventually, until } from '../../waiting.ts';
import { BotBench } from '../process/bot-bench.ts';
import { GENEROUS_LIMITS } from '../process/environments.ts';
import { Ledger } from '../process/ledger.ts';
import { isAlive } from '../process/system.ts';
import { atLeast, atMost, judgedFrom, largest, runAlone, type SoakResult } from '../result.ts';

/**
 * `node test/soak/bot/kills.ts [kills = 500] [seed = 1]`: SIGKILLs of the bot or its engine at random moments, a third of the
 * bot's at the worst one: the riff is shown, and the bot does not know yet. Bounds: nothing lost, one refused a
 * hundred kills and one command unstored a hundred, at most one duplicate, sound store each time, next render ≤ 5 s after the engine's death and ≤ 10 s after the bot's start, no orphan after 3 s.
 */
const USERS = ['mika', 'noor', 'sol', 'ada'];
const PROMPT = '40 ms a step';
const WAITING_JOBS = 3;
const MAX_CHILD_RESTART_MS = 5000;
const MAX_BOT_RESTART_MS = 10_000;
const ORPHAN_LIMIT_MS = 3000;
/** Long enough for the half minute after a second crash. */
const SETTLE_MS = 90_000;
const PATIENCE_MS = 60_000;
/** Jobs that can start at once. The running job does not count: a kill may use up its last try, or delay it. */
const READY_JOBS = `SELECT count(*) AS count FROM jobs WHERE state = 'waiting' AND not_before <= :now`;
const OPEN = `SELECT count(*) AS count FROM jobs WHERE state IN ('waiting', 'running', 'rendered')`;

export async function kills(count: number, slack = 1, seed = 1): Promise<SoakResult> {
  await using bench = await BotBench.open({ environment: GENEROUS_LIMITS, slack });
  const run = new KillRun(bench, seed);
  await bench.startBot();
  for (let kill = 0; kill < count; kill += 1) await run.killOnce();
  await eventually(async () => ((await run.count(OPEN)) === 0 ? true : null), SETTLE_MS);
  return run.result(count, slack);
}

class KillRun {
  readonly #bench: BotBench;
  readonly #ledger: Ledger;
  readonly #random: () => number;
  readonly #commands: Interaction[] = [];
  readonly #childRestartsMs: number[] = [];
  readonly #botRestartsMs: number[] = [];
  readonly #orphansMs: number[] = [];
  #findings = 0;

  constructor(bench: BotBench, seed: number) {
    this.#bench = bench;
    this.#random = seededRandom(seed);
    this.#ledger = new Ledger(bench.discord);
  }

  async count(sql: string): Promise<number> {
    const parameters = sql.includes(':now') ? { now: Date.now() } : {};
    const row = await this.#bench.withStore((database) => database.get<{ count: number }>(sql, parameters));
    return row?.count ?? 0;
  }

  async killOnce(): Promise<void> {
    await this.#fill();
    const dice = this.#random();
    if (dice < 0.5) {
      await pause(400 * this.#random());
      await this.#killChild();
    } else {
      if (dice < 0.83) await pause(400 * this.#random());
      else await this.#untilRiffIsShown();
      await this.#killBot();
    }
    this.#findings += (await this.#bench.withStore(integrityFindings)).length;
  }

  async result(count: number, slack: number): Promise<SoakResult> {
    const { lost, ...balance } = await this.#bench.withStore((database) =>
      this.#ledger.balance(database, this.#commands),
    );
    const slowestChildMs = largest(this.#childRestartsMs);
    const slowestBotMs = largest(this.#botRestartsMs);
    const slowestOrphanMs = largest(this.#orphansMs);
    const leaks = this.#bench.leaks(this.#commands);
    const figures = {
      kills: count,
      ...balance,
      lost: lost.length === 0 ? 0 : lost.join('; '),
      findings: this.#findings,
      'engine back after ms': slowestChildMs,
      'bot back after ms': slowestBotMs,
      'orphans gone after ms': slowestOrphanMs,
      leaks,
    };
    const { delivered, refused, duplicates, unstored } = balance;
    const bounds = [
      atMost('lost', lost.length, 0),
      atLeast('delivered', delivered, Math.max(WAITING_JOBS, Math.floor(count / 2))),
      // A job may meet three deaths of its engine by chance.
      atMost('refused', refused, Math.ceil(count / 100)),
      atMost('unstored', unstored, Math.ceil(this.#commands.length / 100)),
      atMost('duplicates', duplicates, 1),
      atMost('findings', this.#findings, 0),
      judgedFrom(
        1,
        this.#childRestartsMs.length,
        atMost('engine back after ms', slowestChildMs, MAX_CHILD_RESTART_MS * slack),
      ),
      judgedFrom(
        1,
        this.#botRestartsMs.length,
        atMost('bot back after ms', slowestBotMs, MAX_BOT_RESTART_MS * slack),
      ),
      judgedFrom(
        1,
        this.#orphansMs.length,
        atMost('orphans gone after ms', slowestOrphanMs, ORPHAN_LIMIT_MS * slack),
      ),
      atMost('leaks', leaks, 0),
    ];
    return { bounds, figures };
  }

  /** The kill has to meet something: waiting, running or on its way to the user. */
  async #fill(): Promise<void> {
    for (let open = await this.count(READY_JOBS); open < WAITING_JOBS; open += 1) {
      const user = USERS[Math.floor(this.#random() * USERS.length)] ?? 'mika';
      this.#commands.push(await this.#bench.riff(user, PROMPT));
    }
  }

  async #untilRiffIsShown(): Promise<void> {
    let isShown = false;
    this.#ledger.onRiff = () => {
      this.#ledger.onRiff = () => {};
      // At once, before the answer to the bot is on its way.
      process.kill(this.#bench.botPid, 'SIGKILL');
      isShown = true;
    };
    await until('a riff to be shown', () => isShown || null, PATIENCE_MS);
  }

  async #killChild(): Promise<void> {
    const pid = await until('an engine process', () => this.#bench.engineChildren()[0], PATIENCE_MS);
    process.kill(pid, 'SIGKILL');
    this.#childRestartsMs.push(await this.#nextRenderMs(Date.now()));
    // The bound is for a death out of the blue; pauses grow after deaths in a row.
    await this.#nextEnd(Date.now());
  }

  async #killBot(): Promise<void> {
    const { botPid } = this.#bench;
    const children = this.#bench.engineChildren(botPid);
    await this.#bench.endBot('SIGKILL');
    const killedAt = Date.now();
    const orphans = eventually(() => (children.some(isAlive) ? null : Date.now() - killedAt), PATIENCE_MS);
    await this.#bench.startBot();
    this.#botRestartsMs.push(await this.#nextRenderMs(killedAt));
    this.#orphansMs.push((await orphans) ?? Number.POSITIVE_INFINITY);
  }

  async #nextRenderMs(since: number): Promise<number> {
    const begun = await eventually(
      () => this.#bench.diary().find(({ at, what }) => what === 'begins' && at > since),
      PATIENCE_MS,
    );
    return begun ? begun.at - since : Number.POSITIVE_INFINITY;
  }

  async #nextEnd(since: number): Promise<void> {
    const end = () => this.#bench.diary().find(({ at, what }) => what === 'ends' && at > since);
    await until('a render to end', end, PATIENCE_MS);
  }
}

if (import.meta.main) {
  const seed = Number(process.argv[3] ?? 1);
  await runAlone(import.meta.url, (count, slack) => kills(count, slack, seed), 500);
}
