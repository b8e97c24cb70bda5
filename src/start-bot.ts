import { join } from 'node:path';
import { COMMANDS } from '../commands/index.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { type Bot, createBot } from './discord/bot.ts';
import { connectDiscord, type DiscordConnection } from './discord/connection.ts';
import { createDeliver } from './discord/deliver.ts';
import { ChildEngine, type ChildEngineOptions } from './engine/child-engine.ts';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';
import { EngineSight, findHealth } from './operations/health.ts';
import { type HealthServer, startHealthServer } from './operations/health-server.ts';
import { createMetrics, type Metrics } from './operations/metrics.ts';
import { sweepDaily } from './operations/sweep.ts';
import { guildLimits } from './queue/guild-limits.ts';
import { RiffQueue } from './queue/riff-queue.ts';
import type { EngineDescription, RiffEngine } from './riff/engine.ts';
import { ResultFolder } from './store/result-folder.ts';
import { SqliteAuditTrail } from './store/sqlite/audit-trail.ts';
import { SqliteBlockList } from './store/sqlite/blocks.ts';
import { SqliteEndNotices } from './store/sqlite/end-notices.ts';
import { SqliteGuildSettings } from './store/sqlite/guild-settings.ts';
import { SqliteJobStore } from './store/sqlite/job-store.ts';
import { keepStoreSound, type StoreCare } from './store/sqlite/keep-store-sound.ts';
import { SqliteRetention } from './store/sqlite/retention.ts';
import { openStore, type SqliteDatabase } from './store/sqlite/sqlite.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Discord asks for an orderly end within 30 s; the engines may take 5 s of it. */
const DRAIN_MS = 22_000;

export interface StartBotOptions {
  readonly config: Config;
  readonly discord: { readonly token: string; readonly apiBase: string | null };
  readonly modelFolder: string;
  readonly log: Log;
  readonly clock?: Clock;
  /** Others than child processes of this machine, for tests. */
  readonly engines?: readonly RiffEngine[];
  /** Another program or other limits for the engines' processes, for tests. */
  readonly engineProcess?: Pick<ChildEngineOptions, 'command' | 'limits'>;
  /** A whole number from 0 to 2³² − 1; by default drawn at random. */
  readonly newSeed?: () => number;
}

type EngineWatcher = (slot: number, event: Parameters<NonNullable<ChildEngineOptions['onEvent']>>[0]) => void;

export interface RunningBot {
  readonly description: EngineDescription;
  readonly queue: RiffQueue;
  /** Null where HEALTH_PORT is 0. */
  readonly healthUrl: string | null;
  /** Refuses new jobs, lets the running one finish or hands it back, leaves Discord. Within 30 s. */
  stop(): Promise<void>;
}

/**
 * Builds every part of the bot and joins them. Resolves when commands are answered.
 * Rejects with RiffError where the store, the engine or Discord does not come up; nothing is left running then.
 */
export async function startBot(options: StartBotOptions): Promise<RunningBot> {
  const { config, log, clock = systemClock } = options;
  const database = openStore(config.dataDir);
  const engineSight = new EngineSight();
  const engineWatchers: EngineWatcher[] = [(slot, event) => engineSight.see(slot, event)];
  const engines = options.engines ?? createEngines(options, engineWatchers);
  try {
    const [first] = await Promise.all(engines.map((engine) => engine.describe()));
    if (!first) throw new RangeError('expected at least one engine');
    const parts = { ...options, clock, database, engines, engineSight, engineWatchers, description: first };
    return await joinParts(parts);
  } catch (error) {
    await Promise.allSettled(engines.map((engine) => engine.close()));
    database.close();
    log.error({ error: messageOf(error) }, 'the bot did not start');
    throw error;
  }
}

interface Parts extends StartBotOptions {
  readonly clock: Clock;
  readonly database: SqliteDatabase;
  readonly engines: readonly RiffEngine[];
  /** Called with every engine event; the engines exist before those who want to know. */
  readonly engineWatchers: EngineWatcher[];
  readonly engineSight: EngineSight;
  readonly description: EngineDescription;
}

