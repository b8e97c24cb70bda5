import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RiffError } from '../../src/errors.ts';
import { SqlJobStore } from '../../src/store/job-store.ts';
import { SqliteDatabase } from '../../src/store/sqlite/sqlite.ts';
import { type Bench, setUpQueue } from './bench/queue-bench.ts';
import { settle } from './bench/queue-clock.ts';
import { StubEngine, type StubRender } from './bench/stub-engine.ts';

const ALL = { kind: 'all' } as const;
const NO_MODEL = new RiffError('invalid_model', '/home/riff/models/x: no such file');
const CRASH = new RiffError('engine_crashed', 'SIGKILL');
const USERS = ['ann', 'bob', 'cem', 'dee', 'eve'];

async function triesOf({ store }: Bench): Promise<readonly [string | undefined, number | undefined][]> {
  const jobs = await Promise.all(USERS.map((_, index) => store.get(`j${index + 1}`)));
  return jobs.map((job) => [job?.state.kind, job?.attempts]);
}

const all = (state: string, tries: number) => USERS.map(() => [state, tries]);

describe('an engine that does not start', () => {
  test('costs nobody a try: the queue is held, says so, and goes on when the engine is back', async () => {
    const bench = setUpQueue();
    const { queue, engine, clock, add } = bench;
    engine.fault = NO_MODEL;
    engine.onRender = (render) => queueMicrotask(render.finish);
    let changes = 0;
    queue.on('changed', () => {
      changes += 1;
    });
    await queue.start();
    for (const user of USERS) await add(user);
    await settle();
    assert.deepEqual(queue.blocked, {
      cause: 'engine',
      reason: 'the music engine is out of order: its model cannot be read',
      since: clock.now(),
    });
    assert.deepEqual((await queue.list(ALL)).blocked, queue.blocked);
    const { etaMs, blocked } = (await queue.position('j1')) ?? {};
    assert.deepEqual([etaMs, blocked], [null, { kind: 'blocked', reason: queue.blocked?.reason }]);
    await clock.advance(600_000);
    assert.deepEqual(await triesOf(bench), all('waiting', 0));
    const changesBefore = changes;
    engine.fault = null;
    await clock.advance(2000);
    assert.equal(queue.blocked, null);
    assert.ok(changes > changesBefore);
    await clock.advance(5000);
    assert.deepEqual(await triesOf(bench), all('done', 1));
    await queue.drain(0);
  });

  test('one that breaks down in the middle of the work holds up what waits, and nothing is said twice', async () => {
    const bench = setUpQueue();
    const { queue, engine, clock, add, complaints } = bench;
    await queue.start();
    for (const user of USERS) await add(user);
    await settle();
    engine.fault = NO_MODEL;
    engine.current.crash(CRASH);
    await clock.advance(60_000);
    assert.equal(complaints.filter((line) => line.startsWith('no riff is started')).length, 1);
    assert.deepEqual((await triesOf(bench)).slice(1), all('waiting', 0).slice(1));
    await queue.drain(0);
  });

  test('leaves the work to the other one', async () => {
    const [broken, well] = [new StubEngine(), new StubEngine()];
    const bench = setUpQueue({ engines: [well, broken] });
    const { queue, clock, add } = bench;
    broken.fault = NO_MODEL;
    well.onRender = (render) => queueMicrotask(render.finish);
    await queue.start();
    for (const user of USERS) await add(user);
    await clock.advance(10_000);
    assert.equal(queue.blocked, null);
    assert.deepEqual(await triesOf(bench), all('done', 1));
    await queue.drain(0);
  });

  test('does not hold up a stop', async () => {
    const { queue, engine, add } = setUpQueue();
    engine.fault = NO_MODEL;
    await queue.start();
    await add('ann');
    await settle();
    assert.deepEqual(await queue.drain(60_000), { handedBack: 1, undelivered: 0 });
  });
});

