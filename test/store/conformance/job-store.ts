import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Job } from '../../../src/queue/job.ts';
import type {
  JobStore,
  LimitCheck,
  NewJob,
  RecoveryTerms,
  RenderResult,
} from '../../../src/queue/job-store.ts';
import { Schedule } from '../../../src/queue/schedule.ts';
import { inTurnOrder } from '../../../src/queue/turn-order.ts';
import {
  exampleFiles,
  exampleJob,
  limitCounts,
  REFUSED,
  settle,
  settleDelivery,
} from '../../queue/bench/example-jobs.ts';
import { seededRandom } from '../../queue/bench/seeded-random.ts';

const ALL = { kind: 'all' } as const;
const HOUR_MS = 3_600_000;
const NOW = 10_000;
const MINE = { workerId: 'mine', leaseUntil: NOW + 9000 };
const FAILURE = { code: 'engine_failed', reason: 'It did not work.', errorId: 'e1' };
const DEAD_LETTER = { code: 'dead_lettered', reason: 'It crashed too often.', errorId: 'e2' };
const ACT = { by: 'mod', reason: 'spam' };
const AT_ONCE: RenderResult = { kind: 'requeued', delayMs: 0, countsAttempt: true };

/** In the order in which they will be started. */
async function waiting(store: JobStore): Promise<readonly Job[]> {
  return new Schedule(await store.snapshot(NOW)).waiting;
}

const idsOf = (jobs: readonly Job[]): string => jobs.map((job) => job.id).join(' ');

/** What every JobStore promises; run it on each implementation. `open` gives an empty store. */
export function describeJobStore(name: string, open: () => JobStore | Promise<JobStore>): void {
  describe(`${name}: the life of a job`, () => testLife(open));
  describe(`${name}: the fair turn`, () => testTurn(open));
  describe(`${name}: cancelling`, () => testCancelling(open));
  describe(`${name}: recovery`, () => testRecovery(open));
  describe(`${name}: reads and limits`, () => testReads(open));
}

