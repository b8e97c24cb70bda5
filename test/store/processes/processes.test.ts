import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SqliteJobStore } from '../../../src/store/sqlite/job-store.ts';
import { openStore } from '../../../src/store/sqlite/sqlite.ts';
import { exampleJob } from '../../queue/bench/example-jobs.ts';
import { seededRandom } from '../../queue/bench/seeded-random.ts';
import { collectLines, killLives, live } from './kill-lives.ts';
import { quickFolder } from './quick-folder.ts';

const ALL = { kind: 'all' } as const;

test('four processes claim 300 jobs from one file: each job once, none left', async (t) => {
  const dataDir = quickFolder(t);
  const database = openStore(dataDir);
  const store = new SqliteJobStore(database);
  for (let index = 0; index < 300; index += 1) await store.insert(exampleJob(`j${index}`, `u${index % 20}`));
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
  assert.equal((await store.running(ALL)).length, 300);
  database.close();
});

test('kill -9 with 20 waiting, 1 running and 1 rendered: the next life delivers all 22, none twice', async (t) => {
  const dataDir = quickFolder(t);
  const accepted = new Set<string>();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bot-life.ts'), dataDir, '22', 'stuck']);
  collectLines(child.stdout, accepted);
  const database = openStore(dataDir);
  const store = new SqliteJobStore(database);
  const states = async () => [
    (await store.waiting(ALL, Date.now())).length,
    (await store.running(ALL)).length,
    accepted.size,
  ];
  while ((await states()).join() !== '20,1,22') await new Promise((resolve) => setTimeout(resolve, 10));
  const exited = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await exited;
  await live(dataDir, ['0', 'finish'], new Set(), null);
  const lines = readFileSync(join(dataDir, 'deliveries'), 'utf8').trim().split('\n');
  const delivered = lines.map((line) => line.split(' ')[0]);
  assert.equal(delivered.length, 22);
  assert.deepEqual(new Set(delivered), accepted);
  assert.deepEqual(database.integrityCheck(), []);
  database.close();
});

test('10 kills at random moments: nothing acknowledged is lost, nothing is sent twice', async (t) => {
  const report = await killLives(quickFolder(t), 10, seededRandom(4));
  t.diagnostic(JSON.stringify(report));
  assert.deepEqual(report.lost, []);
  assert.deepEqual(report.integrityFindings, []);
  assert.equal(report.duplicates, 0);
  assert.ok(report.accepted >= 10);
});
