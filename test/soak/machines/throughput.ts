/**
 * `node test/soak/machines/throughput.ts [RENDER_MS = 1000]`: renders a second of 1, 2, 4, 8 and 16 workers on one PostgreSQL, with
 * renders that only wait, and the processor time that each render costs all of this beside the waiting. Prints a table.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { PostgresDatabase } from '../../../src/store/postgres/postgres.ts';
import { Cluster } from '../../store/postgres/cluster.ts';
import { BenchWorker, fillStore } from './bench-worker.ts';
import { whereAndWhen } from './figures.ts';

const renderMs = Number(process.argv[2] ?? 1000);
const MEASURE_MS = Math.max(12_000, 4 * renderMs);
const JOBS = 5000;
const USERS = 1700;

interface Rate {
  readonly perSecond: number;
  /** Of all workers, without the server. */
  readonly cpuMs: number;
}

/** Begins to count when all workers have rendered. */
async function throughput(cluster: Cluster, workers: number): Promise<Rate> {
  const url = await cluster.createDatabase();
  const database = new PostgresDatabase(url);
  await fillStore(database, JOBS, USERS);
  await database.close();
  await using stack = new AsyncDisposableStack();
  let renders = 0;
  for (let index = 0; index < workers; index += 1) {
    const worker = await BenchWorker.start(url, `w${index}`, renderMs, () => {
      renders += 1;
    });
    stack.use(worker);
  }
  await pause(2 * renderMs);
  const [before, cpu] = [renders, process.cpuUsage()];
  await pause(MEASURE_MS);
  const { user, system } = process.cpuUsage(cpu);
  const count = renders - before;
  return { perSecond: (count * 1000) / MEASURE_MS, cpuMs: (user + system) / 1000 / count };
}

await using cluster = await Cluster.start();
console.log(`${whereAndWhen()}, renders of ${renderMs} ms`);
console.log('| workers | renders a second | of linear | CPU a render |\n| --- | --- | --- | --- |');
let single = 0;
for (const workers of [1, 2, 4, 8, 16]) {
  const { perSecond, cpuMs } = await throughput(cluster, workers);
  if (workers === 1) single = perSecond;
  const linear = perSecond / single / workers;
  console.log(`| ${workers} | ${perSecond.toFixed(2)} | ${linear.toFixed(2)} | ${cpuMs.toFixed(1)} ms |`);
}
