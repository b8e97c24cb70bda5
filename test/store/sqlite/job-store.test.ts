import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as sql from '../../../src/store/sqlite/job-statements.ts';
import { SqliteJobStore } from '../../../src/store/sqlite/job-store.ts';
import { SqliteDatabase } from '../../../src/store/sqlite/sqlite.ts';
import { exampleJob } from '../../queue/bench/example-jobs.ts';
import { describeJobStore } from '../job-store-conformance.ts';

describeJobStore('SQLite', () => new SqliteJobStore(new SqliteDatabase(':memory:')));

const LEASE = { holder: 'mine', leaseUntil: 99_999 };
const PARAMETERS = { now: 1, holder: 'mine', leaseUntil: 2 };

for (const [name, statement] of Object.entries({ CLAIM: sql.CLAIM, COUNT_READY: sql.COUNT_READY })) {
  test(`${name} reads waiting jobs by their index and never walks the finished ones`, () => {
    const database = new SqliteDatabase(':memory:');
    const { holder, leaseUntil, now } = PARAMETERS;
    const parameters = name === 'CLAIM' ? { holder, leaseUntil, now } : { now };
    const plan = database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${statement}`, parameters);
    const onJobs = plan.map((row) => row.detail).filter((detail) => /\bjobs?\b/.test(detail));
    assert.ok(onJobs.length > 0);
    for (const detail of onJobs) {
      assert.match(detail, /INDEX jobs_waiting|SEARCH jobs USING INTEGER PRIMARY KEY/, detail);
    }
  });
}

test('the fair pick gives 50 users their turns among 10,000 finished jobs', async () => {
  const database = new SqliteDatabase(':memory:');
  const store = new SqliteJobStore(database);
  database.run(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
    INSERT INTO jobs (id, state, user_id, lane, request, target, created_at, ended_at)
    SELECT 'old' || i, 'done', 'past' || (i % 300), 'g1', '{}', '{}', i, i FROM n`);
  database.run(`INSERT INTO turns SELECT 'past' || value, value FROM json_each('[${numbers(300)}]')`);
  for (let index = 0; index < 500; index += 1) {
    await store.insert(exampleJob(`j${index}`, `user${index % 50}`, `g${index % 3}`));
  }
  const turns: string[] = [];
  for (let job = await store.claimNext(LEASE, 5000); job; job = await store.claimNext(LEASE, 5000))
    turns.push(job.userId);
  assert.equal(turns.length, 500);
  for (let round = 0; round < 10; round += 1)
    assert.equal(new Set(turns.slice(50 * round, 50 * (round + 1))).size, 50, `round ${round}`);
});

function numbers(count: number): string {
  return Array.from({ length: count }, (_, index) => index).join(',');
}
