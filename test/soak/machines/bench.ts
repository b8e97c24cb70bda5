/**
 * `node test/soak/machines/bench.ts`: how a claim and the throughput grow on PostgreSQL, on this machine alone, with
 * renders that only wait. Prints a table.
 */
import { tmpdir } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../../src/clock.ts';
import { SqlJobStore } from '../../../src/store/job-store.ts';
import { PostgresDatabase } from '../../../src/store/postgres/postgres.ts';
import { PostgresSession } from '../../../src/store/postgres/session.ts';
import { run } from '../../../src/store/sql.ts';
import { Worker } from '../../../src/worker/worker.ts';
import { exampleDraft } from '../../queue/bench/example-jobs.ts';
import { Cluster } from '../../store/postgres/cluster.ts';
import { PacedEngine } from '../../store/postgres/paced-engine.ts';

const RENDER_MS = 1000;
const MEASURE_MS = 12_000;
const WAITING = 20_000;
const CLAIMS = 300;
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

/** Jobs of 300 users in 40 servers, all waiting. */
async function fill(database: PostgresDatabase, count: number): Promise<void> {
  const { request, target } = exampleDraft('u');
  const statement = `
    INSERT INTO jobs (id, user_id, guild_id, tenant, request, target, created_at, bot_id)
    SELECT 'j' || i, 'user' || i % 300, 'g' || i % 40, 'g' || i % 40, :request, :target, i, 'bot'
    FROM generate_series(1, ${count}) AS i`;
  const parameters = { request: JSON.stringify({ ...request, steps: 4 }), target: JSON.stringify(target) };
  await database.perform(run(statement, parameters));
  await database.perform(run('ANALYZE jobs'));
}

async function claimTimes(cluster: Cluster, clients: number): Promise<readonly number[]> {
  const url = await cluster.createDatabase();
  const database = new PostgresDatabase(url);
  await fill(database, WAITING);
  const store = new SqlJobStore(database);
  const times: number[] = [];
  const client = async (workerId: string) => {
    for (let claim = 0; claim < CLAIMS / clients; claim += 1) {
      const before = performance.now();
      await store.claimNext({ workerId, leaseUntil: Number.MAX_SAFE_INTEGER }, systemClock.now());
      times.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, index) => client(`w${index}`)));
  await database.close();
  return times.sort((a, b) => a - b);
}

/** Renders a second, after all workers have begun. */
async function throughput(cluster: Cluster, workers: number): Promise<number> {
  const url = await cluster.createDatabase();
  const databases = Array.from({ length: workers }, () => new PostgresDatabase(url));
  const [first] = databases;
  if (!first) throw new RangeError('expected a worker');
  await fill(first, 5000);
  let renders = 0;
  const started = await Promise.all(
    databases.map((database, index) => start(database, url, index, () => (renders += 1))),
  );
  await pause(2 * RENDER_MS);
  const before = renders;
  await pause(MEASURE_MS);
  const rate = ((renders - before) * 1000) / MEASURE_MS;
  await Promise.all(started.map((stop) => stop()));
  return rate;
}

async function start(database: PostgresDatabase, url: string, index: number, onResult: () => void) {
  const options = { url, database, id: `w${index}`, clock: systemClock, log: SILENT };
  const session = await PostgresSession.open(options);
  const worker = new Worker({
    store: new SqlJobStore(database),
    results: { checkWritable: async () => {} },
    engines: [new PacedEngine(tmpdir(), RENDER_MS)],
    clock: systemClock,
    log: SILENT,
    presence: session,
    news: session,
    isBot: false,
    beatMs: 1000,
  });
  worker.on('result', onResult);
  await worker.start();
  return async () => {
    worker.close();
    await worker.abortAll();
    worker.stop();
    await session.close();
    await database.close();
  };
}

await using cluster = await Cluster.start();
const of = (times: readonly number[], share: number) =>
  (times[Math.floor(share * times.length)] ?? 0).toFixed(1);
for (const clients of [1, 10]) {
  const times = await claimTimes(cluster, clients);
  console.log(
    `claims at ${WAITING} waiting, ${clients} at once: p50 ${of(times, 0.5)} ms, p99 ${of(times, 0.99)} ms`,
  );
}
let single = 0;
for (const workers of [1, 2, 4, 8, 16]) {
  const rate = await throughput(cluster, workers);
  if (workers === 1) single = rate;
  console.log(
    `${workers} workers: ${rate.toFixed(2)} renders/s, ${(rate / single / workers).toFixed(2)} of linear`,
  );
}
