import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as sql from '../../../src/store/job-statements.ts';
import { SqlJobStore } from '../../../src/store/job-store.ts';
import type { Parameters } from '../../../src/store/sql.ts';
import { SqliteDatabase } from '../../../src/store/sqlite/sqlite.ts';
import { exampleFiles, exampleJob, limitCounts, settle } from '../../queue/bench/example-jobs.ts';

const LEASE = { workerId: 'mine', leaseUntil: 99_999 };

const OFTEN: Readonly<Record<string, readonly [statement: string, parameters: Parameters]>> = {
  NEXT_READY: [sql.NEXT_READY, { now: 1 }],
  COUNT_READY: [sql.COUNT_READY, { now: 1, atMost: 1 }],
  COUNT_WAITING: [sql.COUNT_WAITING, { userId: 'ann', guildId: 'g1' }],
  WAITING: [sql.WAITING, { now: 1 }],
  RUNNING: [sql.RUNNING, {}],
  RUNNING_OF: [sql.RUNNING_OF, { workerId: 'mine' }],
  UNFINISHED_OF: [sql.UNFINISHED_OF, { userId: 'ann' }],
  ACTIVE: [sql.ACTIVE, { botId: 'mine' }],
  HELD_BY_OTHERS: [sql.HELD_BY_OTHERS, { workerId: 'mine', botId: null }],
  BOTS_OF_JOBS: [sql.BOTS_OF_JOBS, { botId: 'mine' }],
  ADOPT: [sql.ADOPT, { botId: 'mine', from: 'gone' }],
  RENEW: [sql.RENEW, { workerId: 'mine', leaseUntil: 1 }],
};

async function planOf(statement: string, parameters: Parameters): Promise<readonly string[]> {
  const rows = await new SqliteDatabase(':memory:').all<{ detail: string }>(
    `EXPLAIN QUERY PLAN ${statement}`,
    parameters,
  );
  return rows.map(({ detail }) => detail);
}

for (const [name, [statement, parameters]] of Object.entries(OFTEN)) {
  test(`${name} finds its jobs by an index of their states and never walks the finished ones`, async () => {
    const onJobs = (await planOf(statement, parameters)).filter((detail) =>
      /^(SCAN|SEARCH) jobs?\b/.test(detail),
    );
    assert.ok(onJobs.length > 0);
    const byIndex = /INDEX jobs_(waiting|held|end_untold)|^SEARCH jobs USING INTEGER PRIMARY KEY/;
    for (const detail of onJobs) assert.match(detail, byIndex, detail);
  });
}

for (const name of ['NEXT_READY', 'COUNT_READY'] as const) {
  test(`${name} sorts nothing`, async () => {
    const [statement = '', parameters = {}] = OFTEN[name] ?? [];
    assert.ok(!(await planOf(statement, parameters)).some((detail) => detail.includes('TEMP B-TREE')));
  });
}

/** A job store in memory with its database, and what was logged of damage: the ids of jobs. */
function damageable() {
  const database = new SqliteDatabase(':memory:');
  const damaged: unknown[] = [];
  const log = { error: (fields: object) => void damaged.push('jobId' in fields && fields.jobId) };
  return { database, store: new SqlJobStore(database, log), damaged };
}

const DAMAGES: readonly (readonly [column: string, value: string])[] = [
  ['request', '{"prompt": "ja'],
  ['request', '{}'],
  ['request', 'null'],
  ['target', '[]'],
  ['target', ''],
];
for (const [column, value] of DAMAGES) {
  test(`a waiting row whose ${column} is ${JSON.stringify(value)} costs that job and no other`, async () => {
    const { database, store, damaged } = damageable();
    for (const [id, user] of [
      ['bad', 'ann'],
      ['good', 'bob'],
    ] as const)
      await store.insert([exampleJob(id, user)]);
    await database.run(`UPDATE jobs SET ${column} = :value WHERE id = 'bad'`, { value });
    assert.equal((await store.claimNext(LEASE, 5000))?.id, 'good');
    assert.equal(await store.claimNext(LEASE, 5000), null);
    const told = await store.get('bad');
    assert.equal(told?.state.kind ?? 'failed', 'failed');
    assert.equal(told === null, column === 'target', 'who is known is told');
    assert.deepEqual(damaged, ['bad']);
    assert.equal(store.recentFaults, 1);
    const row = await database.get<{ state: string; code: string }>(
      `SELECT state, failure_code AS code FROM jobs WHERE id = 'bad'`,
    );
    assert.deepEqual({ ...row }, { state: 'failed', code: 'damaged' });
  });
}

