import { join } from 'node:path';
import { COMMANDS } from '../commands/index.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { createBot } from './discord/bot.ts';
import { connectDiscord, type DiscordConnection } from './discord/connection.ts';
import { createDeliver } from './discord/deliver.ts';
import { ChildEngine, type ChildEngineOptions } from './engine/child-engine.ts';
import type { Log } from './log.ts';
import { EngineMonitor, type HealthSources, StoreProbe } from './operations/health.ts';
import { startHealthServer } from './operations/health-server.ts';
import { createMetrics } from './operations/metrics.ts';
import { type Running, unlessEnded } from './operations/process-life.ts';
import { startRetentionJob } from './operations/retention-job.ts';
import { RiffQueue } from './queue/riff-queue.ts';
import type { EngineDescription, RiffEngine } from './riff/engine.ts';
import { SqlAuditTrail } from './store/audit-trail.ts';
import { SqlBlockList } from './store/blocks.ts';
import { SqlGuildSettings } from './store/guild-settings.ts';
import { SqlJobStore } from './store/job-store.ts';
import { ResultFolder } from './store/result-folder.ts';
import { SqlRetention } from './store/retention.ts';
import { keepStoreSound } from './store/sqlite/keep-store-sound.ts';
import { openStore } from './store/sqlite/sqlite.ts';
import { Worker } from './worker/worker.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Discord asks for an orderly end within 30 s; the engines may take 5 s of it. */
const DRAIN_MS = 22_000;

export interface StartBotOptions {
  readonly config: Config;
  readonly discord: { readonly token: string; readonly apiBase: string | null };
  readonly modelFolder: string;
  readonly log: Log;
  /** Aborting it ends the start. */
  readonly shutdown?: AbortSignal;
  readonly clock?: Clock;
  /** Replaces the child processes, for tests. */
  readonly engines?: readonly RiffEngine[];
  /** Another program or other limits for the engines' processes, for tests. */
  readonly engineProcess?: Pick<ChildEngineOptions, 'command' | 'limits'>;
  /** A whole number from 0 to 2³² − 1; by default drawn at random. */
  readonly newSeed?: () => number;
}

type EngineEvent = Parameters<NonNullable<ChildEngineOptions['onEvent']>>[0];
type EngineWatcher = (slot: number, event: EngineEvent) => unknown;

export interface RunningBot extends Running {
  readonly description: EngineDescription;
  readonly queue: RiffQueue;
  /** Null where HEALTH_PORT is 0. */
  readonly healthUrl: string | null;
  /** Refuses new jobs, lets the running one finish unless it is urgent, or hands it back; leaves Discord. Within 30 s. */
  stop(isUrgent?: boolean): Promise<void>;
}

/**
 * The composition root: builds every part of the bot and joins them. Apart from `main.ts` because tests start the bot on
 * it as well. Resolves when commands are answered. Rejects with RiffError where the configuration, the store, the engine
 * or Discord is in the way, with CancelledError when `shutdown` is aborted; nothing is left running then.
 */
export async function startBot(options: StartBotOptions): Promise<RunningBot> {
  await using parts = new AsyncDisposableStack();
  const { config, log, shutdown, clock = systemClock } = options;
  const root: Root = { ...options, clock, parts, engineWatchers: [] };
  const stores = openStores(root);
  const connection = connectDiscord({ ...options.discord, clock, log });
  const engines = options.engines ?? createEngines(root);
  const queue = createQueue(root, stores, connection, engines);
  const health = await openHealth(root, stores, connection, queue);
  parts.defer(async () => void (await Promise.allSettled(engines.map((engine) => engine.close()))));
  const [description] = await unlessEnded(Promise.all(engines.map((engine) => engine.describe())), shutdown);
  if (!description) throw new RangeError('expected at least one engine');
  const bot = createBot({ ...botParts(root, stores), connection, queue, engineDescription: description });
  parts.defer(() => bot.stop());
  let drainMs = 0;
  parts.defer(async () => log.info(await queue.drain(drainMs), 'the queue has drained'));
  const { retention } = stores;
  parts.defer(startRetentionJob({ retention, retentionDays: config.retentionDays, clock, log }));
  await unlessEnded(bot.start(), shutdown);
  await queue.start();
  health.started();
  const running = parts.move();
  return {
    description,
    queue,
    healthUrl: health.url,
    lost: connection.lost,
    stop(isUrgent = false) {
      drainMs = isUrgent ? 0 : DRAIN_MS;
      return running.disposeAsync();
    },
  };
}

