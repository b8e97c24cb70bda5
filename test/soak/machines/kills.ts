import { setTimeout as pause } from 'node:timers/promises';
import { SqlJobStore } from '../../../src/store/job-store.ts';
import { exampleDraft } from '../../queue/bench/example-jobs.ts';
import { seededRandom } from '../../queue/bench/seeded-random.ts';
import { atMost, exactly, judgedFrom, runAlone, type SoakResult } from '../result.ts';
import { Fleet, type Machine } from './fleet.ts';
import { fairnessErrors, keepMoves, readMoves } from './moves.ts';

/**
 * `node test/soak/machines/kills.ts [kills = 300] [seed = 1]`: three workers and two bots on one PostgreSQL, each a process on
 * a network of its own. A busy one is killed at every tenth job, at most one a second, and started again; every fifteenth
 * time the server is restarted, every tenth time a cable is cut for longer than a lease. Meanwhile 20 users always have riffs
 * waiting.
 */
const WORKERS = 3;
const BOTS = 2;
const USERS = 20;
const WAITING_PER_USER = 2;
const JOBS_PER_KILL = 10;
const KILL_EVERY_MS = 1000;
const RESTART_EVERY = 15;
const CUT_EVERY = 10;
const CUT_MS = 12_000;
const SETTLE_MS = 120_000;
const POLL_MS = 500;

export async function machineKills(count: number, _slack = 1, seed = 1): Promise<SoakResult> {
  await using fleet = await Fleet.start(WORKERS, BOTS);
  await keepMoves(fleet.database);
  const run = new KillRun(fleet, seed);
  for (let kill = 1; kill <= count; kill += 1) await run.killOnce(kill);
  await run.settle();
  return await run.result(count);
}

class KillRun {
  readonly #fleet: Fleet;
  readonly #store: SqlJobStore;
  readonly #random: () => number;
  readonly #accepted: string[] = [];
  readonly #cuts = new Set<Promise<void>>();
  #restarts = 0;
  #cutCount = 0;
  #number = 0;

  constructor(fleet: Fleet, seed: number) {
    this.#fleet = fleet;
    this.#store = new SqlJobStore(fleet.database);
    this.#random = seededRandom(seed);
  }

  async killOnce(kill: number): Promise<void> {
    await this.#fill();
    await pause(KILL_EVERY_MS * (0.5 + this.#random()));
    await this.#fillUntil(JOBS_PER_KILL * kill);
    await this.#killOneAtWork();
    if (kill % CUT_EVERY === 5) this.#cut();
    if (kill % RESTART_EVERY === 8) await this.#restartServer();
  }

  /** Every job that was taken in is done, or nothing more happens. */
  async settle(): Promise<void> {
    await Promise.all(this.#cuts);
    const deadline = performance.now() + SETTLE_MS;
    while ((await this.#unfinished()) && performance.now() < deadline) await pause(POLL_MS);
  }

  async result(kills: number): Promise<SoakResult> {
    const moves = await readMoves(this.#fleet.database);
    const { answers } = this.#fleet;
    const done = new Set(moves.filter(({ to }) => to === 'done').map(({ job }) => job));
    const answered = new Set(answers);
    const jobs = this.#accepted.length;
    const lost = this.#accepted.filter((id) => !done.has(id) || !answered.has(id)).length;
    const renders = moves.filter(({ to }) => to === 'rendered').map(({ job }) => job);
    const renderedTwice = renders.length - new Set(renders).size;
    const twice = answers.length - answered.size;
    const { turns, whileLost, overtaken } = fairnessErrors(moves, USERS);
    return {
      bounds: [
        exactly('lost', lost, 0),
        exactly('rendered twice', renderedTwice, 0),
        judgedFrom(1000, jobs, atMost('delivered twice in 1,000', (1000 * twice) / jobs, 1)),
        atMost('fairness error', turns, 1),
        exactly('overtaken', overtaken, 0),
      ],
      figures: {
        kills,
        'server restarts': this.#restarts,
        'cables cut': this.#cutCount,
        jobs,
        done: done.size,
        lost,
        'lost renders': moves.filter(({ from, to }) => from === 'running' && to === 'waiting').length,
        'rendered twice': renderedTwice,
        'delivered twice': twice,
        'fairness error': turns,
        'while a loss waits': whileLost,
        overtaken,
      },
    };
  }

  async #fillUntil(jobs: number): Promise<void> {
    const deadline = performance.now() + SETTLE_MS;
    while (this.#accepted.length < jobs) {
      if (performance.now() > deadline)
        throw new Error(`expected ${jobs} jobs, got ${this.#accepted.length}`);
      await pause(POLL_MS);
      await this.#fill();
    }
  }

  /** Those that the server did not confirm do not count. */
  async #fill(): Promise<void> {
    const counts = await this.#waitingByUser().catch(() => null);
    for (let user = 0; counts !== null && user < USERS; user += 1)
      for (let has = counts.get(`user-${user}`) ?? 0; has < WAITING_PER_USER; has += 1) {
        this.#number += 1;
        const id = `j${this.#number}`;
        const job = { id, createdAt: Date.now(), botId: 'gone', ...exampleDraft(`user-${user}`) };
        await this.#store.insert([job]).then(
          () => this.#accepted.push(id),
          () => {},
        );
      }
  }

  async #waitingByUser(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#fleet.database.all<{ readonly user_id: string; readonly n: number }>(
      `SELECT user_id, count(*) AS n FROM jobs WHERE state = 'waiting' GROUP BY user_id`,
    );
    return new Map(rows.map(({ user_id, n }) => [user_id, n]));
  }

  async #unfinished(): Promise<boolean> {
    const rows = await this.#fleet.database.all(
      `SELECT 1 FROM jobs WHERE state IN ('waiting', 'running', 'rendered') LIMIT 1`,
    );
    return rows.length > 0;
  }

  async #killOneAtWork(): Promise<void> {
    const deadline = performance.now() + SETTLE_MS;
    for (;;) {
      const victim = this.#oneOf(this.#fleet.machines.filter(({ isReady }) => isReady));
      if (victim) return this.#fleet.kill(victim);
      if (performance.now() > deadline) throw new Error('expected a process that works, none came up');
      await pause(POLL_MS);
    }
  }

  #oneOf(machines: readonly Machine[]): Machine | undefined {
    return machines[Math.floor(this.#random() * machines.length)];
  }

  #cut(): void {
    const cable = this.#oneOf(this.#fleet.machines)?.cable ?? null;
    if (cable === null) return;
    this.#cutCount += 1;
    cable.cut();
    const cut = pause(CUT_MS).then(() => {
      cable.repair();
      this.#cuts.delete(cut);
    });
    this.#cuts.add(cut);
  }

  /** In turns as after a crash and in order. */
  async #restartServer(): Promise<void> {
    this.#restarts += 1;
    const { cluster } = this.#fleet;
    await cluster.stopServer(this.#restarts % 2 === 0 ? 'SIGINT' : 'SIGQUIT');
    await cluster.startServer();
  }
}

if (import.meta.main)
  await runAlone(import.meta.url, (count) => machineKills(count, 1, Number(process.argv[3] ?? 1)), 300);
