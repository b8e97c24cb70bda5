import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RiffError, UserError } from '../../src/errors.ts';
import type { Job } from '../../src/queue/job.ts';
import { Schedule } from '../../src/queue/schedule.ts';
import { SqlJobStore } from '../../src/store/job-store.ts';
import { SqliteDatabase } from '../../src/store/sqlite/sqlite.ts';
import { happens } from '../waiting.ts';
import { exampleDraft } from './bench/example-jobs.ts';
import { setUpQueue, UNLIMITED } from './bench/queue-bench.ts';
import { settle } from './bench/queue-clock.ts';
import { seededRandom } from './bench/seeded-random.ts';
import { StubEngine } from './bench/stub-engine.ts';

const ALL = { kind: 'all' } as const;
const ACT = { by: 'mod', reason: 'spam' };

describe('a job through the queue', () => {
  test('it is accepted with its position, rendered, delivered and done', async () => {
    const deliveries: string[] = [];
    const { queue, engine, events, complaints } = setUpQueue({
      deliver: async (job, files, attempt) => {
        deliveries.push(`${job.id} ${files.wav.path} ${attempt}`);
        return { kind: 'delivered', messageId: 'm1' };
      },
    });
    await queue.start();
    await settle();
    const admission = await queue.enqueue(exampleDraft('ann'), UNLIMITED);
    assert.equal(admission.kind, 'accepted');
    assert.deepEqual(admission.kind === 'accepted' && admission.position, {
      number: 1,
      total: 1,
      etaMs: 6000,
      blocked: null,
    });
    await settle();
    engine.current.step(1);
    engine.current.finish();
    await settle();
    assert.deepEqual(events, ['started j1', 'rendered j1', 'done j1']);
    assert.deepEqual(deliveries, ['j1 /tmp/nowhere/j1.wav 1']);
    const { state } = (await queue.get('j1')) as Job;
    assert.equal(state.kind === 'done' && state.messageId, 'm1');
    assert.deepEqual(complaints, []);
    await queue.drain(0);
  });

  test('riffs asked for at once share one commit, and each counts for the next', async (t) => {
    const database = new SqliteDatabase(':memory:');
    const commits = t.mock.method(database, 'transactAlone');
    const { queue } = setUpQueue({ store: new SqlJobStore(database) });
    const limits = { ...UNLIMITED, totalWaiting: 3 };
    const drafts = ['ann', 'bob', 'cat', 'dan'].map((user) => exampleDraft(user));
    const answers = await Promise.all(drafts.map((draft) => queue.enqueue(draft, limits)));
    const told = answers.map((answer) =>
      answer.kind === 'accepted' ? answer.position.number : answer.reason,
    );
    assert.deepEqual(told, [1, 2, 3, 'queue_full']);
    assert.equal(commits.mock.callCount(), 1);
  });

  test('listeners get all progress, the store once a second', async () => {
    const { queue, engine, clock, store, add } = setUpQueue();
    const beats: number[] = [];
    queue.on('progress', (_job, progress) => void beats.push(progress.stepIndex));
    await queue.start();
    await add('ann');
    await settle();
    const stored = async () => {
      const state = (await store.get('j1'))?.state;
      return state?.kind === 'running' && state.progress.stepIndex;
    };
    engine.current.step(1);
    await clock.advance(999);
    engine.current.step(2);
    await settle();
    assert.equal(await stored(), 0);
    await clock.advance(1);
    engine.current.step(3);
    await settle();
    assert.equal(await stored(), 3);
    assert.deepEqual(beats, [1, 2, 3]);
    assert.deepEqual((await queue.list(ALL)).running[0]?.state.kind, 'running');
    engine.current.finish();
    await settle();
    await queue.drain(0);
  });

  test('a listener that throws stops nobody', async () => {
    const { queue, engine, add, complaints } = setUpQueue();
    queue.on('started', () => {
      throw new Error('listener');
    });
    await queue.start();
    await add('ann');
    await settle();
    engine.current.finish();
    await settle();
    assert.equal((await queue.get('j1'))?.state.kind, 'done');
    assert.deepEqual(complaints, ['a queue listener threw']);
    await queue.drain(0);
  });

  test('progress that comes after the end changes nothing', async () => {
    const { queue, engine, add } = setUpQueue();
    const beats: number[] = [];
    queue.on('progress', (_job, progress) => void beats.push(progress.stepIndex));
    await queue.start();
    await add('ann');
    await settle();
    engine.current.finish();
    await settle();
    engine.current.step(4);
    assert.deepEqual(beats, []);
    assert.equal((await queue.get('j1'))?.state.kind, 'done');
    await queue.drain(0);
  });

  test('the start rate holds a second job back although an engine is free', async () => {
    const { queue, engine, add, store } = setUpQueue({ startRate: { starts: 1, intervalMs: 3_600_000 } });
    engine.onRender = (render) => render.finish();
    await queue.start();
    await add('ann');
    await add('bob');
    await settle();
    assert.equal((await store.get('j1'))?.state.kind, 'done');
    assert.equal((await store.get('j2'))?.state.kind, 'waiting');
    await queue.drain(0);
  });

  test('two requests at once do not both pass a limit that has room for one', async () => {
    const { queue } = setUpQueue();
    const limits = { ...UNLIMITED, perUserWaiting: 1 };
    const admissions = await Promise.all([
      queue.enqueue(exampleDraft('ann'), limits),
      queue.enqueue(exampleDraft('ann'), limits),
    ]);
    assert.deepEqual(
      admissions.map((admission) => admission.kind),
      ['accepted', 'refused'],
    );
  });
});