function testLife(open: () => JobStore | Promise<JobStore>): void {
  test('an inserted job waits and is found as it was given', async () => {
    const store = await open();
    const { botId, ...draft } = exampleJob('j1', 'ann', null);
    const job = { ...draft, attempts: 0, priority: 0, state: { kind: 'waiting' } };
    assert.deepEqual(await store.insert([{ botId, ...draft }]), [
      { job, turn: 0, keepsTurn: false, isReady: true },
    ]);
    assert.deepEqual(await store.get('j1'), job);
    assert.equal(await store.get('none'), null);
  });

  test('a job goes from waiting to done and carries what each state needs', async () => {
    const store = await open();
    await store.insert([exampleJob('j1', 'ann')]);
    const running = await store.claimNext(MINE, NOW);
    const progress = { stage: 'load', stepIndex: 0, steps: 4 } as const;
    assert.deepEqual(running?.state, {
      kind: 'running',
      startedAt: NOW,
      leaseUntil: MINE.leaseUntil,
      progress,
    });
    assert.equal(running?.attempts, 1);
    const later = { stage: 'denoise', stepIndex: 2, steps: 4 } as const;
    assert.equal(await store.saveProgress('j1', 'mine', later), true);
    await store.renewLeases({ workerId: 'mine', leaseUntil: NOW + 20_000 });
    const renewed = { kind: 'running', startedAt: NOW, leaseUntil: NOW + 20_000, progress: later };
    assert.deepEqual((await store.get('j1'))?.state, renewed);
    const files = exampleFiles('j1');
    const rendered = await settle(store, 'j1', 'mine', { kind: 'rendered', files: files }, NOW + 5);
    assert.deepEqual(rendered?.state, { kind: 'rendered', files, renderedAt: NOW + 5 });
    assert.equal(await store.beginDelivery('j1', 'mine'), 1);
    assert.equal(await store.beginDelivery('j1', 'mine'), 2);
    const done = await settleDelivery(store, 'j1', 'mine', { kind: 'done', messageId: 'm1' }, NOW + 9);
    assert.deepEqual(done?.state, { kind: 'done', files, doneAt: NOW + 9, messageId: 'm1' });
    assert.equal(await store.beginDelivery('j1', 'mine'), null);
  });

  test("a user's unfinished jobs are those that wait and run, newest first", async () => {
    const store = await open();
    const accepted = { a1: 'ann', b1: 'bob', a2: 'ann', a3: 'ann' };
    for (const [index, [id, user]] of Object.entries(accepted).entries())
      await store.insert([exampleJob(id, user, 'g1', 1000 + index)]);
    await store.claimNext(MINE, NOW);
    await store.cancel('a2', ACT, NOW);
    const found = await store.unfinishedOf('ann');
    assert.deepEqual(
      found.map(({ id, state }) => [id, state.kind]),
      [
        ['a3', 'waiting'],
        ['a1', 'running'],
      ],
    );
  });

  test('an empty store gives out nothing', async () => {
    const store = await open();
    assert.equal(await store.claimNext(MINE, NOW), null);
    assert.equal(await store.countReady(NOW, 9), 0);
  });

  test('a worker without the lease changes nothing', async () => {
    const store = await open();
    await store.insert([exampleJob('j1', 'ann')]);
    const running = await store.claimNext(MINE, NOW);
    const progress = { stage: 'denoise', stepIndex: 1, steps: 4 } as const;
    assert.equal(await store.saveProgress('j1', 'other', progress), false);
    assert.equal(
      await settle(store, 'j1', 'other', { kind: 'rendered', files: exampleFiles('j1') }, NOW),
      null,
    );
    assert.equal(await settle(store, 'j1', 'other', AT_ONCE, NOW), null);
    assert.equal(await settle(store, 'j1', 'other', { kind: 'failed', failure: FAILURE }, NOW), null);
    assert.equal(await settleDelivery(store, 'j1', 'mine', { kind: 'done', messageId: null }, NOW), null);
    await store.renewLeases({ workerId: 'other', leaseUntil: 1 });
    assert.deepEqual(await store.get('j1'), running);
  });

  for (const from of ['running', 'rendered'] as const) {
    test(`a ${from} job fails with code, sentence and error id`, async () => {
      const store = await open();
      await store.insert([exampleJob('j1', 'ann')]);
      await store.claimNext(MINE, NOW);
      if (from === 'rendered')
        await settle(store, 'j1', 'mine', { kind: 'rendered', files: exampleFiles('j1') }, NOW);
      const fail = (now: number) => {
        const end = from === 'running' ? settle : settleDelivery;
        return end(store, 'j1', 'mine', { kind: 'failed', failure: FAILURE }, now);
      };
      assert.deepEqual((await fail(NOW + 1))?.state, { kind: 'failed', ...FAILURE, failedAt: NOW + 1 });
      assert.equal(await fail(NOW + 2), null);
    });
  }

  test('a requeued job keeps its attempts unless they do not count, and waits until its time', async () => {
    const store = await open();
    await store.insert([exampleJob('j1', 'ann')]);
    await store.claimNext(MINE, NOW);
    const back = await settle(
      store,
      'j1',
      'mine',
      { kind: 'requeued', delayMs: 100, countsAttempt: true },
      NOW,
    );
    assert.deepEqual([back?.state.kind, back?.attempts], ['waiting', 1]);
    assert.equal(await store.countReady(NOW + 99, 9), 0);
    assert.equal(await store.claimNext(MINE, NOW + 99), null);
    assert.equal(await store.countReady(NOW + 100, 9), 1);
    assert.equal((await store.claimNext(MINE, NOW + 100))?.attempts, 2);
    assert.equal(
      (await settle(store, 'j1', 'mine', { kind: 'requeued', delayMs: 0, countsAttempt: false }, NOW))
        ?.attempts,
      1,
    );
  });
}

type Loss = 'engine crashed' | 'files gone' | 'worker died' | 'bot died';

