import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LocalDiscord, startLocalDiscord } from 'local-discord';
import { type Clock, systemClock } from 'local-discord/clock';
import type { Interaction } from 'local-discord/interaction';
import manifest from '../../../package.json' with { type: 'json' };
import type { EngineLimits } from '../../../src/engine/limits.ts';
import type { Health } from '../../../src/operations/health.ts';
import { PLAYGROUND_SEED } from '../../../src/playground/seed.ts';
import { openStore, type SqliteDatabase } from '../../../src/store/sqlite/sqlite.ts';
import { freePort } from '../../free-port.ts';
import { inTime, until } from '../../waiting.ts';
import { processesWith } from './system.ts';

const BOT = fileURLToPath(new URL('./bot-process.ts', import.meta.url));
/** As `npm start` has them. */
const NODE_FLAGS = manifest.scripts.start.split(' ').filter((word) => word.startsWith('--'));
/** For machines that are busy with other things, too. */
const PATIENCE_MS = 180_000;

export interface BenchOptions {
  /** The engine's program, of test/engine/children; by default the one that does what its prompt says. */
  readonly child?: 'scripted-child.ts' | 'quick-child.ts';
  readonly limits?: Partial<EngineLimits>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Discord's clock goes slower by this: on a busy machine its three seconds for a first answer say nothing. */
  readonly slack?: number;
}

export interface DiaryEntry {
  readonly at: number;
  readonly pid: number;
  readonly what: 'begins' | 'ends';
  readonly jobId: string;
}

/** The bot as a process of its own against a local Discord that outlives it. */
export class BotBench implements AsyncDisposable {
  readonly discord: LocalDiscord;
  readonly folder = mkdtempSync(join(tmpdir(), 'riff-soak-'));
  readonly #options: BenchOptions;
  readonly #healthPort: number;
  #bot: ChildProcess | null = null;
  #log = '';

  private constructor(discord: LocalDiscord, healthPort: number, options: BenchOptions) {
    this.discord = discord;
    this.#healthPort = healthPort;
    this.#options = options;
  }

  static async open(options: BenchOptions = {}): Promise<BotBench> {
    const discord = await startLocalDiscord({ ...PLAYGROUND_SEED, clock: slowClock(options.slack ?? 1) });
    return new BotBench(discord, await freePort(), options);
  }

  get botPid(): number {
    const pid = this.#bot?.pid;
    if (pid === undefined) throw new Error('expected a started bot');
    return pid;
  }

  get dataDir(): string {
    return join(this.folder, 'data');
  }

  /** While this file is there, the engine does not start, in the way that it names: `missing` or `crash`. */
  get breakage(): string {
    return join(this.folder, 'breakage');
  }

  /** All that the bots of this bench have printed. */
  get log(): string {
    return this.#log;
  }

