import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RiffError } from '../../src/errors.ts';
import type { Deliver } from '../../src/queue/contract.ts';
import type { Job } from '../../src/queue/job.ts';
import type { RiffFiles } from '../../src/riff/engine.ts';
import { MemoryJobStore } from '../../src/store/memory-job-store.ts';
import { exampleDraft } from './bench/example-jobs.ts';
import { FakeClock, settle } from './bench/fake-clock.ts';
import { setUpQueue } from './bench/queue-bench.ts';

const ACT = { by: 'ann', reason: 'changed my mind' };

describe('delivery', () => {
  test('a failing delivery is tried again with back-off, outside of the render slot', async () => {
    const attempts: string[] = [];
    const { queue, engine, clock, add, events } = setUpQueue({
      deliveryBackoffMs: [1000, 5000],
      deliver: async (job, _files, attempt) => {
        attempts.push(`${job.id} ${attempt}`);
        if (job.id === 'j1' && attempt < 3) throw new Error('503');
        return { kind: 'delivered', messageId: null };
      },
    });
    engine.onRender = (render) => render.finish();
    await queue.start();
    await add('ann');
    await add('bob');
    await settle();
    assert.deepEqual(attempts, ['j1 1', 'j2 1']);
    await clock.advance(1000);
    assert.deepEqual(attempts, ['j1 1', 'j2 1', 'j1 2']);
    await clock.advance(5000);
    assert.deepEqual(attempts, ['j1 1', 'j2 1', 'j1 2', 'j1 3']);
    assert.equal(events.at(-1), 'done j1');
    await queue.drain(0);
  });

  const HOPELESS: Record<string, Deliver> = {
    'cannot be delivered': async () => ({ kind: 'undeliverable', reason: 'The channel is gone.' }),
    'fails every time': async () => {
      throw new Error('503');
    },
  };
  for (const [says, deliver] of Object.entries(HOPELESS)) {
    test(`a riff that ${says} ends as failed, and says so`, async () => {
      const { queue, engine, clock, add, events } = setUpQueue({ deliver, deliveryBackoffMs: [10, 10] });
      engine.onRender = (render) => render.finish();
      await queue.start();
      await add('ann');
      await clock.advance(100);
      const { state } = (await queue.get('j1')) as Job;
      assert.equal(state.kind === 'failed' && state.code, 'undeliverable');
      assert.equal(events.at(-1), 'failed j1');
      await queue.drain(0);
    });
  }

  test('when only the store fails after sending, the riff is not sent twice', async () => {
    const store = new MemoryJobStore();
    const markDone = store.markDone.bind(store);
    let failures = 2;
    store.markDone = async (...args) => {
      if (failures-- > 0) throw new RiffError('store_failed', 'disk full');
      return markDone(...args);
    };
    let sent = 0;
    const { queue, engine, clock, add } = setUpQueue({
      store,
      deliver: async () => {
        sent += 1;
        return { kind: 'delivered', messageId: 'm1' };
      },
    });
    engine.onRender = (render) => render.finish();
    await queue.start();
    await add('ann');
    await clock.advance(10_000);
    assert.equal((await queue.get('j1'))?.state.kind, 'done');
    assert.equal(sent, 1);
    await queue.drain(0);
  });
});

describe('after a crash of the bot', () => {
  /** A first life that ends without a word: 1 rendered, 1 running, 2 waiting. */
  async function firstLife() {
    const store = new MemoryJobStore();
    const clock = new FakeClock();
    const never: Deliver = () => new Promise(() => {});
    const { queue, engine, add } = setUpQueue({ store, clock, deliver: never });
    await queue.start();
    for (const user of ['ann', 'bob', 'cat', 'dan']) await add(user);
    await settle();
    engine.current.finish();
    await settle();
    assert.equal(engine.current.jobId, 'j2');
    return { store, clock, queue };
  }

  test('the next life delivers what was rendered, runs what was running, and goes on', async () => {
    const { store, clock } = await firstLife();
    const delivered: [string, number][] = [];
    const next = setUpQueue({
      store,
      clock,
      deliver: async (job: Job, _files: RiffFiles, attempt: number) => {
        delivered.push([job.id, attempt]);
        return { kind: 'delivered', messageId: null };
      },
    });
    next.engine.onRender = (render) => render.finish();
    await next.queue.start();
    await settle();
    assert.deepEqual(delivered, [
      ['j1', 2],
      ['j2', 1],
      ['j3', 1],
      ['j4', 1],
    ]);
    assert.equal(next.events[0], 'retrying j2');
    await next.queue.drain(0);
  });

  test('a cancel that the first life could not finish is finished', async () => {
    const { store, clock, queue } = await firstLife();
    void queue.cancel('j2', ACT);
    await settle();
    const next = setUpQueue({ store, clock });
    next.engine.onRender = (render) => render.finish();
    await next.queue.start();
    assert.equal((await store.get('j2'))?.state.kind, 'cancelled');
    assert.equal(next.events[0], 'cancelled j2');
    await settle();
    await next.queue.drain(0);
  });
});