/** The job, which runs on `worker of ID`, waits again. */
async function lose(store: JobStore, id: string, how: Loss): Promise<void> {
  const workerId = `worker of ${id}`;
  const workerIsAlive = (other: string) => other !== workerId;
  switch (how) {
    case 'engine crashed':
      await settle(store, id, workerId, AT_ONCE, NOW);
      break;
    case 'files gone':
      await settle(store, id, workerId, { kind: 'rendered', files: exampleFiles(id) }, NOW);
      await settleDelivery(store, id, 'mine', { kind: 'requeued' }, NOW);
      break;
    case 'worker died':
      await store.recover({ ...RECOVERY, isBot: false, workerIsAlive });
      break;
    case 'bot died':
      await store.recover({ ...RECOVERY, workerIsAlive });
      break;
  }
  assert.equal((await store.get(id))?.state.kind, 'waiting');
}

function testTurn(open: () => JobStore | Promise<JobStore>): void {
  const claimAll = async (store: JobStore): Promise<readonly string[]> => {
    const ids: string[] = [];
    for (let job = await store.claimNext(MINE, NOW); job; job = await store.claimNext(MINE, NOW)) {
      ids.push(job.id);
    }
    return ids;
  };
  const insertAll = async (store: JobStore, jobs: readonly string[]) => {
    for (const [index, job] of jobs.entries()) {
      const [id = '', userId = '', guildId] = job.split(' ');
      await store.insert([exampleJob(id, userId, guildId ?? 'g1', 1000 + index)]);
    }
  };

  interface TurnCase {
    readonly says: string;
    readonly jobs: readonly string[];
    /** So many are claimed first, each by a worker of its own; some of these renders are then lost. */
    readonly claimed?: number;
    readonly lost?: readonly (readonly [id: string, how: Loss])[];
    /** Ids of the waiting jobs after that, in the order of the claims. */
    readonly order: string;
  }
  const TURNS: readonly TurnCase[] = [
    {
      says: 'one user: in the order of arrival',
      jobs: ['a1 ann', 'a2 ann', 'a3 ann'],
      order: 'a1 a2 a3',
    },
    {
      says: 'never served goes before served',
      jobs: ['a1 ann', 'a2 ann', 'b1 bob', 'c1 cat'],
      order: 'a1 b1 c1 a2',
    },
    {
      says: 'then the one served longest ago',
      jobs: ['a1 ann', 'b1 bob', 'b2 bob', 'a2 ann', 'a3 ann'],
      order: 'a1 b1 a2 b2 a3',
    },
    {
      says: 'one turn per user across guilds and DMs',
      jobs: ['a1 ann g1', 'a2 ann g2', 'b1 bob g2', 'c1 cat g3'],
      order: 'a1 b1 c1 a2',
    },
    {
      says: 'a lost render is the next again, and costs its user no second turn',
      jobs: ['a1 ann', 'b1 bob', 'a2 ann', 'b2 bob'],
      claimed: 2,
      lost: [['a1', 'worker died']],
      order: 'a1 a2 b2',
    },
    {
      says: 'a loss that is found after the next round',
      jobs: ['a1 ann', 'b1 bob', 'a2 ann', 'b2 bob', 'a3 ann', 'b3 bob'],
      claimed: 4,
      lost: [['a1', 'bot died']],
      order: 'a1 a3 b3',
    },
    {
      says: 'two lost renders of one user',
      jobs: ['a1 ann', 'b1 bob', 'a2 ann', 'b2 bob', 'a3 ann', 'b3 bob'],
      claimed: 4,
      lost: [
        ['a2', 'engine crashed'],
        ['a1', 'files gone'],
      ],
      order: 'a1 a2 a3 b3',
    },
    {
      says: 'lost renders of two users stand in the order of their turns',
      jobs: ['a1 ann', 'b1 bob', 'c1 cat', 'a2 ann', 'b2 bob', 'c2 cat'],
      claimed: 3,
      lost: [
        ['b1', 'engine crashed'],
        ['a1', 'worker died'],
      ],
      order: 'a1 b1 a2 b2 c2',
    },
    {
      says: 'who loses every render has one turn like the others',
      jobs: ['a1 ann', 'b1 bob', 'a2 ann', 'b2 bob'],
      claimed: 1,
      lost: [
        ['a1', 'engine crashed'],
        ['a1', 'worker died'],
        ['a1', 'engine crashed'],
      ],
      order: 'a1 b1 a2 b2',
    },
  ];
  for (const { says, jobs, claimed = 0, lost = [], order } of TURNS) {
    test(`turns: ${says}, and the waiting list agrees`, async () => {
      const store = await open();
      await insertAll(store, jobs);
      const claim = async () => {
        const workerId = `worker of ${(await waiting(store))[0]?.id}`;
        await store.claimNext({ workerId, leaseUntil: MINE.leaseUntil }, NOW);
      };
      for (let count = 0; count < claimed; count += 1) await claim();
      for (const [id, how] of lost) {
        if ((await store.get(id))?.state.kind === 'waiting') await claim();
        await lose(store, id, how);
      }
      assert.equal(idsOf(await waiting(store)), order);
      assert.equal((await claimAll(store)).join(' '), order);
    });
  }

  test('whatever is enqueued, requeued, moved or cancelled, each claim is the job that the pure rule puts first', async () => {
    const store = await open();
    const random = seededRandom(19);
    const one = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
    /** By user, as the rule counts them; by job that was claimed, where it stood. */
    const [turns, places] = [new Map<string, number>(), new Map<string, number>()];
    const inLine = (job: NewJob) => ({
      job: { ...job, priority: priorities.get(job.id) ?? 0 },
      turn: places.get(job.id) ?? turns.get(job.userId) ?? 0,
      keepsTurn: places.has(job.id),
    });
    let line: readonly NewJob[] = [];
    let running: readonly NewJob[] = [];
    const priorities = new Map<string, number>();
    for (let act = 0; act < 150; act += 1) {
      const lot = random();
      if (lot < 0.4) {
        const job = exampleJob(
          `j${act}`,
          `u${one([1, 2, 3, 4])}`,
          one(['g1', 'g2', null]) ?? null,
          1000 + act,
        );
        await store.insert([job]);
        line = [...line, job];
      } else if (lot < 0.7) {
        const [expected] = inTurnOrder(line.map(inLine));
        assert.equal((await store.claimNext(MINE, NOW))?.id, expected?.id, `act ${act}`);
        const claimed = line.find(({ id }) => id === expected?.id);
        if (!claimed) continue;
        const { turn, keepsTurn } = inLine(claimed);
        places.set(claimed.id, turn);
        if (!keepsTurn) turns.set(claimed.userId, 1 + Math.max(0, ...turns.values()));
        line = line.filter((job) => job !== claimed);
        running = [...running, claimed];
      } else if (lot < 0.8) {
        const back = one(running);
        if (!back) continue;
        await settle(store, back.id, 'mine', AT_ONCE, NOW);
        running = running.filter((job) => job !== back);
        line = [...line, back].sort((a, b) => a.createdAt - b.createdAt);
      } else if (lot < 0.9) {
        const moved = one(line);
        if (!moved) continue;
        priorities.set(moved.id, act);
        await store.setPriorities(new Map([[moved.id, act]]));
      } else {
        const gone = one(line);
        if (!gone) continue;
        await store.cancel(gone.id, ACT, NOW);
        line = line.filter((job) => job !== gone);
      }
    }
  });

  test('who was served lately goes behind who was served long ago, however late the job came', async () => {
    const store = await open();
    await insertAll(store, ['a1 ann', 'b1 bob']);
    await claimAll(store);
    await insertAll(store, ['b2 bob', 'a2 ann', 'c1 cat']);
    assert.deepEqual(await claimAll(store), ['c1', 'a2', 'b2']);
  });

  test("a priority takes the guild's turns earlier and leaves other guilds theirs", async () => {
    const store = await open();
    await insertAll(store, ['a1 ann g1', 'x1 xan g2', 'b1 bob g1', 'y1 yam g2', 'b2 bob g1']);
    await store.setPriorities(new Map([['b2', 5]]));
    const order = ['b2', 'a1', 'x1', 'y1', 'b1'];
    assert.deepEqual(
      (await waiting(store)).map((job) => job.id),
      order,
    );
    assert.deepEqual(await claimAll(store), order);
  });

  test('priorities change only waiting jobs', async () => {
    const store = await open();
    await insertAll(store, ['a1 ann']);
    await store.claimNext(MINE, NOW);
    await store.setPriorities(
      new Map([
        ['a1', 3],
        ['none', 1],
      ]),
    );
    assert.equal((await store.get('a1'))?.priority, 0);
  });

  test('a paused guild is left out, its jobs stand last, and a pause of all stops everything', async () => {
    const store = await open();
    await insertAll(store, ['a1 ann g1', 'b1 bob g2']);
    const scope = { kind: 'guild', guildId: 'g1' } as const;
    assert.equal(await store.pause(scope, ''), true);
    assert.equal(await store.pause(scope, 'concert'), true);
    assert.equal(await store.pause(scope, 'concert'), false);
    assert.deepEqual((await store.snapshot(NOW)).pauses, [{ scope, reason: 'concert' }]);
    assert.equal(await store.countReady(NOW, 9), 1);
    assert.equal(idsOf(await waiting(store)), 'b1 a1');
    await store.pause(ALL, '');
    assert.equal((await store.snapshot(NOW)).pauses.length, 2);
    assert.deepEqual(await claimAll(store), []);
    await store.resume(ALL);
    assert.deepEqual(await claimAll(store), ['b1']);
    assert.equal(await store.resume(scope), true);
    assert.equal(await store.resume(scope), false);
    assert.deepEqual(await claimAll(store), ['a1']);
    assert.deepEqual((await store.snapshot(NOW)).pauses, []);
  });

  test('two claims at the same time never give out one job', async () => {
    const store = await open();
    await insertAll(store, ['a1 ann', 'b1 bob', 'c1 cat']);
    const claimed = await Promise.all(Array.from({ length: 8 }, () => store.claimNext(MINE, NOW)));
    const ids = claimed.map((job) => job?.id ?? '-').sort();
    assert.deepEqual(ids, ['-', '-', '-', '-', '-', 'a1', 'b1', 'c1']);
  });

  test('claims at the same time are as fair as one after the other', async () => {
    const store = await open();
    await insertAll(store, ['a1 ann', 'a2 ann', 'a3 ann', 'b1 bob', 'c1 cat']);
    const claimed = await Promise.all(Array.from({ length: 3 }, () => store.claimNext(MINE, NOW)));
    assert.deepEqual(claimed.map((job) => job?.id).sort(), ['a1', 'b1', 'c1']);
  });
}

