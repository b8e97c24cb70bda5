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
import { freePort } from '../../free-port.ts';
import { machineKills } from '../../soak/machines/kills.ts';
import { isSound, resultLine } from '../../soak/result.ts';
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
  readonly #healthPort: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'riff-machines-'));
  readonly #children = new Set<ChildProcess>();

  private constructor(discord: LocalDiscord, url: string, healthPort: number) {
    this.discord = discord;
    this.#url = url;
    this.#healthPort = healthPort;
    this.database = new PostgresDatabase(url);
  }

  static async open(cluster: Cluster): Promise<Machines> {
    const discord = await startLocalDiscord(PLAYGROUND_SEED);
    return new Machines(discord, await cluster.createDatabase(), await freePort());
  }

  worker(renderMs: number): Promise<ChildProcess> {
    return this.#start('worker', String(renderMs));
  }

  bot(role: 'bot' | 'everything' = 'bot'): Promise<ChildProcess> {
    const { apiBase, token } = this.discord;
    return this.#start(role, apiBase, token);
  }

  /** The status of /health of the process that was given the port. */
  async untilHealth(status: number): Promise<string> {
    let answer = '';
    const ask = () => {
      fetch(`http://127.0.0.1:${this.#healthPort}/health`).then(
        async (response) => {
          const text = await response.text();
          answer = response.status === status ? text : '';
        },
        () => {},
      );
      return answer === '' ? null : answer;
    };
    return until(`${status} from /health`, ask, PATIENCE_MS);
  }

  /** The states of all jobs, in order of arrival. */
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
    const HEALTH_PORT = args[0] === 'everything' ? String(this.#healthPort) : '0';
    // A killed process leaves its temporary files.
    const folders = { DATA_DIR: this.#folder, TMPDIR: this.#folder };
    const env = { ...process.env, ...folders, DATABASE_URL: this.#url, HEALTH_PORT };
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

  test('one process does everything on PostgreSQL, and says when the server is away', async () => {
    await using machines = await Machines.open(cluster);
    const { discord } = machines;
    await machines.bot('everything');
    const first = discord.actAs('mika').command('riff', { prompt: 'jazz' });
    await discord.waitForOriginal(first, isFinished, PATIENT);
    await machines.untilHealth(200);
    await cluster.stopServer();
    assert.match(await machines.untilHealth(503), /PostgreSQL at|queue cannot be read/);
    await cluster.startServer();
    await machines.untilHealth(200);
    const second = discord.actAs('noor').command('riff', { prompt: 'jazz' });
    await discord.waitForOriginal(second, isFinished, PATIENT);
  });

  test('SIGTERM ends each role in order in mid-render, and what waits is made by the next ones', async () => {
    await using machines = await Machines.open(cluster);
    const { discord } = machines;
    const children = [await machines.worker(1000), await machines.bot()];
    const commands = users.map((user) => discord.actAs(user).command('riff', { prompt: `jazz of ${user}` }));
    await machines.untilJobs('one that runs', (states) => states.length === 4 && states.includes('running'));
    for (const child of children) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const [code] = await inTime('the end', exited, 30_000);
      assert.equal(code, 0);
    }
    assert.ok(!(await machines.jobs()).includes('running'), 'the worker has ended its render');
    await machines.worker(100);
    await machines.bot();
    for (const command of commands) await discord.waitForOriginal(command, isFinished, PATIENT);
  });
});

test('machines are killed at work and cut off, and nothing is lost', {
  skip: skipWithoutPostgres,
}, async () => {
  const result = await machineKills(2);
  assert.ok(isSound(result), resultLine('machine-kills', result));
});