type Reader = (store: SqlJobStore) => Promise<unknown>;
const READERS: Readonly<Record<string, readonly [column: string, state: string, read: Reader]>> = {
  'the list of waiting jobs': ['request', 'waiting', (store) => store.snapshot(5000)],
  'the list of running jobs': ['progress', 'running', (store) => store.snapshot(5000)],
  'a look at one job': ['files', 'rendered', (store) => store.get('j1')],
  'the list of dead letters': ['request', 'dead', (store) => store.deadLetters({ kind: 'all' }, 5)],
  'a takeover of a running job': ['progress', 'running', (store) => store.recover(TAKE_OVER)],
  'a takeover of a rendered job': ['files', 'rendered', (store) => store.recover(TAKE_OVER)],
  'a cancel': ['request', 'waiting', (store) => store.cancel('j1', { by: 'mod', reason: '' }, 1)],
};
const FAILURE = { code: 'dead_lettered', reason: '', errorId: 'e' };
const TAKE_OVER = {
  workerId: 'next',
  leaseUntil: 9,
  now: 1,
  workerIsAlive: () => false,
  isBot: true,
  maxBotDeaths: 10,
  tooManyBotDeaths: FAILURE,
};

for (const [statement, [column, state, read]] of Object.entries(READERS)) {
  test(`a damaged row does not throw out of ${statement}, and the job is over`, async () => {
    const { database, store, damaged } = damageable();
    await store.insert([exampleJob('j1', 'ann')]);
    if (state !== 'waiting') await store.claimNext(LEASE, 1);
    if (state === 'rendered')
      await settle(store, 'j1', 'mine', { kind: 'rendered', files: exampleFiles('j1') }, 1);
    if (state === 'dead') await settle(store, 'j1', 'mine', { kind: 'failed', failure: FAILURE }, 1);
    await database.run(`UPDATE jobs SET ${column} = '{"half' WHERE id = 'j1'`);
    await read(store);
    assert.deepEqual(damaged, ['j1']);
    assert.notEqual((await database.get<{ state: string }>('SELECT state FROM jobs'))?.state, 'waiting');
    assert.equal(await store.countReady(5000, 9), 0);
  });
}

test('a render and its delivery end as they would although the row of the job is damaged meanwhile', async () => {
  const { database, store, damaged } = damageable();
  await store.insert([exampleJob('j1', 'ann')]);
  const running = await store.claimNext(LEASE, 1);
  assert.ok(running);
  await database.run(`UPDATE jobs SET request = '{"half', target = ''`);
  const files = exampleFiles('j1');
  const rendered = await store.settle(running, 'mine', { kind: 'rendered', files }, 2);
  assert.deepEqual(rendered, { ...running, state: { kind: 'rendered', files, renderedAt: 2 } });
  const done = await store.settleDelivery(rendered, 'mine', { kind: 'done', messageId: 'm' }, 3);
  assert.deepEqual(done, { ...running, state: { kind: 'done', files, doneAt: 3, messageId: 'm' } });
  assert.deepEqual(damaged, []);
});

test('a job put off by a clock that ran ahead is ready when the clock is right again', async () => {
  const { store } = damageable();
  await store.insert([exampleJob('j1', 'ann')]);
  await store.claimNext(LEASE, 5000);
  const tomorrow = 5000 + 24 * 3_600_000;
  await settle(store, 'j1', 'mine', { kind: 'requeued', delayMs: 30_000, countsAttempt: true }, tomorrow);
  assert.equal(await store.countReady(5000, 9), 1);
  assert.equal((await store.claimNext(LEASE, 5000))?.id, 'j1');
});

test('acceptances from a clock that ran ahead do not hold the hourly limit for years', async () => {
  const { store } = damageable();
  await store.insert([exampleJob('j1', 'ann', 'g1', 10 * 365 * 24 * 3_600_000)]);
  await store.insert([exampleJob('j2', 'ann', 'g1', 5000)]);
  assert.deepEqual((await limitCounts(store, exampleJob('j3', 'ann', 'g1', 5001))).acceptedAt, [5000]);
});

test('a lease from a clock that ran ahead is over', async () => {
  const { store } = damageable();
  await store.insert([exampleJob('j1', 'ann')]);
  await store.claimNext({ workerId: 'elsewhere', leaseUntil: 24 * 3_600_000 }, 5000);
  const recovery = await store.recover({ ...TAKE_OVER, now: 5000, workerIsAlive: () => true });
  assert.equal(recovery.requeued.length, 1);
});

test('the fair pick gives 50 users their turns among 10,000 finished jobs', async () => {
  const database = new SqliteDatabase(':memory:');
  const store = new SqlJobStore(database);
  await database.run(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
    INSERT INTO jobs (id, state, user_id, tenant, request, target, created_at, ended_at)
    SELECT 'old' || i, 'done', 'past' || (i % 300), 'g1', '{}', '{}', i, i FROM n`);
  await database.run(`INSERT INTO turns SELECT 'past' || value, value FROM json_each('[${numbers(300)}]')`);
  for (let index = 0; index < 500; index += 1) {
    await store.insert([exampleJob(`j${index}`, `user${index % 50}`, `g${index % 3}`)]);
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
