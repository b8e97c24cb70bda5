/**
 * `node test/soak/machines/claims.ts`: how long a claim takes at 20,000 waiting jobs, on PostgreSQL and on SQLite, of users with
 * many and with few jobs. Beside it what an empty transaction takes at the same time, and the processor time of a claim with
 * such a transaction, the server's included. Prints a table and PostgreSQL's plan of the pick.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { percentile } from '../../../src/cli/bench/percentile.ts';
import { systemClock } from '../../../src/clock.ts';
import { NEXT_READY } from '../../../src/store/job-statements.ts';
import { SqlJobStore } from '../../../src/store/job-store.ts';
import { PostgresDatabase } from '../../../src/store/postgres/postgres.ts';
import type { SqlDatabase } from '../../../src/store/sql.ts';
import { openStore } from '../../../src/store/sqlite/sqlite.ts';
import { Cluster } from '../../store/postgres/cluster.ts';
import { fillStore } from './bench-worker.ts';
import { cpuMsOf, whereAndWhen } from './figures.ts';

const WAITING = 20_000;
const CLAIMS = 500;
const USERS = [300, 7000];

/** Of the process, or of the server's processes that work for this one. */
async function cpuMs(database: SqlDatabase): Promise<number> {
  const { user, system } = process.cpuUsage();
  const own = (user + system) / 1000;
  if (!(database instanceof PostgresDatabase)) return own;
  const backends = 'SELECT pid FROM pg_stat_activity WHERE datname = current_database()';
  const pids = await database.all<{ readonly pid: number }>(backends);
  return pids.reduce((sum, { pid }) => sum + cpuMsOf(pid), own);
}

async function measure(name: string, database: SqlDatabase, users: number, clients: number): Promise<void> {
  const store = new SqlJobStore(database);
  const [claims, empty]: number[][] = [[], []];
  const timed = async (times: number[] | undefined, work: () => Promise<unknown>) => {
    const before = performance.now();
    await work();
    times?.push(performance.now() - before);
  };
  const client = async (workerId: string) => {
    for (let claim = 0; claim < CLAIMS / clients; claim += 1) {
      await timed(claims, () =>
        store.claimNext({ workerId, leaseUntil: Number.MAX_SAFE_INTEGER }, systemClock.now()),
      );
      await timed(empty, () => database.transactAlone((tx) => tx.get('SELECT 1')));
    }
  };
  const cpuBefore = await cpuMs(database);
  await Promise.all(Array.from({ length: clients }, (_, index) => client(`w${index}`)));
  const cpu = ((await cpuMs(database)) - cpuBefore) / CLAIMS;
  const both = [claims, empty].map(
    (times = []) => `${percentile(times, 0.5).toFixed(1)} ms | ${percentile(times, 0.99).toFixed(1)} ms`,
  );
  console.log(`| ${name} | ${users} | ${clients} | ${both.join(' | ')} | ${cpu.toFixed(1)} ms |`);
}

console.log(`${whereAndWhen()}, ${WAITING} waiting`);
console.log(
  '| store | users | at once | claim p50 | p99 | empty transaction p50 | p99 | CPU |\n| --- | --- | --- | --- | --- | --- | --- | --- |',
);
const folder = mkdtempSync(join(tmpdir(), 'riff-claims-'));
for (const users of USERS) {
  const database = openStore(join(folder, String(users)));
  await fillStore(database, WAITING, users);
  await measure('SQLite', database, users, 1);
  database.close();
}
rmSync(folder, { recursive: true });
await using cluster = await Cluster.start();
for (const users of USERS)
  for (const clients of [1, 10]) {
    const database = new PostgresDatabase(await cluster.createDatabase());
    await fillStore(database, WAITING, users);
    await measure('PostgreSQL', database, users, clients);
    if (clients > 1 && users === USERS.at(-1)) await explain(database);
    await database.close();
  }

async function explain(database: SqlDatabase): Promise<void> {
  const plan = await database.all<{ readonly 'QUERY PLAN': string }>(
    `EXPLAIN (ANALYZE, BUFFERS) ${NEXT_READY}`,
    {
      now: systemClock.now(),
    },
  );
  console.log(plan.map((row) => row['QUERY PLAN']).join('\n'));
}
