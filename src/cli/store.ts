import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../clock.ts';
import { type Config, readConfig } from '../config.ts';
import { ConfigError, RiffError, UserError } from '../errors.ts';
import { playgroundFolder, resultFolder } from '../open-stores.ts';
import { copyStore, type StoreEnd } from '../store/copy-store.ts';
import { openPostgres } from '../store/postgres/postgres.ts';
import { PostgresResults } from '../store/postgres/results.ts';
import { ResultFolder } from '../store/result-folder.ts';
import type { SqlDatabase } from '../store/sql.ts';
import { openStore, STORE_FILE } from '../store/sqlite/sqlite.ts';
import { databaseUrlMissing } from '../system/database-url.ts';

const KINDS = ['sqlite', 'postgres'] as const;
type Kind = (typeof KINDS)[number];

export function addStore(program: Command): void {
  program
    .command('store')
    .description('move the store between DATA_DIR and the PostgreSQL of DATABASE_URL')
    .command('copy')
    .description('copy everything, pictures and sounds included, while no Riff runs, and compare')
    .argument('<from>', KINDS.join(' or '), readKind)
    .argument('<to>', KINDS.join(' or '), readKind)
    .action(copy);
}

function readKind(text: string): Kind {
  const kind = KINDS.find((known) => known === text);
  if (kind) return kind;
  throw new InvalidArgumentError(`expected ${KINDS.join(' or ')}, got ${text}`);
}

async function copy(from: Kind, to: Kind): Promise<void> {
  const config = readConfig(process.env);
  if (from === to) throw new UserError(`store copy: expected two kinds of store, got ${from} twice`);
  if (from === 'sqlite') requireStore(config);
  await using parts = new AsyncDisposableStack();
  const ends = { sqlite: openFile(config, parts), postgres: await openServer(config, parts) };
  for (const kind of KINDS) await requireStopped(kind, ends[kind].database);
  const report = await copyStore(ends[from], ends[to]);
  const counts = Object.entries(report).map(([what, count]) => `${what} ${count}`);
  console.log(`the same in both: ${counts.join(', ')}`);
}

/** Throws UserError where DATA_DIR has no store, because opening one would make it. */
export function requireStore(config: Pick<Config, 'dataDir'>): void {
  const { dataDir } = config;
  if (existsSync(join(dataDir, STORE_FILE))) return;
  const playground = playgroundFolder(config);
  const way = existsSync(join(playground, STORE_FILE))
    ? `for the playground's set DATA_DIR=${playground}`
    : 'set DATA_DIR, or start the bot first';
  throw new UserError(`DATA_DIR: expected a folder with a ${STORE_FILE}, got ${dataDir}; ${way}`);
}

function openFile(config: Config, parts: AsyncDisposableStack): StoreEnd {
  const database = parts.adopt(openStore(config.dataDir), (open) => open.close());
  return { database, results: new ResultFolder(resultFolder(config)) };
}

async function openServer({ databaseUrl }: Config, parts: AsyncDisposableStack): Promise<StoreEnd> {
  if (databaseUrl === null) throw new ConfigError([databaseUrlMissing('riff store copy')]);
  const database = parts.adopt(await openPostgres(databaseUrl), (open) => open.close());
  return { database, results: new PostgresResults(database) };
}

/** Throws while a process holds a lease. An orderly stop ends it at once; after a kill it expires within seconds. */
async function requireStopped(kind: Kind, database: SqlDatabase): Promise<void> {
  const living = 'SELECT id FROM processes WHERE lease_until > :now';
  const [first] = await database.all<{ readonly id: string }>(living, { now: systemClock.now() });
  if (!first) return;
  throw new RiffError(
    'store_failed',
    `store copy: expected no Riff on the ${kind} store, got ${first.id}; stop it, or wait ten seconds after it was killed`,
  );
}