function testCancelling(open: () => JobStore | Promise<JobStore>): void {
  test('a waiting job is cancelled at once, with who and why', async () => {
    const store = await open();
    await store.insert([exampleJob('j1', 'ann')]);
    const outcome = await store.cancel('j1', ACT, NOW);
    assert.equal(outcome.kind, 'cancelled');
    assert.deepEqual((await store.get('j1'))?.state, { kind: 'cancelled', ...ACT, cancelledAt: NOW });
    assert.equal(await store.claimNext(MINE, NOW), null);
    assert.equal((await store.cancel('j1', ACT, NOW)).kind, 'too_late');
    assert.equal((await store.cancel('none', ACT, NOW)).kind, 'unknown');
  });

  const RESULTS: Record<string, (store: JobStore) => Promise<Job | null>> = {
    'files were made': (store) =>
      settle(store, 'j1', 'mine', { kind: 'rendered', files: exampleFiles('j1') }, NOW),
    'it was requeued': (store) => settle(store, 'j1', 'mine', AT_ONCE, NOW),
    'it failed': (store) => settle(store, 'j1', 'mine', { kind: 'failed', failure: FAILURE }, NOW),
    'its worker died': async (store) => (await store.recover(RECOVERY)).cancelled[0] ?? null,
  };
  for (const [result, leave] of Object.entries(RESULTS)) {
    test(`a requested cancellation of a running job holds although ${result}`, async () => {
      const store = await open();
      await store.insert([exampleJob('j1', 'ann')]);
      await store.claimNext(MINE, NOW);
      assert.equal((await store.cancel('j1', ACT, NOW)).kind, 'requested');
      assert.equal((await store.get('j1'))?.state.kind, 'running');
      await store.cancel('j1', { by: 'second', reason: 'later' }, NOW);
      assert.deepEqual((await leave(store))?.state, { kind: 'cancelled', ...ACT, cancelledAt: NOW });
    });
  }
}

