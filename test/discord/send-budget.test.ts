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