describe('fair turns', () => {
  test('one user queues 100 jobs, nine others one each: the nine are done within the first 18', async () => {
    const { queue, engine, add, events } = setUpQueue();
    for (let index = 0; index < 100; index += 1) await add('hog');
    for (let index = 0; index < 9; index += 1) await add(`other-${index}`);
    engine.onRender = (render) => queueMicrotask(render.finish);
    await queue.start();
    await happens('109 ends', () => events.filter((event) => event.startsWith('done')).length >= 109);
    const done = events.filter((event) => event.startsWith('done')).map((event) => event.slice(5));
    const others = done.flatMap((id, index) => (Number(id.slice(1)) > 100 ? [index + 1] : []));
    assert.equal(others.length, 9);
    assert.ok(Math.max(...others) <= 18, `the last of the nine was number ${Math.max(...others)}`);
    const hog = done.filter((id) => Number(id.slice(1)) <= 100);
    assert.deepEqual(
      hog,
      Array.from({ length: 100 }, (_, index) => `j${index + 1}`),
    );
    await queue.drain(0);
  });

  test('a moderator moves a job to the front, to a position between and to the end of its guild', async () => {
    const { queue, add, store, clock } = setUpQueue();
    for (const user of ['ann', 'bob', 'cat', 'dan']) await add(user, 'g1');
    await add('xan', 'g2');
    const order = async () =>
      new Schedule(await store.snapshot(clock.now())).waiting.map((job) => job.id).join(' ');
    assert.equal(await order(), 'j1 j2 j3 j4 j5');
    const front = await queue.move('j4', 1);
    assert.equal(front.kind === 'moved' && front.position.number, 1);
    assert.equal(await order(), 'j4 j1 j2 j3 j5');
    await queue.move('j3', 2);
    assert.equal(await order(), 'j4 j3 j1 j2 j5');
    await queue.move('j4', 99);
    assert.equal(await order(), 'j3 j1 j2 j4 j5');
    await queue.move('j5', 1);
    assert.equal(await order(), 'j3 j1 j2 j4 j5');
    assert.equal((await queue.move('none', 1)).kind, 'unknown');
    await queue.cancel('j1', ACT);
    assert.equal((await queue.move('j1', 1)).kind, 'not_waiting');
  });

  test('a paused guild waits while others go on; its positions have no ETA', async () => {
    const { queue, engine, add } = setUpQueue();
    await queue.start();
    assert.equal(await queue.pause({ kind: 'guild', guildId: 'g1' }, 'concert'), true);
    await add('ann', 'g1');
    await add('xan', 'g2');
    await settle();
    assert.equal(engine.current.jobId, 'j2');
    assert.deepEqual(await queue.position('j1'), {
      number: 1,
      total: 1,
      etaMs: null,
      blocked: { kind: 'paused', reason: 'concert' },
    });
    assert.equal((await queue.position('j2'))?.number, 0);
    assert.equal((await queue.list({ kind: 'guild', guildId: 'g1' })).pause?.reason, 'concert');
    engine.current.finish();
    await settle();
    assert.equal(engine.renders.length, 1);
    await queue.resume({ kind: 'guild', guildId: 'g1' });
    await settle();
    assert.equal(engine.current.jobId, 'j1');
    engine.current.finish();
    await settle();
    await queue.drain(0);
  });
});

