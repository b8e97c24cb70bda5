import { join } from 'node:path';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { RiffError } from './errors.ts';
import type { Log } from './log.ts';
import type { JobStore } from './queue/job-store.ts';
import type { ResultStore } from './queue/ports.ts';
import type { NewsFeed, Presence, WorkerRegistry } from './queue/processes.ts';
import { SqlGuildSettings } from './store/guild-settings.ts';
import { JobReader } from './store/job-row.ts';
import { SqlJobStore } from './store/job-store.ts';
import { SqlAuditTrail, SqlBlockList } from './store/moderation.ts';
import { openPostgres } from './store/postgres/postgres.ts';
import { PostgresResults } from './store/postgres/results.ts';
import { ServerClock } from './store/postgres/server-clock.ts';
import { PostgresSession } from './store/postgres/session.ts';
import { SqlPresets } from './store/presets.ts';
import { ResultFolder } from './store/result-folder.ts';
import { SqlRetention } from './store/retention.ts';
import { SqlRiffHistory } from './store/riff-history.ts';
import type { SqlDatabase } from './store/sql.ts';
import { keepStoreSound } from './store/sqlite/keep-store-sound.ts';
import { openStore } from './store/sqlite/sqlite.ts';
import { SqlWorkerRegistry } from './store/worker-registry.ts';
import { databaseUrlMissing } from './system/database-url.ts';
import { newWorkerId } from './worker/presence.ts';

export interface StoreSetup {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** Closes what is opened, the last first. */
  readonly parts: AsyncDisposableStack;
}

/** What a store offers besides when several processes share it. */
export interface SharedStore {
  readonly registry: WorkerRegistry;
  /** Opens a connection that shows other processes that this bot or worker lives; in one process, each opens its own. */
  openSession(): Promise<Presence & NewsFeed>;
}

export interface Stores extends ReturnType<typeof portsOn> {
  readonly jobs: JobStore;
  readonly results: ResultStore;
  /** The clock that every process on this store uses. */
  readonly clock: Clock;
  /** Null: this process alone uses it. */
  readonly shared: SharedStore | null;
  /** What a check of the whole store found; null: nothing. */
  damage(): string | null;
  lostChanges(): string | null;
}

/** Opens the store that DATABASE_URL names, or the file in DATA_DIR. Rejects with RiffError('store_failed'). */
export function openStores(setup: StoreSetup): Promise<Stores> {
  const { databaseUrl } = setup.config;
  return databaseUrl === null ? openFile(setup) : openServer(databaseUrl, setup);
}

/** One folder for all engines, so that a job that another engine renders again overwrites its own files. */
export function resultFolder(config: Config): string {
  return join(config.dataDir, 'riffs');
}

/** The playground's own DATA_DIR: its messages and jobs are kept apart from the live bot's. */
export function playgroundFolder({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(dataDir, 'playground');
}

async function openFile({ config, clock, log, parts }: StoreSetup): Promise<Stores> {
  const database = parts.adopt(openStore(config.dataDir), (store) => store.close());
  const care = parts.adopt(keepStoreSound(database, { clock, log }), (open) => open.stop());
  return {
    ...portsOn(database, new ResultFolder(resultFolder(config)), log),
    jobs: new SqlJobStore(database, log),
    clock,
    shared: null,
    damage: () => care.damage,
    lostChanges: () => care.lostChanges,
  };
}

async function openServer(url: string, { clock: base, log, parts }: StoreSetup): Promise<Stores> {
  const database = parts.adopt(await openPostgres(url), (open) => open.close());
  const clock = parts.adopt(await ServerClock.start(database, base), (open) => open.stop());
  const results = new PostgresResults(database);
  return {
    ...portsOn(database, results, log),
    jobs: new SqlJobStore(database, log, (jobId, files) => results.load(jobId, files)),
    clock,
    shared: {
      registry: new SqlWorkerRegistry(database),
      async openSession() {
        const session = await PostgresSession.open({ url, database, id: newWorkerId(), clock, log });
        return parts.adopt(session, (open) => open.close());
      },
    },
    damage: () => null,
    lostChanges: () => null,
  };
}

function portsOn(database: SqlDatabase, results: ResultStore, log: Log) {
  return {
    results,
    guildSettings: new SqlGuildSettings(database, log),
    blocks: new SqlBlockList(database),
    auditTrail: new SqlAuditTrail(database),
    presets: new SqlPresets(database, log),
    history: new SqlRiffHistory(database, new JobReader(database, log)),
    retention: new SqlRetention(database, results),
  };
}

/** Throws RiffError('invalid_config') where no store is named that several processes can share. */
export function requireShared({ shared }: Stores, role: string): SharedStore {
  if (shared) return shared;
  throw new RiffError('invalid_config', databaseUrlMissing(role));
}