  /** Resolves when commands are answered and the queue goes on. */
  async startBot(): Promise<void> {
    const { token, apiBase } = this.discord;
    const bot = spawn(process.execPath, [...NODE_FLAGS, BOT], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        // As the image and the systemd unit set it.
        MALLOC_ARENA_MAX: '2',
        DISCORD_TOKEN: token,
        DISCORD_API_BASE: apiBase,
        DATA_DIR: this.dataDir,
        HEALTH_PORT: String(this.#healthPort),
        RENDER_DIARY: join(this.folder, 'diary'),
        ENGINE_BREAKAGE: this.breakage,
        ENGINE_CHILD: this.#child,
        ENGINE_LIMITS: JSON.stringify({ handshakeMs: PATIENCE_MS, ...this.#options.limits }),
        ...this.#options.environment,
      },
    });
    this.#bot = bot;
    const live = Promise.withResolvers<unknown>();
    const hear = (chunk: Buffer): void => {
      this.#log += chunk;
      appendFileSync(join(this.folder, 'bot.log'), chunk);
    };
    bot.stdout?.on('data', hear);
    bot.stderr?.on('data', hear);
    bot.once('message', live.resolve);
    bot.once('exit', () =>
      live.reject(new Error(`the bot ended while starting:\n${this.#log.slice(-2000)}`)),
    );
    await inTime('the bot to be live', live.promise, PATIENCE_MS);
  }

  /** Resolves with the exit code when the process is gone, or was before; null after a signal. */
  async endBot(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const bot = this.#bot;
    if (!bot || !this.isUp()) return bot?.exitCode ?? null;
    const exited = new Promise<number | null>((resolve) => bot.once('exit', (code) => resolve(code)));
    bot.kill(signal);
    this.#bot = null;
    return inTime(`the bot to leave after ${signal}`, exited, PATIENCE_MS);
  }

  async health(): Promise<Health['kind']> {
    return JSON.parse(await this.ask('/health')).kind;
  }

  /** What the bot answers an operator. */
  async ask(path: '/health' | '/metrics'): Promise<string> {
    const answer = fetch(`http://127.0.0.1:${this.#healthPort}${path}`).then((response) => response.text());
    return inTime(`an answer of ${path}`, answer, PATIENCE_MS);
  }

  /** What the bot holds after a collection, where it was started with NODE_OPTIONS=--expose-gc. */
  async liveBytes(): Promise<number> {
    const mark = this.#log.length;
    process.kill(this.botPid, 'SIGUSR2');
    const said = () => /"liveBytes":(\d+)/.exec(this.#log.slice(mark))?.[1];
    return Number(await until('the bot to say what it holds', said, PATIENCE_MS));
  }

  get #child(): string {
    return this.#options.child ?? 'scripted-child.ts';
  }

  isUp(): boolean {
    return this.#bot?.exitCode === null && this.#bot.signalCode === null;
  }

  /** The engine processes of a bot, counted at the operating system. */
  engineChildren(botPid = this.botPid): readonly number[] {
    return processesWith(this.#child, String(botPid));
  }

  /** Begins and ends of renders, as the engine processes wrote them down. */
  diary(): readonly DiaryEntry[] {
    const path = join(this.folder, 'diary');
    const lines = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
    return lines.filter(Boolean).map((line) => {
      const [at, pid, what, jobId = ''] = line.split(' ');
      return { at: Number(at), pid: Number(pid), what: what === 'begins' ? 'begins' : 'ends', jobId };
    });
  }

  async riff(user: string, prompt: string, steps = 8): Promise<Interaction> {
    const command = this.discord.actAs(user).command('riff', { prompt, steps });
    await inTime('an answer to /riff', command.answered, PATIENCE_MS);
    return command;
  }

  /** Opens the store beside the bot. */
  async withStore<T>(work: (database: SqliteDatabase) => Promise<T>): Promise<T> {
    const database = openStore(this.dataDir);
    try {
      return await work(database);
    } finally {
      database.close();
    }
  }

  /** How often a token of the bot or of an interaction stands in a log; requests carry them in headers and paths only. */
  leaks(interactions: readonly Interaction[] = []): number {
    const bodies = JSON.stringify(this.discord.requests.map(({ body }) => body));
    const secrets = [this.discord.token, ...interactions.map(({ token }) => token)];
    return secrets.filter((secret) => this.#log.includes(secret) || bodies.includes(secret)).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Not `endBot`: a bench is closed also when nothing may be waited for any more.
    if (this.#bot && this.isUp()) {
      const exited = once(this.#bot, 'exit');
      this.#bot.kill('SIGKILL');
      await exited;
    }
    await this.discord.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Discord's clock on a machine that is slower by this: its three seconds for a first answer say nothing there. */
export function slowClock(slack: number): Clock {
  const startedAt = systemClock.now();
  return {
    now: () => Math.round(startedAt + (systemClock.now() - startedAt) / slack),
    after: (delayMs, callback) => systemClock.after(delayMs * slack, callback),
  };
}
