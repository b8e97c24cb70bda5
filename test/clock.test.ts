import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from 'local-discord/clock';
import { throttle } from '../src/clock.ts';

function setUp() {
  const clock = createManualClock();
  let runs = 0;
  const count = (): void => {
    runs += 1;
  };
  const { call, stop } = throttle(count, 1000, clock);
  return { clock, call, stop, runs: () => runs };
}

test('a thousand calls within the period are two runs, the second at its end', () => {
  const { clock, call, runs } = setUp();
  for (let n = 0; n < 1000; n++) call();
  assert.equal(runs(), 1);
  clock.advance(999);
  assert.equal(runs(), 1);
  clock.advance(1);
  assert.equal(runs(), 2);
  clock.advance(5000);
  assert.equal(runs(), 2);
});

test('a call after a quiet period runs at once', () => {
  const { clock, call, runs } = setUp();
  call();
  clock.advance(1000);
  call();
  assert.equal(runs(), 2);
});

test('nothing runs after the end', () => {
  const { clock, call, stop, runs } = setUp();
  call();
  call();
  stop();
  clock.advance(5000);
  call();
  assert.equal(runs(), 1);
});