const RECOVERY: RecoveryTerms = {
  workerId: 'next',
  leaseUntil: NOW + 9000,
  now: NOW,
  workerIsAlive: (workerId) => workerId !== 'mine',
  isBot: true,
  maxBotDeaths: 10,
  tooManyBotDeaths: DEAD_LETTER,
};

function testRecovery(open: () => JobStore | Promise<JobStore>): void {
  test('a dead worker leaves nothing behind: running goes back, rendered is taken over, the rest stays', async () => {
    const store = await open();
    for (const id of ['r', 'f', 'w']) await store.insert([exampleJob(id, `user-${id}`)]);
    await store.claimNext(MINE, NOW);
    await store.claimNext(MINE, NOW);
    await settle(store, 'f', 'mine', { kind: 'rendered', files: exampleFiles('f') }, NOW);
    const recovery = await store.recover(RECOVERY);
    assert.deepEqual(
      recovery.requeued.map((job) => [job.id, job.state.kind, job.attempts]),
      [['r', 'waiting', 0]],
    );
    assert.deepEqual(
      recovery.undelivered.map((job) => job.id),
      ['f'],
    );
    assert.equal(await store.beginDelivery('f', 'mine'), null);
    assert.equal(await store.beginDelivery('f', 'next'), 1);
    assert.equal((await store.claimNext({ ...MINE, workerId: 'next' }, NOW))?.id, 'r');
    const again = await store.recover(RECOVERY);
    assert.deepEqual(again, { requeued: [], failed: [], cancelled: [], undelivered: [], adopted: [] });
  });

  test('a worker that may be alive keeps its jobs until the lease ends', async () => {
    const store = await open();
    await store.insert([exampleJob('j1', 'ann')]);
    await store.claimNext(MINE, NOW);
    const doubtful = { ...RECOVERY, workerIsAlive: () => true };
    assert.equal((await store.recover({ ...doubtful, now: MINE.leaseUntil - 1 })).requeued.length, 0);
    assert.equal((await store.recover({ ...doubtful, now: MINE.leaseUntil })).requeued.length, 1);
  });

  test("the caller's own jobs are never taken away, even past their lease", async () => {
    const store = await open();
    await store.insert([exampleJob('j1', 'ann')]);
    await store.claimNext({ ...MINE, workerId: 'next' }, NOW);
    const recovery = await store.recover({ ...RECOVERY, now: NOW + 99_000, workerIsAlive: () => false });
    assert.equal(recovery.requeued.length, 0);
  });

  test('a rendered job passes from the worker to its bot, which alone delivers it', async () => {
    const store = await open();
    await store.insert([{ ...exampleJob('j1', 'ann'), botId: 'bot' }]);
    await store.claimNext(MINE, NOW);
    await settle(store, 'j1', 'mine', { kind: 'rendered', files: exampleFiles('j1') }, NOW);
    assert.equal(await store.beginDelivery('j1', 'mine'), null);
    assert.equal(await store.beginDelivery('j1', 'bot'), 1);
    assert.deepEqual((await store.recover({ ...RECOVERY, isBot: false })).undelivered, []);
  });

  test('another bot tells the users of a bot that is gone, whatever state their jobs are in', async () => {
    const store = await open();
    const ids = ['r', 'c', 'w', 'f', 'd'];
    for (const id of ids) await store.insert([{ ...exampleJob(id, `user-${id}`), botId: 'old' }]);
    await store.claimNext(MINE, NOW);
    await store.cancel('c', ACT, NOW);
    await store.claimNext({ ...MINE, workerId: 'other' }, NOW);
    await settle(store, 'w', 'other', { kind: 'requeued', delayMs: 0, countsAttempt: true }, NOW);
    const worker = { ...RECOVERY, isBot: false, workerIsAlive: () => true };
    assert.deepEqual((await store.recover(worker)).adopted, []);
    await store.renewLeases({ workerId: 'old', leaseUntil: NOW + 9000 });
    const bot = { ...RECOVERY, workerIsAlive: () => true };
    assert.deepEqual((await store.recover(bot)).adopted, []);
    await store.leave('old');
    const { adopted, requeued } = await store.recover(bot);
    assert.equal(
      adopted
        .map(({ id, state }) => `${id} ${state.kind}`)
        .sort()
        .join(),
      'c cancelled,d waiting,f waiting,r running,w waiting',
    );
    assert.deepEqual(requeued, []);
    assert.deepEqual((await store.recover(bot)).adopted, []);
  });

  test('a worker takes over the renders of any bot, and a bot those of its own jobs', async () => {
    const store = await open();
    await store.insert([{ ...exampleJob('j1', 'ann'), botId: 'bot' }]);
    await store.renewLeases({ workerId: 'bot', leaseUntil: NOW + 9000 });
    await store.claimNext(MINE, NOW);
    const { requeued, adopted } = await store.recover(RECOVERY);
    assert.deepEqual([requeued, adopted], [[], []]);
    assert.equal((await store.recover({ ...RECOVERY, isBot: false })).requeued.length, 1);
  });

  test('a job over which ten bots died is given up, and none of these deaths counts as a try', async () => {
    const store = await open();
    await store.insert([exampleJob('j1', 'ann')]);
    for (let round = 1; round <= 9; round += 1) {
      await store.claimNext(MINE, NOW);
      assert.equal((await store.recover(RECOVERY)).requeued.length, 1);
    }
    assert.equal((await store.claimNext(MINE, NOW))?.attempts, 1);
    const { failed } = await store.recover(RECOVERY);
    assert.deepEqual(failed[0]?.state, { kind: 'failed', ...DEAD_LETTER, failedAt: NOW });
    assert.deepEqual(
      (await store.deadLetters({ kind: 'guild', guildId: 'g1' }, 10)).map((job) => job.id),
      ['j1'],
    );
    assert.deepEqual(await store.deadLetters({ kind: 'guild', guildId: 'g2' }, 10), []);
  });
}

