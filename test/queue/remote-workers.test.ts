import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type { StoreNews } from '../../src/queue/processes.ts';
import { SqlJobStore } from '../../src/store/job-store.ts';
import { SqliteDatabase } from '../../src/store/sqlite/sqlite.ts';
import { SqlWorkerRegistry } from '../../src/store/worker-registry.ts';
import { RemoteWorkers } from '../../src/worker/remote-workers.ts';
import { exampleJob } from './bench/example-jobs.ts';
import { QueueClock, settle } from './bench/queue-clock.ts';
import { SILENT } from './bench/silent-log.ts';

/** A bot named `mine` on a store in memory, and the news that other processes would send. */
function setUp() {
  const database = new SqliteDatabase(':memory:');
  const store = new SqlJobStore(database);
  const events = new EventEmitter<{ news: [StoreNews] }>();
  const clock = new QueueClock();
  const complaints: string[] = [];
  const workers = new RemoteWorkers({
    store,
    registry: new SqlWorkerRegistry(database),
    presence: { id: 'mine', look: async () => () => true },
    news: {
      onNews(listener) {
        events.on('news', listener);
        return () => events.off('news', listener);
      },
    },
    clock,
    log: { ...SILENT, error: (_fields, message) => void complaints.push(message) },
  });
  const seen: string[] = [];
  workers.on('changed', () => seen.push('changed'));
  workers.on('started', ({ id }) => seen.push(`started ${id}`));
  const tell = (news: Partial<StoreNews> = {}) =>
    events.emit('news', { jobId: 'j1', state: 'running', botId: 'mine', ...news });
  return { database, store, workers, clock, seen, tell, complaints };
}

test('many steps that workers store are one change, and none is forgotten', async () => {
  const { store, workers, clock, seen, tell } = setUp();
  await workers.start();
  await store.insert([exampleJob('j1', 'ann')]);
  await store.claimNext({ workerId: 'w', leaseUntil: clock.now() + 9000 }, clock.now());
  for (let step = 0; step < 100; step += 1) tell({ botId: step % 2 === 0 ? 'mine' : 'other' });
  await settle();
  assert.deepEqual(seen, ['started j1'], 'its own job is read at once');
  await clock.advance(500);
  assert.deepEqual(seen, ['started j1', 'changed']);
  tell({ botId: 'other' });
  await clock.advance(500);
  assert.equal(seen.filter((event) => event === 'changed').length, 2);
  workers.stop();
});

test('a look reads all jobs that are under way in one go', async () => {
  const { store, workers, clock, seen } = setUp();
  for (let job = 1; job <= 30; job += 1) {
    await store.insert([exampleJob(`j${job}`, `user-${job}`)]);
    await store.claimNext({ workerId: 'w', leaseUntil: clock.now() + 9000 }, clock.now());
  }
  const asked: string[] = [];
  const { get, getAll } = store;
  store.get = (id) => {
    asked.push('get');
    return get.call(store, id);
  };
  store.getAll = (ids) => {
    asked.push('getAll');
    return getAll.call(store, ids);
  };
  await workers.start();
  assert.equal(seen.length, 30);
  await clock.advance(1000);
  assert.deepEqual(asked, ['getAll', 'getAll']);
  workers.stop();
});

test('a bot that has stopped tells of no change', async () => {
  const { workers, clock, seen, tell } = setUp();
  await workers.start();
  tell();
  workers.stop();
  await clock.advance(500);
  assert.deepEqual(seen, []);
});

test('a store that is away for long is logged when it begins', async () => {
  const { database, workers, clock, complaints } = setUp();
  await workers.start();
  database.close();
  await clock.advance(60_000);
  workers.stop();
  assert.equal(complaints.filter((message) => message === 'the store cannot be read').length, 1);
});