describe('a failing store', () => {
  const DISK_FULL = new RiffError('store_failed', 'disk full');

  test('enqueue refuses with an error id that is in the log', async () => {
    const store = new MemoryJobStore();
    store.insert = async () => Promise.reject(DISK_FULL);
    const { queue, complaints } = setUpQueue({ store });
    const refused = await queue.enqueue(exampleDraft('ann'));
    assert.equal(refused.kind === 'refused' && refused.reason, 'store_failed');
    assert.deepEqual(complaints, ['a job could not be stored']);
  });

  test('a result that cannot be stored fails the job in words; the store hears of it when it works again', async () => {
    const store = new MemoryJobStore();
    const fail = store.fail.bind(store);
    store.markRendered = async () => Promise.reject(DISK_FULL);
    store.fail = async () => Promise.reject(DISK_FULL);
    const { queue, engine, clock, add, events } = setUpQueue({ store });
    engine.onRender = (render) => render.finish();
    await queue.start();
    await add('ann');
    await clock.advance(5000);
    assert.deepEqual(events, ['started j1', 'failed j1']);
    assert.equal((await store.get('j1'))?.state.kind, 'running');
    store.fail = fail;
    await clock.advance(5000);
    const { state } = (await store.get('j1')) as Job;
    assert.equal(state.kind === 'failed' && state.code, 'store_failed');
    assert.equal(engine.renders.length, 1);
    await queue.drain(0);
  });

  test('claims that fail do not spin and go on when the store is back', async () => {
    const store = new MemoryJobStore();
    const claimNext = store.claimNext.bind(store);
    let claims = 0;
    store.claimNext = async () => {
      claims += 1;
      throw DISK_FULL;
    };
    const { queue, engine, clock, add } = setUpQueue({ store });
    engine.onRender = (render) => render.finish();
    await queue.start();
    await add('ann');
    await clock.advance(9000);
    assert.ok(claims >= 1 && claims <= 5, `${claims} claims within three beats`);
    store.claimNext = claimNext;
    await clock.advance(3000);
    assert.equal((await store.get('j1'))?.state.kind, 'done');
    await queue.drain(0);
  });
});

describe('leases', () => {
  test('a long render keeps its lease by beats, so nobody else takes it', async () => {
    const { queue, engine, clock, store, add } = setUpQueue();
    await queue.start();
    await add('ann');
    await clock.advance(120_000);
    const state = (await store.get('j1'))?.state;
    assert.ok(state?.kind === 'running' && state.leaseUntil > clock.now());
    assert.equal(engine.renders.length, 1);
    engine.current.finish();
    await settle();
    await queue.drain(0);
  });

  test('jobs of a holder on another machine are taken over when the lease has ended, at a beat', async () => {
    const store = new MemoryJobStore();
    const clock = new FakeClock();
    const first = setUpQueue({ store, clock });
    await first.add('ann');
    await store.claimNext({ holder: 'elsewhere 1 x', leaseUntil: clock.now() + 9000 }, clock.now());
    const next = setUpQueue({ store, clock });
    next.engine.onRender = (render) => render.finish();
    await next.queue.start();
    await clock.advance(8000);
    assert.equal((await store.get('j1'))?.state.kind, 'running');
    await clock.advance(2000);
    assert.equal((await store.get('j1'))?.state.kind, 'done');
    await next.queue.drain(0);
  });
});
