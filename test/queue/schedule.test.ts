import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Paces } from '../../src/queue/pace.ts';
import { Schedule } from '../../src/queue/schedule.ts';
import { type InLine, inTurnOrder, type Waiter } from '../../src/queue/turn-order.ts';
import { exampleDraft } from './bench/example-jobs.ts';
import { memoryStore, setUpQueue, UNLIMITED } from './bench/queue-bench.ts';
import { seededRandom } from './bench/seeded-random.ts';

const CAPACITY = { paces: new Paces(), slots: 1, blocked: null, now: 0 };

test('jobs stand in line in the order of their turns', () => {
  const random = seededRandom(7);
  for (let round = 0; round < 200; round += 1) {
    const waiting = someLine(random);
    assert.deepEqual(inTurnOrder(waiting), oneByOne(waiting), `round ${round}`);
  }
});

function oneByOne(waiting: readonly InLine<Waiter>[]): readonly Waiter[] {
  let left = waiting;
  return Array.from(waiting, () => {
    const [next] = inTurnOrder(left);
    assert.ok(next);
    const last = Math.max(...left.map(({ turn }) => turn));
    const isKept = left.find(({ job }) => job === next)?.keepsTurn;
    left = left
      .filter(({ job }) => job !== next)
      .map((entry) =>
        isKept || entry.keepsTurn || entry.job.userId !== next.userId ? entry : { ...entry, turn: last + 1 },
      );
    return next;
  });
}

function someLine(random: () => number): readonly InLine<Waiter>[] {
  const below = (count: number): number => Math.floor(random() * count);
  const isMoved = random() < 0.5;
  const turns = Array.from({ length: 6 }, () => below(4));
  return Array.from({ length: below(20) }, (_, index) => {
    const user = below(6);
    const keepsTurn = below(5) === 0;
    const job = {
      id: `j${index}`,
      userId: `u${user}`,
      guildId: below(4) === 0 ? null : `g${below(2)}`,
      priority: isMoved ? below(4) - 1 : 0,
    };
    return { job, turn: keepsTurn ? below(4) : (turns[user] ?? 0), keepsTurn };
  });
}

test('a full queue refuses from the snapshot that it has, however many ask', async () => {
  const store = memoryStore();
  const asked: string[] = [];
  const watched = new Proxy(store, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      asked.push(String(name));
      return value.bind(target);
    },
  });
  const { queue } = setUpQueue({ store: watched });
  const limits = { ...UNLIMITED, totalWaiting: 1 };
  await queue.enqueue(exampleDraft('ann'), limits);
  asked.length = 0;
  for (const user of ['bob', 'cid', 'dan']) {
    const admission = await queue.enqueue(exampleDraft(user), limits);
    assert.equal(admission.kind === 'refused' && admission.reason, 'queue_full');
  }
  assert.deepEqual(asked, []);
});

test('no estimate is made for a request that shows none', () => {
  const schedule = new Schedule({ running: [], waiting: [], pauses: [] });
  let looks = 0;
  const capacity = {
    ...CAPACITY,
    get blocked() {
      looks += 1;
      return null;
    },
  };
  const free = schedule.nextStartsMs('ann', 'g1', capacity);
  assert.equal(looks, 0);
  assert.equal(free.total, null);
  assert.equal(looks, 1);
});
