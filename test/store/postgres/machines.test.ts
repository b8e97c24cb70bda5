import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type LocalDiscord, startLocalDiscord } from 'local-discord';
import { PLAYGROUND_SEED } from '../../../src/playground/seed.ts';
import { PostgresDatabase } from '../../../src/store/postgres/postgres.ts';
import { all } from '../../../src/store/sql.ts';
import { inTime, until } from '../../waiting.ts';
import { isFinished } from '../../wire/bench/answers.ts';
import { Cluster, skipWithoutPostgres } from './cluster.ts';

const LIFE = join(import.meta.dirname, 'life.ts');
const PATIENCE_MS = 60_000;
const PATIENT = { timeoutMs: PATIENCE_MS };

/** A cluster, a Discord, and processes of Riff that share them. */
class Machines implements AsyncDisposable {
  readonly discord: LocalDiscord;
  readonly database: PostgresDatabase;
  readonly #url: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'riff-machines-'));
  readonly #children = new Set<ChildProcess>();

  private constructor(discord: LocalDiscord, url: string) {
    this.discord = discord;
    this.#url = url;
    this.database = new PostgresDatabase(url);
  }

  static async open(cluster: Cluster): Promise<Machines> {
    return new Machines(await startLocalDiscord(PLAYGROUND_SEED), await cluster.createDatabase());
  }

  worker(renderMs: number): Promise<ChildProcess> {
    return this.#start('worker', String(renderMs));
  }

  bot(): Promise<ChildProcess> {
    const { apiBase, token } = this.discord;
    return this.#start('bot', String(apiBase), token);
  }

  /** Of the states of all jobs, one `id state worker` each. */
  async jobs(): Promise<readonly string[]> {
    const rows = await this.database.perform(
      all<{ readonly id: string; readonly state: string }>('SELECT id, state FROM jobs ORDER BY seq'),
    );
    return rows.map(({ state }) => state);
  }

  async untilJobs(what: string, look: (states: readonly string[]) => boolean): Promise<void> {
    let states: readonly string[] = [];
    const read = () => {
      this.jobs().then(
        (found) => {
          states = found;
        },
        () => {},
      );
      return look(states) || null;
    };
    await until(what, read, PATIENCE_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await this.discord.close();
    await this.database.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start(...args: readonly string[]): Promise<ChildProcess> {
    const env = { ...process.env, DATABASE_URL: this.#url, DATA_DIR: this.#folder };
    const child = spawn(process.execPath, [LIFE, ...args], { stdio: ['ignore', 'pipe', 'inherit'], env });
    this.#children.add(child);
    const ready = Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit').then(([code]) =>
        Promise.reject(new Error(`expected a ${args[0]}, it ended with ${code}`)),
      ),
    ]);
    await inTime(`a ${args[0]}`, ready, PATIENCE_MS);
    return child;
  }
}

describe('many machines', { skip: skipWithoutPostgres }, () => {
  let cluster: Cluster;
  before(async () => {
    cluster = await Cluster.start();
  });
  after(() => cluster[Symbol.asyncDispose]());

  const users = ['mika', 'noor', 'sol', 'ada'];

  test('a worker that is killed in mid-render loses nothing: another makes its riff, and each comes once', async () => {
    await using machines = await Machines.open(cluster);
    const { discord } = machines;
    const doomed = await machines.worker(60_000);
    await machines.bot();
    const commands = users.map((user) => discord.actAs(user).command('riff', { prompt: `jazz of ${user}` }));
    await machines.untilJobs('one that runs', (states) => states.length === 4 && states.includes('running'));
    await machines.worker(200);
    doomed.kill('SIGKILL');
    for (const command of commands) await discord.waitForOriginal(command, isFinished, PATIENT);
    await machines.untilJobs('all done', (states) => states.every((state) => state === 'done'));
  });

  test('a cancelled render stops on the worker, and the user is told', async () => {
    await using machines = await Machines.open(cluster);
    const { discord } = machines;
    await machines.worker(60_000);
    await machines.bot();
    const command = discord.actAs('mika').command('riff', { prompt: 'jazz' });
    await discord.waitForOriginal(command, ({ content }) => content.includes('step'), PATIENT);
    discord.actAs('mika').command('cancel', {});
    await machines.untilJobs('the end', (states) => states[0] === 'cancelled');
    await discord.waitForOriginal(command, ({ content }) => content.includes('cancel'), PATIENT);
  });

  test('a bot that is killed is replaced: the next delivers what was made meanwhile', async () => {
    await using machines = await Machines.open(cluster);
    const { discord } = machines;
    await machines.worker(1000);
    const doomed = await machines.bot();
    const commands = users.map((user) => discord.actAs(user).command('riff', { prompt: `jazz of ${user}` }));
    await machines.untilJobs('one that runs', (states) => states.length === 4 && states.includes('running'));
    doomed.kill('SIGKILL');
    await machines.bot();
    for (const command of commands) await discord.waitForOriginal(command, isFinished, PATIENT);
    await machines.untilJobs('all done', (states) => states.every((state) => state === 'done'));
  });

  test('a restart of the server in mid-render loses nothing', async () => {
    await using machines = await Machines.open(cluster);
    const { discord } = machines;
    await machines.worker(1000);
    await machines.bot();
    const commands = users.map((user) => discord.actAs(user).command('riff', { prompt: `jazz of ${user}` }));
    await machines.untilJobs('one that runs', (states) => states.length === 4 && states.includes('running'));
    await cluster.stopServer('SIGQUIT');
    await cluster.startServer();
    for (const command of commands) await discord.waitForOriginal(command, isFinished, PATIENT);
    await machines.untilJobs('all done', (states) => states.every((state) => state === 'done'));
  });

  test('SIGTERM ends each role in order', async () => {
    await using machines = await Machines.open(cluster);
    const children = [await machines.worker(500), await machines.bot()];
    for (const child of children) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const [code] = await inTime('the end', exited, 30_000);
      assert.equal(code, 0);
    }
  });
});