async function joinParts(parts: Parts): Promise<RunningBot> {
  const { config, log, clock, database, engines, description } = parts;
  const connection = connectDiscord({ ...parts.discord, clock, log });
  const guildSettings = new SqliteGuildSettings(database, log);
  const blocks = new SqliteBlockList(database);
  const results = new ResultFolder(resultFolder(config));
  const retention = new SqliteRetention(database, results);
  const { maxWaiting, ...perPlace } = config.queue;
  const limitsFor = guildLimits({ ...perPlace, totalWaiting: maxWaiting }, guildSettings);
  const queue = new RiffQueue({
    store: new SqliteJobStore(database, log),
    engines,
    clock,
    log,
    limitsFor,
    blockFor: (userId, guildId, now) => blocks.find(userId, guildId, now),
    deliver: createDeliver({ messages: connection.messages, clock, log }),
    retention,
    results,
    deliverForMs: config.retentionDays === 0 ? null : config.retentionDays * DAY_MS,
    startRate: { starts: config.queue.startsPerMinute, intervalMs: MINUTE_MS },
  });
  const bot = createBot({
    connection,
    commands: COMMANDS,
    queue,
    engineDescription: description,
    guildSettings,
    blocks,
    auditTrail: new SqliteAuditTrail(database),
    notices: new SqliteEndNotices(database, log),
    limitsFor,
    clock,
    log,
    ownerIds: new Set(config.ownerIds),
    ...(parts.newSeed && { newSeed: parts.newSeed }),
  });
  const metrics = createMetrics(queue, () => clock.now());
  parts.engineWatchers.push((_, event) => {
    if (event.kind === 'ended') metrics.engineEnded(event.expected);
  });
  connection.rest.on('response', (_, { status }) => metrics.discordAnswered(status));
  const { engineSight } = parts;
  const health = await startHealth(config, { connection, database, metrics, engineSight, queue });
  const endSweep = sweepDaily({ retention, retentionDays: config.retentionDays, clock, log });
  const storeCare = keepStoreSound(database, { clock, log });
  await bot.start();
  await queue.start();
  return {
    description,
    queue,
    healthUrl: health?.url ?? null,
    stop: () => stopAll({ queue, bot, engines, database, health, endSweep, storeCare }, log),
  };
}

function createEngines(
  { config, modelFolder, log, engineProcess = {} }: StartBotOptions,
  watchers: readonly EngineWatcher[],
): RiffEngine[] {
  return Array.from(
    { length: config.queue.concurrency },
    (_, slot) =>
      new ChildEngine({
        modelFolder,
        device: config.device,
        openvino: config.openvino,
        modelCache: config.modelCache,
        outputFolder: resultFolder(config),
        ...engineProcess,
        limits: { ...config.engine, ...engineProcess.limits },
        onEvent(event) {
          log.info({ slot, event }, 'engine');
          for (const watch of watchers) watch(slot, event);
        },
      }),
  );
}

/** One for all engines: a job that is rendered again elsewhere writes over its own files. */
function resultFolder(config: Config): string {
  return join(config.dataDir, 'riffs');
}

interface HealthParts {
  readonly connection: DiscordConnection;
  readonly database: SqliteDatabase;
  readonly metrics: Metrics;
  readonly engineSight: EngineSight;
  readonly queue: RiffQueue;
}

async function startHealth(config: Config, parts: HealthParts): Promise<HealthServer | null> {
  if (config.healthPort === 0) return null;
  const { connection, database, metrics, engineSight, queue } = parts;
  return startHealthServer({
    port: config.healthPort,
    metrics,
    health: async () =>
      findHealth({
        database,
        gatewayIsOpen: () => connection.awaySince() === null,
        breakerReason: () => connection.breakerReason(),
        engineTroubles: () => engineSight.troubles(),
        hold: () => queue.hold,
      }),
  });
}

interface Stoppable {
  readonly queue: RiffQueue;
  readonly bot: Bot;
  readonly engines: readonly RiffEngine[];
  readonly database: SqliteDatabase;
  readonly health: HealthServer | null;
  readonly endSweep: () => void;
  readonly storeCare: StoreCare;
}

async function stopAll(parts: Stoppable, log: Log): Promise<void> {
  parts.endSweep();
  parts.storeCare.stop();
  const report = await parts.queue.drain(DRAIN_MS);
  log.info(report, 'the queue is at rest');
  await parts.bot.stop();
  await Promise.allSettled(parts.engines.map((engine) => engine.close()));
  await parts.health?.close();
  parts.database.close();
}