describe('cancelling', () => {
  test('a waiting job goes at once; an unknown one and one that is over are told apart', async () => {
    const { queue, add, events } = setUpQueue();
    await add('ann');
    const result = await queue.cancel('j1', ACT);
    assert.equal(result.kind, 'cancelled');
    assert.equal((await queue.cancel('j1', ACT)).kind, 'too_late');
    assert.equal((await queue.cancel('none', ACT)).kind, 'unknown');
    assert.deepEqual(events, ['cancelled j1']);
  });

  test('a running job is cancelled when its engine has settled, and the slot is free only then', async () => {
    const { queue, engine, add, events } = setUpQueue();
    await queue.start();
    await add('ann');
    await add('bob');
    await settle();
    let result: string | null = null;
    void queue.cancel('j1', ACT).then(({ kind }) => {
      result = kind;
    });
    await settle();
    assert.equal(engine.current.signal.aborted, true);
    assert.equal(result, null);
    assert.deepEqual([engine.renders.length, engine.alive], [1, 1]);
    engine.current.stop();
    await settle();
    assert.equal(result, 'cancelled');
    assert.equal(engine.current.jobId, 'j2');
    engine.current.finish();
    await settle();
    assert.deepEqual(events, ['started j1', 'cancelled j1', 'started j2', 'rendered j2', 'done j2']);
    await queue.drain(0);
  });

  test('an engine that finishes all the same does not undo the cancel', async () => {
    const { queue, engine, add, events } = setUpQueue();
    await queue.start();
    await add('ann');
    await settle();
    const cancelling = queue.cancel('j1', ACT);
    await settle();
    engine.current.finish();
    assert.equal((await cancelling).kind, 'cancelled');
    assert.deepEqual(events, ['started j1', 'cancelled j1']);
    await queue.drain(0);
  });

  test('clear cancels what waits in the scope and leaves what runs', async () => {
    const { queue, engine, add, store } = setUpQueue();
    await queue.start();
    for (const [user, guild] of ['ann g1', 'bob g1', 'cat g2', 'dan g1'].map((text) => text.split(' '))) {
      await add(user ?? '', guild ?? null);
    }
    await settle();
    const cleared = await queue.clear({ kind: 'guild', guildId: 'g1' }, ACT);
    assert.deepEqual(
      cleared.map((job) => job.id),
      ['j2', 'j4'],
    );
    assert.deepEqual(
      [(await store.get('j1'))?.state.kind, (await store.get('j3'))?.state.kind],
      ['running', 'waiting'],
    );
    for (const id of ['j1', 'j3']) {
      assert.equal(engine.current.jobId, id);
      engine.current.finish();
      await settle();
    }
    await queue.drain(0);
  });

  test('never more renders alive than engines, through 200 cancels and late settlements', async () => {
    const engines = [new StubEngine(), new StubEngine()];
    const { queue, add, store } = setUpQueue({ engines });

    const random = seededRandom(7);
    let [alive, mostAlive] = [0, 0];
    const late = (turns: number, end: () => void): void => {
      if (turns > 0) setImmediate(() => late(turns - 1, end));
      else {
        alive -= 1;
        end();
      }
    };
    for (const engine of engines) {
      engine.onRender = (render) => {
        alive += 1;
        mostAlive = Math.max(mostAlive, alive);
        const turns = Math.floor(random() * 12);
        late(turns, () => (render.signal.aborted && random() < 0.7 ? render.stop() : render.finish()));
      };
    }
    await queue.start();
    const cancels: Promise<unknown>[] = [];
    for (let index = 1; index <= 200; index += 1) {
      await add(`user-${index % 7}`);
      cancels.push(queue.cancel(`j${Math.ceil(random() * index)}`, ACT));
      if (random() < 0.3) await settle();
    }
    await Promise.all(cancels);
    await happens(
      'the last end',
      async () => (await store.countReady(Number.MAX_SAFE_INTEGER, 1)) === 0 && alive === 0,
    );
    assert.equal(mostAlive, 2);
    assert.ok(engines.every((engine) => engine.mostAlive === 1));
    for (let index = 1; index <= 200; index += 1) {
      const kind = (await store.get(`j${index}`))?.state.kind;
      assert.ok(kind === 'done' || kind === 'cancelled', `j${index} ended as ${kind}`);
    }
    await queue.drain(0);
  });
});