/** What the parts are built from. */
interface Root extends StartBotOptions {
  readonly clock: Clock;
  /** Takes the parts apart again, the last one first. */
  readonly parts: AsyncDisposableStack;
  /** Listeners for engine events; the engines are created before the listeners. */
  readonly engineWatchers: EngineWatcher[];
}

type Stores = ReturnType<typeof openStores>;

function openStores({ config, clock, log, parts }: Root) {
  const database = parts.adopt(openStore(config.dataDir), (store) => store.close());
  const guildSettings = new SqlGuildSettings(database, log);
  const { maxWaiting, ...perTenant } = config.queue;
  const results = new ResultFolder(resultFolder(config));
  return {
    database,
    care: parts.adopt(keepStoreSound(database, { clock, log }), (care) => care.stop()),
    jobs: new SqlJobStore(database, log),
    guildSettings,
    limits: { ...perTenant, totalWaiting: maxWaiting },
    blocks: new SqlBlockList(database),
    auditTrail: new SqlAuditTrail(database),
    results,
    retention: new SqlRetention(database, results),
  };
}

function createQueue(
  { config, clock, log }: Root,
  { jobs, blocks, results }: Stores,
  { messages }: DiscordConnection,
  engines: readonly RiffEngine[],
): RiffQueue {
  const startRate = { starts: config.queue.startsPerMinute, intervalMs: MINUTE_MS };
  return new RiffQueue({
    store: jobs,
    worker: new Worker({ store: jobs, results, engines, clock, log, startRate }),
    clock,
    log,
    blocks,
    deliver: createDeliver({ messages, results, clock, log }),
    deliverForMs: config.retentionDays === 0 ? null : config.retentionDays * DAY_MS,
  });
}

function botParts({ config, clock, log, newSeed }: Root, stores: Stores) {
  const { guildSettings, blocks, auditTrail, results, retention, jobs, limits } = stores;
  return {
    commands: COMMANDS,
    guildSettings,
    blocks,
    auditTrail,
    results,
    retention,
    notices: jobs,
    limits,
    clock,
    log,
    ownerIds: new Set(config.ownerIds),
    ...(newSeed && { newSeed }),
  };
}

/** Opened before the model is loaded, so that a taken port is known at once. */
async function openHealth(
  { config, clock, parts, engineWatchers }: Root,
  { jobs, care }: Stores,
  connection: DiscordConnection,
  queue: RiffQueue,
): Promise<{ readonly url: string | null; started(): void }> {
  const engines = new EngineMonitor();
  const metrics = createMetrics(queue, connection.rest, clock);
  engineWatchers.push((slot, event) => engines.observe(slot, event));
  engineWatchers.push((_, event) => event.kind === 'ended' && metrics.engineEnded(event.expected));
  const probe = new StoreProbe(jobs, clock);
  let isStarted = false;
  const sources: HealthSources = {
    now: () => clock.now(),
    isStarted: () => isStarted,
    gatewayAwaySince: () => connection.awaySince(),
    breakerReason: () => connection.breakerReason(),
    engineTroubles: () => engines.troubles(),
    queue: () => queue.health,
    storeTroubles: async () => [care.damage, await probe.trouble()].filter((trouble) => trouble !== null),
    lostChanges: () => care.lostChanges,
  };
  const server =
    config.healthPort === 0 ? null : await startHealthServer(config.healthPort, metrics, sources);
  parts.defer(() => server?.close());
  return {
    url: server?.url ?? null,
    started() {
      isStarted = true;
    },
  };
}

function createEngines({ config, modelFolder, log, engineProcess = {}, engineWatchers }: Root): RiffEngine[] {
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
          for (const watch of engineWatchers) watch(slot, event);
        },
      }),
  );
}

/** One for all engines: a job that is rendered again elsewhere writes over its own files. */
function resultFolder(config: Config): string {
  return join(config.dataDir, 'riffs');
}
