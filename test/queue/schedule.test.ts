import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Paces } from '../../src/queue/pace.ts';
import { Schedule } from '../../src/queue/schedule.ts';
import { inTurnOrder, type Waiter } from '../../src/queue/turn-order.ts';
import { exampleDraft } from './bench/example-jobs.ts';
import { memoryStore, setUpQueue, UNLIMITED } from './bench/queue-bench.ts';
import { seededRandom } from './bench/seeded-random.ts';

const CAPACITY = { paces: new Paces(), slots: 1, blocked: null, now: 0 };

test('the line is what taking one turn after another gives', () => {
  const random = seededRandom(7);
  for (let round = 0; round < 200; round += 1) {
    const { waiting, turns } = someLine(random);
    assert.deepEqual(inTurnOrder(waiting, turns), oneByOne(waiting, turns), `round ${round}`);
  }
});

function oneByOne(waiting: readonly Waiter[], turns: ReadonlyMap<string, number>): readonly Waiter[] {
  const served = new Map(turns);
  const left = [...waiting];
  return Array.from(waiting, () => {
    const [next] = inTurnOrder(left, served);
    assert.ok(next);
    left.splice(left.indexOf(next), 1);
    served.set(next.userId, Math.max(0, ...served.values()) + 1);
    return next;
  });
}

function someLine(random: () => number): { waiting: Waiter[]; turns: Map<string, number> } {
  const below = (count: number): number => Math.floor(random() * count);
  const isMoved = random() < 0.5;
  const waiting = Array.from({ length: below(20) }, (_, index) => ({
    id: `j${index}`,
    userId: `u${below(6)}`,
    guildId: below(4) === 0 ? null : `g${below(2)}`,
    priority: isMoved ? below(4) - 1 : 0,
  }));
  return { waiting, turns: new Map(Array.from({ length: 6 }, (_, index) => [`u${index}`, below(4)])) };
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