describe('failing renders', () => {
  test('a crash is tried again at once, then after 30 s, then the job is dead-lettered', async () => {
    const { queue, engine, clock, add, events } = setUpQueue();
    await queue.start();
    await add('ann');
    await settle();
    const crash = async () => {
      engine.current.crash(new RiffError('engine_crashed', 'SIGSEGV'));
      await settle();
    };
    await crash();
    assert.equal(engine.renders.length, 2);
    await crash();
    await clock.advance(29_000);
    assert.equal(engine.renders.length, 2);
    await clock.advance(4000);
    assert.equal(engine.renders.length, 3);
    await crash();
    await clock.advance(100_000);
    assert.equal(engine.renders.length, 3);
    const { deadLetters } = await queue.list({ kind: 'guild', guildId: 'g1' });
    assert.equal(deadLetters[0]?.state.kind === 'failed' && deadLetters[0].state.code, 'dead_lettered');
    assert.deepEqual(events, [
      'started j1',
      'retrying j1',
      'started j1',
      'retrying j1',
      'started j1',
      'failed j1',
    ]);
    await queue.drain(0);
  });

  test('a job that waits out its 30 s does not hold up the others', async () => {
    const { queue, engine, add } = setUpQueue();
    await queue.start();
    await add('ann');
    await settle();
    for (let crash = 0; crash < 2; crash += 1) {
      engine.current.crash(new RiffError('engine_stalled', 'no beat'));
      await settle();
    }
    await add('bob');
    await settle();
    assert.equal(engine.current.jobId, 'j2');
    engine.current.finish();
    await settle();
    await queue.drain(0);
  });

  test('a user whose riffs crash the engine has turns like the others, each of two renders before it is put off', async () => {
    const { queue, engine, clock, add } = setUpQueue();
    engine.onRender = ({ request, crash, finish }) =>
      setImmediate(() =>
        request.prompt === 'killer' ? crash(new RiffError('engine_crashed', 'SIGSEGV')) : finish(),
      );
    for (let round = 0; round < 4; round += 1) {
      await add('ann', 'g1', { prompt: 'killer' });
      await add('bob');
    }
    await queue.start();
    await clock.advance(10_000);
    const order = engine.renders.map(({ request }) => (request.prompt === 'killer' ? 'ann' : 'bob'));
    const round = ['ann', 'ann', 'bob'];
    assert.deepEqual(order, [...round, ...round, ...round, ...round]);
    await queue.drain(0);
  });

  test('a mistake of the user fails the job at once, with the sentence that they need', async () => {
    const { queue, engine, add, events } = setUpQueue();
    await queue.start();
    await add('ann');
    await settle();
    engine.current.crash(new UserError('steps: expected at most 20'));
    await settle();
    const { state } = (await queue.get('j1')) as Job;
    assert.equal(state.kind === 'failed' && state.reason, 'steps: expected at most 20');
    assert.deepEqual(events, ['started j1', 'failed j1']);
    await queue.drain(0);
  });

  test('a job whose damage is found while it renders is told as failed when the render ends', async () => {
    const database = new SqliteDatabase(':memory:');
    const store = new SqlJobStore(database);
    const { queue, engine, add, events } = setUpQueue({ store });
    await queue.start();
    await add('ann');
    await settle();
    await database.run(`UPDATE jobs SET request = '{'`);
    await store.snapshot(0);
    engine.current.finish();
    await settle();
    assert.deepEqual(events, ['started j1', 'failed j1']);
    await queue.drain(0);
  });
});

describe('stopping', () => {
  test('drain refuses new jobs, lets the running one finish and be delivered', async () => {
    const { queue, engine, add, events } = setUpQueue();
    await queue.start();
    await add('ann');
    await add('bob');
    await settle();
    const draining = queue.drain(30_000);
    const refused = await queue.enqueue(exampleDraft('cat'), UNLIMITED);
    assert.equal(refused.kind === 'refused' && refused.reason, 'shutting_down');
    engine.current.finish();
    assert.deepEqual(await draining, { handedBack: 1, undelivered: 0 });
    assert.deepEqual(events, ['started j1', 'rendered j1', 'done j1']);
    assert.equal(engine.renders.length, 1);
  });

  test('when time is up the running job is handed back without losing a try', async () => {
    const { queue, engine, clock, add, store } = setUpQueue();
    await queue.start();
    await add('ann');
    await settle();
    const draining = queue.drain(25_000);
    await clock.advance(24_999);
    assert.equal(engine.current.signal.aborted, false);
    await clock.advance(1);
    assert.equal(engine.current.signal.aborted, true);
    engine.current.stop();
    assert.deepEqual(await draining, { handedBack: 1, undelivered: 0 });
    const job = await store.get('j1');
    assert.deepEqual([job?.state.kind, job?.attempts], ['waiting', 0]);
  });

  test('an engine that never settles does not hold the stop up for more than 5 s', async () => {
    const { queue, clock, add } = setUpQueue();
    await queue.start();
    await add('ann');
    await settle();
    const draining = queue.drain(1000);
    await clock.advance(6000);
    assert.deepEqual(await draining, { handedBack: 1, undelivered: 0 });
  });
});
