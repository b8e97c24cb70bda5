import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMANDS } from '../../../commands/index.ts';
import { type Bot, connectDiscord, createBot } from '../../../src/discord/bot.ts';
import { createDeliver } from '../../../src/discord/deliver.ts';
import { createLog } from '../../../src/log.ts';
import { createManualClock, type ManualClock } from '../../../src/playground/clock.ts';
import { type LocalDiscord, startLocalDiscord } from '../../../src/playground/local-discord.ts';
import { DEFAULT_LIMITS, type QueueLimits } from '../../../src/queue/admission.ts';
import { RiffQueue } from '../../../src/queue/riff-queue.ts';
import { SqliteAuditTrail } from '../../../src/store/sqlite/audit-trail.ts';
import { SqliteBlockList } from '../../../src/store/sqlite/blocks.ts';
import { SqliteGuildSettings } from '../../../src/store/sqlite/guild-settings.ts';
import { SqliteJobStore } from '../../../src/store/sqlite/job-store.ts';
import { SqliteRetention } from '../../../src/store/sqlite/retention.ts';
import { openStore, type SqliteDatabase } from '../../../src/store/sqlite/sqlite.ts';
import { contractSkip, OpenApiContract } from '../../playground/bench/openapi-contract.ts';
import { SCRIPTED_ENGINE, ScriptedEngine } from './scripted-engine.ts';

/** Discord's documentation and its answers have a permission set as a text, its file has requests with a number. */
const PERMISSIONS_AS_TEXT = 'request/default_member_permissions: must be integer';

const contract = contractSkip === false ? new OpenApiContract() : null;

export interface BenchOptions {
  readonly maxFileBytes?: number;
  readonly limits?: Partial<QueueLimits>;
  readonly ownerIds?: readonly string[];
}

/** One life of the production bot: everything but Discord and the clock ends with it. */
export interface Life {
  readonly bot: Bot;
  readonly queue: RiffQueue;
  readonly engine: ScriptedEngine;
  readonly database: SqliteDatabase;
  readonly settings: SqliteGuildSettings;
  readonly blocks: SqliteBlockList;
  readonly auditTrail: SqliteAuditTrail;
}

/** The production bot against a local Discord, on a store of its own, at a time that stands still. */
export class WireBench implements AsyncDisposable {
  readonly clock: ManualClock = createManualClock();
  readonly logLines: string[] = [];
  readonly #options: BenchOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), 'riff-wire-'));
  #discord: LocalDiscord | null = null;
  #life: Life | null = null;

  private constructor(options: BenchOptions) {
    this.#options = options;
  }

  static async open(options: BenchOptions = {}): Promise<WireBench> {
    const bench = new WireBench(options);
    const { maxFileBytes } = options;
    bench.#discord = await startLocalDiscord({
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
    this.#life = this.#build();
    const { queue, bot } = this.#life;
    await bot.start();
    await queue.start();
  }

  /** An orderly stop; what runs is handed back. */
  async stopBot(): Promise<void> {
    const { queue, bot, database } = this.life;
    await this.passTimeUntil(queue.drain(0));
    await bot.stop();
    database.close();
    this.#life = null;
  }

  /** Moves the clock, second by second, until the promise settles. */
  async passTimeUntil<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    void promise.finally(() => {
      isSettled = true;
    });
    while (!isSettled) {
      this.clock.advance(1000);
      await new Promise(setImmediate);
    }
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#life) await this.stopBot();
    await this.discord.close();
    rmSync(this.#folder, { recursive: true, force: true });
    this.#checkWire();
  }

  /** What every test holds besides its own: routes that exist, bodies as Discord describes them, no foreign ping. */
  #checkWire(): void {
    const { requests, unknownRoutes } = this.discord;
    assert.deepEqual(unknownRoutes, []);
    const problems = contract ? requests.flatMap((request) => contract.problemsOf(request)) : [];
    assert.deepEqual(
      problems.filter((problem) => !problem.includes(PERMISSIONS_AS_TEXT)),
      [],
    );
    for (const { body } of requests) assert.deepEqual(parsedMentions(body), [], JSON.stringify(body));
    assert.ok(
      !this.logLines.some((line) => line.includes(this.discord.token)),
      'the token stands in the log',
    );
  }

  #build(): Life {
    const { clock } = this;
    const log = createLog('debug', { write: (line) => void this.logLines.push(line) });
    const database = openStore(this.#folder);
    const settings = new SqliteGuildSettings(database);
    const blocks = new SqliteBlockList(database);
    const auditTrail = new SqliteAuditTrail(database);
    const engine = new ScriptedEngine(this.#folder);
    const connection = connectDiscord({
      token: this.discord.token,
      apiBase: this.discord.apiBase,
      clock,
      log,
    });
    const limitsFor = (guildId: string | null): QueueLimits => ({
      ...DEFAULT_LIMITS,
      ...this.#options.limits,
      ...(guildId !== null && given(settings.get(guildId))),
    });
    const queue = new RiffQueue({
      store: new SqliteJobStore(database),
      engines: [engine],
      clock,
      log,
      deliver: createDeliver({ messages: connection.messages, clock, log }),
      limitsFor,
      blockFor: (userId, guildId, now) => blocks.find(userId, guildId, now),
      retention: new SqliteRetention(database),
    });
    const bot = createBot({
      connection,
      commands: COMMANDS,
      queue,
      engineDescription: SCRIPTED_ENGINE,
      guildSettings: settings,
      blocks,
      auditTrail,
      limitsFor,
      ownerIds: new Set(this.#options.ownerIds),
      clock,
      log,
      newSeed: () => 4242,
    });
    return { bot, queue, engine, database, settings, blocks, auditTrail };
  }
}

type Limits = Pick<QueueLimits, 'perUserWaiting' | 'perGuildWaiting' | 'perUserPerHour'>;

function given(settings: { readonly [Key in keyof Limits]: number | null }): Partial<Limits> {
  const { perUserWaiting, perGuildWaiting, perUserPerHour } = settings;
  const limits = Object.entries({ perUserWaiting, perGuildWaiting, perUserPerHour });
  return Object.fromEntries(limits.filter(([, limit]) => limit !== null));
}

/** What a message lets Discord look for by itself; a message that says nothing about it lets it look for everything. */
function parsedMentions(body: unknown): readonly unknown[] {
  const data = (body as { data?: unknown } | null)?.data ?? body;
  if (typeof data !== 'object' || data === null || !('content' in data)) return [];
  const mentions = (data as { allowed_mentions?: { parse?: readonly unknown[] } }).allowed_mentions;
  return mentions ? (mentions.parse ?? []) : ['everything'];
}