describe('an engine that dies on one job after the other', () => {
  test('is given the next one after growing pauses, and no job is given up', async () => {
    const bench = setUpQueue();
    const { queue, engine, clock, add } = bench;
    const startsAt: number[] = [];
    const begunAt = clock.now();
    engine.onRender = ({ crash }: StubRender) => {
      startsAt.push((clock.now() - begunAt) / 1000);
      queueMicrotask(() => crash(CRASH));
    };
    await queue.start();
    for (const user of USERS) await add(user);
    await settle();
    assert.equal(queue.blocked?.reason, 'the music engine is out of order: it crashes on every riff');
    const before = startsAt.length;
    await clock.advance(60 * 60_000);
    // 30 s, 60 s, 120 s …, ten minutes at most.
    assert.deepEqual(startsAt.slice(before), [30, 90, 210, 450, 930, 1530, 2130, 2730, 3330]);
    for (const [state, tries] of await triesOf(bench)) assert.ok(state === 'waiting' && Number(tries) < 3);
    engine.onRender = (render) => queueMicrotask(render.finish);
    await clock.advance(600_000);
    assert.equal(queue.blocked, null);
    assert.deepEqual(
      (await triesOf(bench)).map(([state]) => state),
      USERS.map(() => 'done'),
    );
    await queue.drain(0);
  });

  test('a single job that kills every engine is given up, and the others are made', async () => {
    const bench = setUpQueue();
    const { queue, engine, clock, add } = bench;
    engine.onRender = ({ jobId, crash, finish }) =>
      queueMicrotask(() => (jobId === 'j2' ? crash(CRASH) : finish()));
    await queue.start();
    for (const user of USERS) await add(user);
    await clock.advance(60_000);
    assert.equal(queue.blocked, null);
    const states = (await triesOf(bench)).map(([state]) => state);
    assert.deepEqual(states, ['done', 'failed', 'done', 'done', 'done']);
    await queue.drain(0);
  });
});

describe('results that cannot be written', () => {
  const FULL = new RiffError('output_failed', 'ENOSPC');

  test('cost nobody a try: the queue is held until a check can write, and then everything is made', async () => {
    let isFull = true;
    const results = {
      checkWritable: async () => {
        if (isFull) throw FULL;
      },
    };
    const bench = setUpQueue({ results });
    const { queue, engine, clock, add } = bench;
    engine.onRender = (render) => setImmediate(() => (isFull ? render.crash(FULL) : render.finish()));
    await queue.start();
    for (const user of USERS) await add(user);
    await clock.advance(600_000);
    assert.equal(queue.blocked?.cause, 'output');
    assert.deepEqual(await triesOf(bench), all('waiting', 0));
    assert.equal(engine.renders.length, 1);
    isFull = false;
    await clock.advance(60_000);
    assert.equal(queue.blocked, null);
    assert.deepEqual(await triesOf(bench), all('done', 1));
    await queue.drain(0);
  });

  test('with room for the check and none for a riff, tries become rare', async () => {
    const bench = setUpQueue({ results: { checkWritable: async () => {} } });
    const { queue, engine, clock, add } = bench;
    engine.onRender = (render) => setImmediate(() => render.crash(FULL));
    await queue.start();
    for (const user of USERS) await add(user);
    await clock.advance(3_600_000);
    assert.ok(engine.renders.length < 70, `${engine.renders.length} renders in an hour`);
    assert.deepEqual(await triesOf(bench), all('waiting', 0));
    await queue.drain(0);
  });
});

test('a store that is away does not hold up a stop either', async () => {
  const database = new SqliteDatabase(':memory:');
  const { queue, add, clock, complaints } = setUpQueue({ store: new SqlJobStore(database) });
  await queue.start();
  await add('ann');
  database.close();
  const draining = queue.drain(0);
  await clock.advance(60_000);
  assert.equal((await draining).undelivered, 0);
  assert.ok(complaints.includes('the end of this process could not be stored'));
});

test('a store that is away for long is logged once', async () => {
  const database = new SqliteDatabase(':memory:');
  const { queue, clock, complaints } = setUpQueue({ store: new SqlJobStore(database) });
  await queue.start();
  database.close();
  await clock.advance(60_000);
  assert.deepEqual(complaints, ['the store failed at a lease renewal']);
  const draining = queue.drain(0);
  await clock.advance(60_000);
  await draining;
});

test('a clock that is set back does not make a pause last longer', async () => {
  const bench = setUpQueue();
  const { queue, engine, clock, add } = bench;
  engine.onRender = ({ crash }: StubRender) => setImmediate(() => crash(CRASH));
  await queue.start();
  for (const user of USERS) await add(user);
  await settle();
  engine.onRender = (render) => setImmediate(render.finish);
  clock.jump(-3_600_000);
  await clock.advance(120_000);
  assert.deepEqual(
    (await triesOf(bench)).map(([state]) => state),
    USERS.map(() => 'done'),
  );
  await queue.drain(0);
});