function testReads(open: () => JobStore | Promise<JobStore>): void {
  test('a snapshot has what waits and what runs, longest running first', async () => {
    const store = await open();
    await store.insert([exampleJob('a1', 'ann', 'g1')]);
    await store.insert([exampleJob('b1', 'bob', 'g2')]);
    await store.insert([exampleJob('a2', 'ann', null)]);
    assert.equal(idsOf(await waiting(store)), 'a1 b1 a2');
    await store.claimNext(MINE, NOW);
    await store.claimNext(MINE, NOW + 1);
    assert.equal(idsOf((await store.snapshot(NOW)).running), 'a1 b1');
    assert.equal(idsOf(await waiting(store)), 'a2');
  });

  test('a snapshot has each job once, however the jobs change meanwhile', async () => {
    const store = await open();
    await store.insert([exampleJob('j1', 'ann')]);
    const change = async (count: number) => {
      for (let left = count; left > 0; left -= 1) {
        await store.claimNext(MINE, NOW);
        await settle(store, 'j1', 'mine', AT_ONCE, NOW);
      }
    };
    const look = async (count: number) => {
      for (let left = count; left > 0; left -= 1) {
        const { waiting, running } = await store.snapshot(NOW);
        assert.equal(waiting.length + running.length, 1);
      }
    };
    await Promise.all([change(20), look(30)]);
  });

  test('of many jobs that are asked for at once come those that are there', async () => {
    const store = await open();
    for (const id of ['a', 'b', 'c']) await store.insert([exampleJob(id, 'ann')]);
    const unknown = Array.from({ length: 120 }, (_, index) => `unknown-${index}`);
    const found = await store.getAll(['a', ...unknown, 'b']);
    assert.deepEqual(found.map(({ id }) => id).sort(), ['a', 'b']);
    assert.deepEqual(await store.getAll([]), []);
  });

  test('times of acceptance are kept, whatever becomes of the job', async () => {
    const store = await open();
    for (const at of [1000, 2000, 3000]) await store.insert([exampleJob(`j${at}`, 'ann', 'g1', at)]);
    await store.cancel('j2000', ACT, NOW);
    const acceptedAt = async (userId: string, at: number) =>
      (await limitCounts(store, exampleJob('next', userId, 'g1', at))).acceptedAt;
    assert.deepEqual(await acceptedAt('ann', HOUR_MS + 2000), [2000, 3000]);
    assert.deepEqual(await acceptedAt('bob', 4000), []);
  });

  test('a job is accepted once for each clip that it counts as', async () => {
    const store = await open();
    await store.insert([{ ...exampleJob('j1', 'ann', 'g1', 1000), clips: 3 }]);
    const { acceptedAt } = await limitCounts(store, exampleJob('j2', 'ann', 'g1', 2000));
    assert.deepEqual(acceptedAt, [1000, 1000, 1000]);
  });

  test('the limits count waiting jobs: of the user, of their server, of all', async () => {
    const store = await open();
    const jobs = ['r ann g1', 'a ann g1', 'b ann g2', 'c bob g1', 'd cat'];
    for (const [index, job] of jobs.entries()) {
      const [id = '', userId = '', guildId = null] = job.split(' ');
      await store.insert([exampleJob(id, userId, guildId, 1000 + index)]);
    }
    await store.claimNext(MINE, NOW);
    const inGuild = await limitCounts(store, exampleJob('next', 'ann', 'g1', 2000));
    assert.deepEqual({ ...inGuild.waiting }, { user: 2, guild: 2, total: 4 });
    const direct = await limitCounts(store, exampleJob('next', 'cat', null, 2000));
    assert.deepEqual({ ...direct.waiting }, { user: 1, guild: 0, total: 4 });
    assert.equal(await store.get('next'), null);
  });

  test('of many requests at the same time no more are accepted than the limit allows', async () => {
    const store = await open();
    const check: LimitCheck = ({ waiting, acceptedAt }) =>
      waiting.user < 3 && acceptedAt.length < 3 ? null : REFUSED;
    const inserted = await Promise.all(
      Array.from({ length: 8 }, (_, index) => store.insert([exampleJob(`j${index}`, 'ann')], check)),
    );
    assert.equal(inserted.filter((answer) => 'kind' in answer).length, 5);
    assert.equal((await waiting(store)).length, 3);
  });

  test('jobs of a batch are admitted by one question, wait in their order, and count one by one', async () => {
    const store = await open();
    const together = ['c', 'a', 'b'].map((id) => exampleJob(id, 'ann', 'g1', 1000));
    const seen: number[] = [];
    const inserted = await store.insert(together, ({ waiting }) => {
      seen.push(waiting.user);
      return null;
    });
    assert.deepEqual(seen, [0]);
    assert.deepEqual('kind' in inserted ? null : inserted.map(({ job }) => job.id), ['c', 'a', 'b']);
    assert.equal(idsOf(await waiting(store)), 'c a b');
    const { waiting: counted, acceptedAt } = await limitCounts(store, exampleJob('d', 'ann', 'g1', 2000));
    assert.deepEqual([counted.user, acceptedAt], [3, [1000, 1000, 1000]]);
  });

  test('no job of a batch is accepted where one is refused or cannot be written', async () => {
    const store = await open();
    await store.insert([exampleJob('taken', 'bob', 'g2', 1000)]);
    const together = ['a', 'taken'].map((id) => exampleJob(id, 'ann', 'g1', 1000));
    assert.equal(await store.insert(together, () => REFUSED), REFUSED);
    await assert.rejects(store.insert(together), { code: 'store_failed' });
    assert.equal(idsOf(await waiting(store)), 'taken');
    const { acceptedAt } = await limitCounts(store, exampleJob('d', 'ann', 'g1', 2000));
    assert.deepEqual(acceptedAt, []);
  });
}
