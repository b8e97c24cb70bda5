import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { type LocalDiscord, startLocalDiscord } from 'local-discord';
import { createManualClock, type ManualClock } from 'local-discord/clock';
import { type Config, readConfig } from '../../../src/config.ts';
import { createLog } from '../../../src/log.ts';
import { PLAYGROUND_SEED } from '../../../src/playground/seed.ts';
import type { QueueLimits } from '../../../src/queue/admission.ts';
import type { RiffQueue } from '../../../src/queue/riff-queue.ts';
import { type RunningBot, startBot } from '../../../src/start-bot.ts';
import { SqlGuildSettings } from '../../../src/store/guild-settings.ts';
import { JobReader } from '../../../src/store/job-row.ts';
import { SqlAuditTrail, SqlBlockList } from '../../../src/store/moderation.ts';
import { SqlPresets } from '../../../src/store/presets.ts';
import { SqlRiffHistory } from '../../../src/store/riff-history.ts';
import { openStore, type SqliteDatabase } from '../../../src/store/sqlite/sqlite.ts';
import { OpenApiContract } from '../../discord-openapi/contract.ts';
import { freePort } from '../../free-port.ts';
import { quickFolder } from '../../quick-folder.ts';
import { happens } from '../../waiting.ts';
import { ScriptedEngine } from './scripted-engine.ts';

const STEP_MS = 5000;
const QUIET_TRIPS = 3;
/** Of real time: discord.js keeps to it by itself. */
const REQUESTS_A_SECOND = 45;

const contract = new OpenApiContract();

export interface BenchOptions {
  readonly maxFileBytes?: number;
  readonly limits?: Partial<QueueLimits>;
  readonly ownerIds?: readonly string[];
  /** How far the bot's clock is ahead of Discord's. */
  readonly botAheadMs?: number;
}

/** One life of the production bot: everything but Discord and the clock ends with it. */
export interface Life {
  readonly running: RunningBot;
  readonly queue: RiffQueue;
  readonly engine: ScriptedEngine;
  readonly database: SqliteDatabase;
  readonly settings: SqlGuildSettings;
  readonly blocks: SqlBlockList;
  readonly auditTrail: SqlAuditTrail;
  readonly presets: SqlPresets;
  readonly history: SqlRiffHistory;
}

/** The production bot against a local Discord, on a store of its own, at a time that stands still. */
export class WireBench implements AsyncDisposable {
  /** Discord's. */
  readonly clock: ManualClock = createManualClock();
  /** How far the bot's clock is ahead of it. */
  #skewMs: number;
  readonly logLines: string[] = [];
  /** How long the bot wanted to wait, each time that it did. */
  readonly delays: number[] = [];
  readonly #options: BenchOptions;
  /** DATA_DIR, and where the engine writes. */
  readonly folder = quickFolder('wire');
  #discord: LocalDiscord | null = null;
  #life: Life | null = null;

  private constructor(options: BenchOptions) {
    this.#options = options;
    this.#skewMs = options.botAheadMs ?? 0;
  }

