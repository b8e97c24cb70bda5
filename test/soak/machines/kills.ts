/**
 * `node test/soak/machines/kills.ts KILLS`: three workers and two bots on one PostgreSQL, each a process; one of them is
 * killed every second and started again, the server is restarted at every tenth kill, while jobs of 20 users come in.
 * Prints what became of the jobs.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { SqlJobStore } from '../../../src/store/job-store.ts';
import { PostgresDatabase } from '../../../src/store/postgres/postgres.ts';
import { all } from '../../../src/store/sql.ts';
import { exampleDraft } from '../../queue/bench/example-jobs.ts';
import { seededRandom } from '../../queue/bench/seeded-random.ts';
import { Cluster } from '../../store/postgres/cluster.ts';

const LIFE = join(import.meta.dirname, 'life.ts');
const USERS = 20;
const JOBS_A_SECOND = 10;
const PATIENCE_MS = 120_000;

const kills = Number(process.argv[2] ?? 30);
const random = seededRandom(7);
await using cluster = await Cluster.start();
const url = await cluster.createDatabase();
const database = new PostgresDatabase(url);
const store = new SqlJobStore(database);
const folder = mkdtempSync(join(tmpdir(), 'riff-kills-'));
/** Deliveries by job: how often each was told to a user. */
const delivered = new Map<string, number[]>();
const roles = ['worker', 'worker', 'worker', 'bot', 'bot'];
const lives: ChildProcess[] = roles.map(start);

let inserted = 0;
const accepted: string[] = [];
for (let kill = 1; kill <= kills; kill += 1) {
  await insertSome();
  await pause(1000);
  const slot = Math.floor(random() * lives.length);
  lives[slot]?.kill('SIGKILL');
  lives[slot] = start(roles[slot] ?? 'worker');
  if (kill % 10 === 0) {
    await cluster.stopServer('SIGQUIT');
    await cluster.startServer();
  }
}
const deadline = performance.now() + PATIENCE_MS;
while (performance.now() < deadline && (await count("state IN ('waiting', 'running', 'rendered')")) > 0)
  await pause(500);
const lost = accepted.length - (await count("state IN ('done', 'failed')"));
const twice = [...delivered.values()].filter((attempts) => attempts.length > 1);
const unaware = twice.filter((attempts) => attempts.slice(1).includes(1));
console.log(
  `${kills} kills, ${Math.floor(kills / 10)} restarts of the server, ${accepted.length} jobs: ${await count("state = 'done'")} done, ` +
    `${await count("state = 'failed'")} failed, ${lost} lost, ${twice.length} sent again after a kill, ${unaware.length} of them unaware of it`,
);
for (const life of lives) life.kill('SIGKILL');
await database.close();
rmSync(folder, { recursive: true, force: true });

function start(role: string): ChildProcess {
  const env = { ...process.env, DATABASE_URL: url, DATA_DIR: folder };
  const child = spawn(process.execPath, [LIFE, role], { stdio: ['ignore', 'pipe', 'inherit'], env });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [word, id = '', attempt] = line.split(' ');
    if (word === 'delivered') delivered.set(id, [...(delivered.get(id) ?? []), Number(attempt)]);
  });
  once(child, 'error').catch(() => {});
  return child;
}

/** As a bot would take them in; those that the server did not confirm do not count. */
async function insertSome(): Promise<void> {
  for (let index = 0; index < JOBS_A_SECOND; index += 1) {
    inserted += 1;
    const id = `j${inserted}`;
    const job = { id, createdAt: Date.now(), botId: 'gone', ...exampleDraft(`user-${inserted % USERS}`) };
    await store.insert(job).then(
      () => accepted.push(id),
      () => {},
    );
  }
}

async function count(where: string): Promise<number> {
  const rows = await database.perform(
    all<{ readonly n: number }>(`SELECT count(*) AS n FROM jobs WHERE ${where}`),
  );
  return rows[0]?.n ?? Number.NaN;
}
