import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalDiscord, startLocalDiscord } from 'local-discord';
import { type Clock, systemClock } from 'local-discord/clock';
import { PLAYGROUND_SEED } from '../../../src/playground/seed.ts';
import { PostgresDatabase } from '../../../src/store/postgres/postgres.ts';
import { freePort } from '../../free-port.ts';
import { inTime, until } from '../../waiting.ts';
import type { Cluster } from './cluster.ts';

const LIFE = join(import.meta.dirname, 'life.ts');
/** For machines that are busy with other things, too. */
export const PATIENCE_MS = 180_000;

export interface MachinesOptions {
  /** The way to the database for Riff's processes; by default this process's own. */
  readonly linkTo?: (url: string) => string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Discord's. */
  readonly clock?: Clock;
}

/** A database of a cluster, a Discord, and processes of Riff that share them. */
export class Machines implements AsyncDisposable {
  readonly discord: LocalDiscord;
  readonly database: PostgresDatabase;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #healthPort: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'riff-machines-'));
  readonly #children = new Set<ChildProcess>();

  private constructor(discord: LocalDiscord, url: string, healthPort: number, options: MachinesOptions) {
    this.discord = discord;
    this.#environment = { DATABASE_URL: options.linkTo?.(url) ?? url, ...options.environment };
    this.#healthPort = healthPort;
    this.database = new PostgresDatabase(url);
  }

  static async open(cluster: Cluster, options: MachinesOptions = {}): Promise<Machines> {
    const discord = await startLocalDiscord({ ...PLAYGROUND_SEED, clock: options.clock ?? systemClock });
    return new Machines(discord, await cluster.createDatabase(), await freePort(), options);
  }

  worker(renderMs: number): Promise<ChildProcess> {
    return this.#start('worker', String(renderMs));
  }

  /** The one that was started last answers /health. */
  bot(role: 'bot' | 'everything' = 'bot'): Promise<ChildProcess> {
    const { apiBase, token } = this.discord;
    return this.#start(role, apiBase, token);
  }

  /** What /health of the bot says, with its status; null: nothing. */
  async health(): Promise<{ readonly status: number; readonly text: string } | null> {
    try {
      const response = await fetch(`http://127.0.0.1:${this.#healthPort}/health`);
      return { status: response.status, text: await response.text() };
    } catch {
      return null;
    }
  }

  /** Nothing is amiss, by the bot itself. */
  async isReady(): Promise<boolean> {
    return (await this.health())?.text.includes('"ready"') ?? false;
  }

  async untilHealth(status: number): Promise<string> {
    const look = async () => {
      const health = await this.health();
      return health?.status === status ? health.text : null;
    };
    return until(`${status} from /health`, look, PATIENCE_MS);
  }

  /** The states of all jobs, in order of arrival. */
  async jobs(): Promise<readonly string[]> {
    const rows = await this.database.all<{ readonly id: string; readonly state: string }>(
      'SELECT id, state FROM jobs ORDER BY seq',
    );
    return rows.map(({ state }) => state);
  }

  async untilJobs(what: string, look: (states: readonly string[]) => boolean): Promise<void> {
    await until(what, async () => look(await this.jobs().catch(() => [])) || null, PATIENCE_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await this.discord.close();
    await this.database.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start(...args: readonly string[]): Promise<ChildProcess> {
    const HEALTH_PORT = args[0] === 'worker' ? '0' : String(this.#healthPort);
    const env = { ...process.env, ...this.#environment, DATA_DIR: this.#folder, HEALTH_PORT };
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
