import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from 'local-discord/clock';
import { SendBudget } from '../../src/discord/send-budget.ts';

const LIMITS = { perSecond: 3, atOnce: 2 };
const settled = () => new Promise(setImmediate);

test('no more requests go out in any second than allowed, the most urgent first', async () => {
  const clock = createManualClock();
  const budget = new SendBudget({ ...LIMITS, atOnce: 100 }, clock);
  const sent: number[] = [];
  const send = (urgency: number) => budget.schedule(urgency, async () => sent.push(urgency) > 0);
  for (const urgency of [5, 5, 5, 9, 1, 4]) send(urgency);
  await settled();
  assert.deepEqual(sent, [5, 5, 5]);
  clock.advance(999);
  await settled();
  assert.equal(sent.length, 3);
  clock.advance(1);
  await settled();
  assert.deepEqual(sent.slice(3), [1, 4, 9]);
});

test('no more requests are under way at once than allowed', async () => {
  const budget = new SendBudget({ ...LIMITS, perSecond: 100 }, createManualClock());
  const ends: (() => void)[] = [];
  for (let n = 0; n < 5; n++)
    budget.schedule(n, () => new Promise((resolve) => ends.push(() => resolve(true))));
  assert.equal(ends.length, 2);
  ends[0]?.();
  await settled();
  assert.equal(ends.length, 3);
});

test('work that turned out to need no request costs nothing', async () => {
  const budget = new SendBudget(LIMITS, createManualClock());
  let looked = 0;
  for (let n = 0; n < 50; n++)
    budget.schedule(n, async () => {
      looked += 1;
      return false;
    });
  await settled();
  assert.equal(looked, 50);
});

test('what must arrive is tried again after growing pauses, as long as it is worth it', async () => {
  const clock = createManualClock();
  const budget = new SendBudget(LIMITS, clock);
  const failed: number[] = [];
  const fail = async (): Promise<void> => {
    throw new Error('away');
  };
  budget.insist(0, fail, (_, { attempt }) => failed.push(attempt) < 3);
  await settled();
  for (const [index, pauseMs] of [5000, 30_000].entries()) {
    clock.advance(pauseMs - 1);
    await settled();
    assert.equal(failed.length, index + 1);
    clock.advance(1);
    await settled();
    assert.deepEqual(failed, [1, 2, 3].slice(0, index + 2));
  }
  clock.advance(3_600_000);
  await settled();
  assert.equal(failed.length, 3);
});

test('nothing is tried again once the budget has stopped', async () => {
  const clock = createManualClock();
  const budget = new SendBudget(LIMITS, clock);
  const { promise: underWay, reject } = Promise.withResolvers<void>();
  let tries = 0;
  const insist = (send: () => Promise<void>): void =>
    budget.insist(
      0,
      () => {
        tries += 1;
        return send();
      },
      () => true,
    );
  insist(() => Promise.reject(new Error('away')));
  await settled();
  insist(() => underWay);
  const stopped = budget.stop();
  reject(new Error('away'));
  await stopped;
  clock.advance(3_600_000);
  await settled();
  assert.equal(tries, 2);
});

test('work that was cancelled, or waits when the budget stops, is not sent', async () => {
  const clock = createManualClock();
  const budget = new SendBudget({ perSecond: 1, atOnce: 1 }, clock);
  const sent: string[] = [];
  const send = (name: string) => budget.schedule(0, async () => sent.push(name) > 0);
  send('first');
  send('cancelled')();
  send('second');
  await settled();
  clock.advance(1000);
  await settled();
  send('too late');
  await budget.stop();
  clock.advance(10_000);
  await settled();
  assert.deepEqual(sent, ['first', 'second']);
});