  static async open(options: BenchOptions = {}): Promise<WireBench> {
    const bench = new WireBench(options);
    const { maxFileBytes } = options;
    bench.#discord = await startLocalDiscord({
      ...PLAYGROUND_SEED,
      clock: bench.clock,
      ...(maxFileBytes !== undefined && { maxFileBytes }),
    });
    await bench.startBot();
    return bench;
  }

  get discord(): LocalDiscord {
    if (!this.#discord) throw new Error('expected an open bench');
    return this.#discord;
  }

  get life(): Life {
    if (!this.#life) throw new Error('expected a started bot');
    return this.#life;
  }

  async startBot(): Promise<void> {
    this.#life = await this.#startLife();
  }

  /** An orderly stop; what runs is handed back. */
  async stopBot(): Promise<void> {
    const { running, database } = this.life;
    await this.passTimeUntil(running.stop());
    database.close();
    this.#life = null;
  }

  /** Sets the clock of the bot's machine forward, or back below 0. Timers are not affected. */
  jump(byMs: number): void {
    this.#skewMs += byMs;
  }

  /** Moves the clock in steps of five seconds; after each, waits for the requests that it made the bot send. */
  async passTime(durationMs: number): Promise<void> {
    for (let passedMs = 0; passedMs < durationMs; passedMs += STEP_MS) {
      this.clock.advance(STEP_MS);
      await this.#untilQuiet();
    }
  }

  /** Waits until the bot sends no more requests: none arrives while a probe goes there and back, and none is throttled. */
  async #untilQuiet(): Promise<void> {
    const since = performance.now();
    const before = this.discord.requests.length;
    const isThrottled = (): boolean =>
      this.discord.requests.length - before >= REQUESTS_A_SECOND && performance.now() - since < 1000;
    let seen: number;
    do {
      seen = this.discord.requests.length;
      for (let trip = 0; trip < QUIET_TRIPS; trip += 1) await (await fetch(this.discord.url)).arrayBuffer();
    } while (this.discord.requests.length > seen || isThrottled());
  }

  /** Moves the clock, second by second, until the promise settles. */
  async passTimeUntil<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    void promise.finally(() => {
      isSettled = true;
    });
    await happens('the end of what takes time', () => {
      if (!isSettled) this.clock.advance(1000);
      return isSettled;
    });
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#life) await this.stopBot();
    await this.discord.close();
    rmSync(this.folder, { recursive: true, force: true });
    this.#checkWire();
  }

  /** Checked after every test: routes exist, bodies are as Discord describes them, and nobody else was pinged. */
  #checkWire(): void {
    const { requests, unknownRoutes } = this.discord;
    assert.deepEqual(unknownRoutes, []);
    assert.deepEqual(
      requests.flatMap((request) => contract.problemsOf(request)),
      [],
    );
    for (const { body } of requests) assert.deepEqual(parsedMentions(body), [], JSON.stringify(body));
    assert.ok(
      !this.logLines.some((line) => line.includes(this.discord.token)),
      'the token stands in the log',
    );
  }

  #after(delayMs: number, run: () => void): () => void {
    this.delays.push(delayMs);
    return this.clock.after(delayMs, run);
  }

  async #startLife(): Promise<Life> {
    const engine = new ScriptedEngine(this.folder);
    const log = createLog('debug', { write: (line) => void this.logLines.push(line) });
    const running = await startBot({
      config: await this.#config(),
      discord: this.discord,
      modelFolder: this.folder,
      log,
      clock: {
        now: () => this.clock.now() + this.#skewMs,
        after: (delayMs, run) => this.#after(delayMs, run),
      },
      engines: [engine],
      newSeed: () => 4242,
    });
    // A connection of its own, as an operator's tool would have: the bot keeps its parts to itself.
    const database = openStore(this.folder);
    return {
      running,
      queue: running.queue,
      engine,
      database,
      settings: new SqlGuildSettings(database, log),
      blocks: new SqlBlockList(database),
      auditTrail: new SqlAuditTrail(database),
      presets: new SqlPresets(database, log),
      history: new SqlRiffHistory(database, new JobReader(database, log)),
    };
  }

  async #config(): Promise<Config> {
    const { limits: { totalWaiting, ...limits } = {}, ownerIds = [] } = this.#options;
    const config = readConfig({
      DATA_DIR: this.folder,
      HEALTH_PORT: String(await freePort()),
      OWNER_IDS: ownerIds.join(','),
      // The start rate counts real minutes, in which a test renders more than any operator would allow.
      STARTS_PER_MINUTE: '10000',
    });
    const queue = { ...config.queue, ...limits, maxWaiting: totalWaiting ?? config.queue.maxWaiting };
    return { ...config, queue };
  }
}

/** What a message lets Discord look for by itself; a message that says nothing about it lets it look for everything. */
function parsedMentions(body: unknown): readonly unknown[] {
  const data = (body as { data?: unknown } | null)?.data ?? body;
  if (typeof data !== 'object' || data === null || !('content' in data)) return [];
  const mentions = (data as { allowed_mentions?: { parse?: readonly unknown[] } }).allowed_mentions;
  return mentions ? (mentions.parse ?? []) : ['everything'];
}
