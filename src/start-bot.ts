import { COMMANDS } from '../commands/index.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { type EngineEvent, type EngineSetup, openEngines } from './create-engines.ts';
import { checkDiscord, createBot } from './discord/bot.ts';
import { connectDiscord, type DiscordConnection } from './discord/connection.ts';
import { createDeliver } from './discord/deliver.ts';
import type { Log } from './log.ts';
import { openStores, resultFolder, type SharedStore, type Stores } from './open-stores.ts';
import { EngineMonitor, type HealthSources, StoreProbe } from './operations/health.ts';
import { startHealthServer } from './operations/health-server.ts';
import { createMetrics } from './operations/metrics.ts';
import { type Running, unlessEnded } from './operations/process-life.ts';
import { startRetentionJob } from './operations/retention-job.ts';
import type { RenderWorker } from './queue/render-worker.ts';
import { RiffQueue } from './queue/riff-queue.ts';
import type { EngineDescription } from './riff/engine.ts';
import { DRAIN_MS, startWorker } from './start-worker.ts';
import { RemoteWorkers } from './worker/remote-workers.ts';
import { Worker } from './worker/worker.ts';

const DAY_MS = 24 * 3_600_000;

export interface StartBotOptions extends Pick<EngineSetup, 'engines' | 'engineProcess'> {
  readonly config: Config;
  readonly discord: { readonly token: string; readonly apiBase: string | null };
  readonly modelFolder: string;
  readonly log: Log;
  /** Aborting it ends the start. */
  readonly shutdown?: AbortSignal;
  readonly clock?: Clock;
  /** Whether this process renders as well; true by default. Without it, workers do. */
  readonly renders?: boolean;
  /** A whole number from 0 to 2³² − 1; by default drawn at random. */
  readonly newSeed?: () => number;
}

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
 * The composition root: builds every part of the bot and joins them. Separate from `main.ts` because tests start the bot
 * here as well. Resolves when commands are answered. Rejects with RiffError if the configuration, the store, the engine
 * or Discord prevents the start, with CancelledError when `shutdown` is aborted; nothing is left running then.
 */
export async function startBot(options: StartBotOptions): Promise<RunningBot> {
  await using parts = new AsyncDisposableStack();
  const { config, log, shutdown } = options;
  const engineWatchers: EngineWatcher[] = [];
  const stores = await openStores({ config, clock: options.clock ?? systemClock, log, parts });
  const { clock, retention } = stores;
  const root: Root = { ...options, clock, parts, engineWatchers };
  const connection = connectDiscord({ ...options.discord, shards: config.shards, clock, log });
  const { worker, describe } = await createWorker(root, stores);
  const queue = createQueue(root, stores, connection, worker);
  const health = await openHealth(root, stores, connection, queue);
  // At the same time, so that a refused token or a missing network is reported at once, not after the model has loaded.
  const starting = Promise.all([describe(), checkDiscord(connection, log)]);
  const [description] = await unlessEnded(starting, shutdown);
  const bot = createBot({ ...botParts(root, stores), connection, queue, engineDescription: description });
  parts.defer(() => bot.stop());
  let drainMs = 0;
  parts.defer(async () => log.info(await queue.drain(drainMs), 'the queue has drained'));
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
  /** Disposes of the parts, the last one first. */
  readonly parts: AsyncDisposableStack;
  /** Listeners for engine events; the engines are created before the listeners. */
  readonly engineWatchers: EngineWatcher[];
}

interface RenderParts {
  readonly worker: RenderWorker;
  /** Resolves with the model that riffs are made with. */
  readonly describe: () => Promise<EngineDescription>;
}

function createWorker(root: Root, stores: Stores): Promise<RenderParts> {
  return stores.shared ? createRemoteWorkers(root, stores, stores.shared) : createLocalWorker(root, stores);
}

async function createLocalWorker(root: Root, { jobs, results }: Stores): Promise<RenderParts> {
  const { config, clock, log, parts } = root;
  const { engines, startRate, describe } = openEngines(engineSetup(root), resultFolder(config), parts);
  return { worker: new Worker({ store: jobs, results, engines, clock, log, startRate }), describe };
}

/** On a shared store, jobs are rendered by workers; unless `renders` is false, this process is one of them. */
async function createRemoteWorkers(
  root: Root,
  stores: Stores,
  { registry, openSession }: SharedStore,
): Promise<RenderParts> {
  const { clock, log, parts, shutdown, renders = true } = root;
  const presence = await openSession();
  const worker = new RemoteWorkers({ store: stores.jobs, registry, presence, news: presence, clock, log });
  return {
    worker,
    async describe() {
      if (renders) {
        const rendering = await startWorker(engineSetup(root), stores, shutdown);
        parts.defer(() => rendering.stop(false));
      }
      return worker.describe();
    },
  };
}

function engineSetup({
  config,
  modelFolder,
  log,
  engines,
  engineProcess,
  engineWatchers,
}: Root): EngineSetup {
  return {
    config,
    modelFolder,
    log,
    onEvent(slot, event) {
      for (const watch of engineWatchers) watch(slot, event);
    },
    ...(engines && { engines }),
    ...(engineProcess && { engineProcess }),
  };
}

function createQueue(
  { config, clock, log }: Root,
  { jobs, blocks, results }: Stores,
  { messages }: DiscordConnection,
  worker: RenderWorker,
): RiffQueue {
  return new RiffQueue({
    store: jobs,
    worker,
    uploads: results,
    clock,
    log,
    blocks,
    deliver: createDeliver({ messages, results, jobs, clock, log }),
    deliverForMs: config.retentionDays === 0 ? null : config.retentionDays * DAY_MS,
  });
}

function botParts({ config, clock, log, newSeed }: Root, stores: Stores) {
  const { guildSettings, blocks, auditTrail, presets, history, results, retention, jobs } = stores;
  const { maxWaiting, ...perTenant } = config.queue;
  return {
    commands: COMMANDS,
    guildSettings,
    blocks,
    auditTrail,
    presets,
    history,
    results,
    retention,
    notices: jobs,
    limits: { ...perTenant, totalWaiting: maxWaiting },
    clock,
    log,
    ownerIds: new Set(config.ownerIds),
    ...(newSeed && { newSeed }),
  };
}

/** Opened before the model is loaded, so that a taken port is known at once. */
async function openHealth(
  { config, clock, parts, engineWatchers }: Root,
  { jobs, damage, lostChanges }: Stores,
  connection: DiscordConnection,
  queue: RiffQueue,
): Promise<{ readonly url: string | null; started(): void }> {
  const engines = new EngineMonitor();
  const metrics = createMetrics(queue, connection.answers, clock);
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
    storeTroubles: async () => [damage(), await probe.trouble()].filter((trouble) => trouble !== null),
    lostChanges,
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
