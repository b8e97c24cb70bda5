import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SqlJobStore } from '../../../src/store/job-store.ts';
import { openStore } from '../../../src/store/sqlite/sqlite.ts';
import { exampleJob } from '../../queue/bench/example-jobs.ts';
import { seededRandom } from '../../queue/bench/seeded-random.ts';
import { quickFolder } from '../../quick-folder.ts';
import { until } from '../../waiting.ts';
import { integrityFindings } from '../integrity.ts';
import { collectLines, killLives, live } from './kill-lives.ts';

const PATIENCE_MS = 30_000;

function storeFolder(t: TestContext): string {
  const folder = quickFolder('processes');
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('four processes claim 300 jobs from one file: each job once, none left', async (t) => {
  const dataDir = storeFolder(t);
  const database = openStore(dataDir);
  const store = new SqlJobStore(database);
  for (let index = 0; index < 300; index += 1)
    await store.insert([exampleJob(`j${index}`, `u${index % 20}`)]);
  const claimed: string[] = [];
  const claim = async () => {
    const own = new Set<string>();
    const child = spawn(process.execPath, [join(import.meta.dirname, 'claimer.ts'), dataDir]);
    collectLines(child.stdout, own);
    const code = await new Promise((resolve) => child.once('close', resolve));
    assert.equal(code, 0);
    claimed.push(...own);
  };
  await Promise.all([claim(), claim(), claim(), claim()]);
  assert.equal(claimed.length, 300);
  assert.equal(new Set(claimed).size, 300);
  assert.equal((await store.snapshot(0)).running.length, 300);
  database.close();
});

test('kill -9 with 20 waiting, 1 running and 1 rendered: the next life delivers all 22, none twice', async (t) => {
  const dataDir = storeFolder(t);
  const accepted = new Set<string>();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bot-life.ts'), dataDir, '22', 'stuck']);
  collectLines(child.stdout, accepted);
  const database = openStore(dataDir);
  const counts = `SELECT group_concat(state || ' ' || count, ', ') AS states
    FROM (SELECT state, count(*) AS count FROM jobs GROUP BY state ORDER BY state)`;
  const isStuck = async () =>
    accepted.size === 22 &&
    (await database.get<{ states: string }>(counts))?.states === 'rendered 1, running 1, waiting 20';
  await until(
    'one rendered, one running, the others waiting',
    async () => (await isStuck()) || null,
    PATIENCE_MS,
  );
  const exited = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await exited;
  await live(dataDir, ['0', 'finish'], new Set(), null);
  const lines = readFileSync(join(dataDir, 'deliveries'), 'utf8').trim().split('\n');
  const delivered = lines.map((line) => line.split(' ')[0]);
  assert.equal(delivered.length, 22);
  assert.deepEqual(new Set(delivered), accepted);
  assert.deepEqual(await integrityFindings(database), []);
  database.close();
});

test('10 kills at random moments: nothing acknowledged is lost, and a delivery that is tried again knows it', async (t) => {
  const report = await killLives(storeFolder(t), 10, seededRandom(4));
  t.diagnostic(JSON.stringify(report));
  assert.deepEqual(report.lost, []);
  assert.deepEqual(report.integrityFindings, []);
  assert.equal(report.repeatedUnaware, 0);
  assert.equal(report.givenUp, 0);
  assert.ok(report.accepted >= 10);
});
