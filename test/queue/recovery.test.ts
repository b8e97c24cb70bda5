import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RiffError } from '../../src/errors.ts';
import type { Deliver } from '../../src/queue/contract.ts';
import type { Job } from '../../src/queue/job.ts';
import type { RiffFiles } from '../../src/riff/engine.ts';
import { exampleDraft } from './bench/example-jobs.ts';
import { memoryStore, setUpQueue, UNLIMITED } from './bench/queue-bench.ts';
import { QueueClock, settle } from './bench/queue-clock.ts';

const ACT = { by: 'ann', reason: 'changed my mind' };

describe('delivery', () => {
  test('a failing delivery is tried again with back-off, outside of the render slot', async () => {
    const attempts: string[] = [];
    const { queue, engine, clock, add, events } = setUpQueue({
      deliveryBackoffMs: [1000, 5000],
      deliver: async (job, _files, attempt) => {
        attempts.push(`${job.id} ${attempt}`);
        if (attempt < 3) throw new Error('503');
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
    assert.deepEqual(attempts.slice(2), ['j1 2', 'j2 2']);
    await clock.advance(4999);
    assert.equal(attempts.length, 4);
    await clock.advance(1);
    assert.deepEqual(attempts.slice(4), ['j1 3', 'j2 3']);
    assert.equal(events.at(-1), 'done j2');
    await queue.drain(0);
  });

  test('a riff that cannot be delivered ends as failed, and says so', async () => {
    const { queue, engine, add, events } = setUpQueue({
      deliver: async () => ({ kind: 'undeliverable', reason: 'The channel is gone.' }),
    });
    engine.onRender = (render) => render.finish();
    await queue.start();
    await add('ann');
    await settle();
    const { state } = (await queue.get('j1')) as Job;
    assert.equal(state.kind === 'failed' && state.code, 'undeliverable');
    assert.equal(events.at(-1), 'failed j1');
    await queue.drain(0);
  });

  test('a riff whose files were deleted before it was sent is rendered again, three times at most', async () => {
    let gone = 1;
    const deliver: Deliver = async () =>
      gone-- > 0 ? { kind: 'files_gone' } : { kind: 'delivered', messageId: null };
    const { queue, engine, clock, store, add } = setUpQueue({ deliver });
    engine.onRender = (render) => queueMicrotask(render.finish);
    await queue.start();
    await add('ann');
    await clock.advance(1000);
    assert.equal((await store.get('j1'))?.state.kind, 'done');
    gone = Number.POSITIVE_INFINITY;
    await add('bob');
    await clock.advance(1000);
    const { state, attempts } = (await store.get('j2')) ?? {};
    assert.deepEqual([state?.kind, attempts, engine.renders.length], ['failed', 3, 5]);
    await queue.drain(0);
  });

  test('an outage of hours costs nobody a riff: nothing more is rendered meanwhile, and all come when it is over', async () => {
    let isDown = true;
    let tries = 0;
    const { queue, engine, clock, add } = setUpQueue({
      deliver: async () => {
        tries += 1;
        if (isDown) throw new Error('503');
        return { kind: 'delivered', messageId: 'm' };
      },
    });
    engine.onRender = (render) => render.finish();
    await queue.start();
    for (let index = 0; index < 50; index += 1) await add(`user-${index}`);
    const renderedFirstAt = clock.now();
    await settle();
    assert.equal(queue.health.blocked?.cause, 'delivery');
    assert.equal((await queue.position('j50'))?.blocked?.kind, 'blocked');
    await clock.advance(5 * 3_600_000);
    const { undelivered, oldestUndeliveredSince } = queue.health;
    assert.equal(oldestUndeliveredSince, renderedFirstAt);
    assert.ok(undelivered >= 3, `${undelivered} undelivered`);
    const { waiting } = await queue.list({ kind: 'all' });
    assert.equal(waiting.length + undelivered, 50);
    const triesOfOne = tries / undelivered;
    assert.ok(triesOfOne > 10 && triesOfOne < 40, `${triesOfOne} tries for each`);
    isDown = false;
    await clock.advance(600_000);
    const listed = await Promise.all(Array.from({ length: 50 }, (_, index) => queue.get(`j${index + 1}`)));
    assert.deepEqual(
      listed.map((job) => job?.state.kind),
      Array(50).fill('done'),
    );
    assert.deepEqual([queue.blocked, queue.health.undelivered], [null, 0]);
    await queue.drain(0);
  });

  test('three riffs that are hard to deliver do not stop the others', async () => {
    const { queue, engine, clock, add } = setUpQueue({
      deliver: async (job) => {
        if (job.userId.startsWith('odd')) throw new Error('500');
        return { kind: 'delivered', messageId: 'm' };
      },
    });
    engine.onRender = (render) => render.finish();
    await queue.start();
    for (const user of ['odd-1', 'odd-2', 'odd-3', 'ann', 'bob', 'cat']) await add(user);
    await clock.advance(3_600_000);
    for (const id of ['j4', 'j5', 'j6']) assert.equal((await queue.get(id))?.state.kind, 'done');
    assert.equal(queue.health.undelivered, 3);
    const draining = queue.drain(0);
    await clock.advance(0);
    assert.deepEqual(await draining, { handedBack: 0, undelivered: 3 });
  });

  test('a riff that Discord does not take for as long as riffs are kept is given up, however the clock jumps', async () => {
    const { queue, engine, clock, add } = setUpQueue({
      deliverForMs: 3_600_000,
      deliver: async () => {
        throw new Error('503');
      },
    });
    engine.onRender = (render) => render.finish();
    await queue.start();
    await add('ann');
    await settle();
    clock.jump(10 * 365 * 24 * 3_600_000);
    await clock.advance(1_800_000);
    assert.equal((await queue.get('j1'))?.state.kind, 'rendered');
    await clock.advance(3_600_000);
    const state = (await queue.get('j1'))?.state;
    assert.equal(state?.kind === 'failed' && state.code, 'undeliverable');
    await queue.drain(0);
  });

  test('when only the store fails after sending, the riff is not sent twice', async () => {
    const store = memoryStore();
    const settleDelivery = store.settleDelivery.bind(store);
    let failures = 2;
    store.settleDelivery = async (...args) => {
      if (failures-- > 0) throw new RiffError('store_failed', 'disk full');
      return settleDelivery(...args);
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
    const store = memoryStore();
    const clock = new QueueClock();
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
    const store = memoryStore();
    store.insert = async () => Promise.reject(DISK_FULL);
    const { queue, complaints } = setUpQueue({ store });
    const refused = await queue.enqueue(exampleDraft('ann'), UNLIMITED);
    assert.equal(refused.kind === 'refused' && refused.reason, 'store_failed');
    assert.deepEqual(complaints, ['a job could not be stored']);
  });

  test('a result that cannot be stored waits for the store, which holds the queue; nothing is rendered twice', async () => {
    const store = memoryStore();
    const settleRender = store.settle.bind(store);
    const checkWritable = store.checkWritable.bind(store);
    store.settle = async () => Promise.reject(DISK_FULL);
    store.checkWritable = async () => Promise.reject(DISK_FULL);
    const { queue, engine, clock, add, events } = setUpQueue({ store });
    engine.onRender = (render) => render.finish();
    await queue.start();
    await add('ann');
    await add('bob');
    await clock.advance(600_000);
    assert.deepEqual(events, ['started j1']);
    assert.equal(queue.blocked?.cause, 'store');
    Object.assign(store, { settle: settleRender, checkWritable });
    await clock.advance(5000);
    assert.deepEqual(events.slice(1), ['rendered j1', 'done j1', 'started j2', 'rendered j2', 'done j2']);
    assert.equal(queue.blocked, null);
    assert.equal(engine.renders.length, 2);
    await queue.drain(0);
  });

  test('while the store cannot be read, those who wait are told so, in the place that they had', async () => {
    const store = memoryStore();
    const { queue, engine, clock, add } = setUpQueue({ store });
    await queue.start();
    await add('ann');
    await add('bob');
    await settle();
    assert.equal((await queue.position('j2'))?.blocked, null);
    const down = async () => Promise.reject(new RiffError('store_failed', 'the server is away'));
    Object.assign(store, { snapshot: down, settle: down, claimNext: down, checkWritable: down });
    engine.current.finish();
    await clock.advance(5000);
    const position = await queue.position('j2');
    assert.equal(queue.blocked?.cause, 'store');
    assert.deepEqual([position?.number, position?.blocked?.reason], [1, queue.blocked?.reason]);
    await queue.drain(0).catch(() => {});
  });

  test('claims that fail do not spin and go on when the store is back', async () => {
    const store = memoryStore();
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
    assert.equal(queue.blocked === null || queue.blocked.cause === 'store', true);
    assert.ok(claims >= 1 && claims <= 5, `${claims} claims within three renewals`);
    store.claimNext = claimNext;
    await clock.advance(3000);
    assert.equal((await store.get('j1'))?.state.kind, 'done');
    await queue.drain(0);
  });
});

describe('leases', () => {
  test('a long render renews its lease, so nobody else takes it', async () => {
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

  test('jobs of a worker on another machine are taken over when the lease has ended, at a lease renewal', async () => {
    const store = memoryStore();
    const clock = new QueueClock();
    const first = setUpQueue({ store, clock });
    await first.add('ann');
    await store.claimNext({ workerId: 'elsewhere 1 x', leaseUntil: clock.now() + 9000 }, clock.now());
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
