import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from 'local-discord/clock';
import { Cooldown } from '../../src/discord/cooldown.ts';

const MINUTE_MS = 60_000;

test('the same thing is done once in a minute, others meanwhile', async () => {
  const clock = createManualClock();
  const cooldown = new Cooldown(MINUTE_MS, clock);
  const done: string[] = [];
  const run = (key: string) => cooldown.run(key, async () => void done.push(key));
  assert.deepEqual([await run('a'), await run('a'), await run('b')], [true, false, true]);
  clock.advance(MINUTE_MS - 1);
  assert.equal(await run('a'), false);
  clock.advance(1);
  assert.equal(await run('a'), true);
  assert.deepEqual(done, ['a', 'b', 'a']);
});

test('it is not done twice at once, however long it takes', async () => {
  const clock = createManualClock();
  const cooldown = new Cooldown(MINUTE_MS, clock);
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = cooldown.run('a', () => promise);
  clock.advance(2 * MINUTE_MS);
  assert.equal(await cooldown.run('a', async () => {}), false);
  resolve();
  assert.equal(await first, true);
});

test('what failed may be tried again at once', async () => {
  const cooldown = new Cooldown(MINUTE_MS, createManualClock());
  await assert.rejects(cooldown.run('a', () => Promise.reject(new Error('gone'))));
  assert.equal(await cooldown.run('a', async () => {}), true);
});
