import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Watchdog } from '../../src/engine/watchdog.ts';
import type { RenderStage } from '../../src/riff/engine.ts';
import { HandTimers } from './hand-timers.ts';

const FLOOR_MS = 30_000;

function bench(): { watchdog: Watchdog; timers: HandTimers; stalls: RenderStage[] } {
  const timers = new HandTimers();
  const stalls: RenderStage[] = [];
  const watchdog = new Watchdog({ factor: 3, timers, onStall: (stage) => stalls.push(stage) });
  return { watchdog, timers, stalls };
}

function step(stepIndex: number, steps = 100) {
  return { stage: 'denoise', stepIndex, steps } as const;
}

test('silence is a stall at the floor when nothing is known yet', () => {
  const { watchdog, timers, stalls } = bench();
  watchdog.begin(FLOOR_MS, 'text');
  timers.turn(FLOOR_MS - 1);
  assert.deepEqual(stalls, []);
  timers.turn(1);
  assert.deepEqual(stalls, ['text']);
});

test('after the end nothing is a stall', () => {
  const { watchdog, timers, stalls } = bench();
  watchdog.begin(FLOOR_MS, 'text');
  watchdog.beat(step(0));
  watchdog.end();
  timers.turn(10 * FLOOR_MS);
  assert.deepEqual(stalls, []);
});

test('ten slow renders that keep moving, each slower than the last, are never taken for dead', () => {
  const { watchdog, timers, stalls } = bench();
  for (let render = 1; render <= 10; render++) {
    watchdog.begin(FLOOR_MS, 'text');
    for (let stepIndex = 0; stepIndex <= 20; stepIndex++) {
      watchdog.beat(step(stepIndex, 20));
      timers.turn(render * 25_000);
    }
    watchdog.end();
  }
  assert.deepEqual(stalls, []);
});

test('a step is overdue after three times the median of the steps', () => {
  const { watchdog, timers, stalls } = bench();
  watchdog.begin(FLOOR_MS, 'text');
  for (const [stepIndex, gapMs] of [20_000, 20_000, 29_000, 20_000].entries()) {
    watchdog.beat(step(stepIndex));
    timers.turn(gapMs);
  }
  watchdog.beat(step(4));
  timers.turn(59_999);
  assert.deepEqual(stalls, []);
  timers.turn(1);
  assert.deepEqual(stalls, ['denoise']);
});

test('one slow decode does not make the watchdog lenient about steps', () => {
  const { watchdog, timers, stalls } = bench();
  watchdog.begin(10 * FLOOR_MS, 'load');
  watchdog.beat({ stage: 'decode', stepIndex: 1, steps: 1 });
  timers.turn(5 * FLOOR_MS);
  watchdog.beat(step(0));
  watchdog.begin(FLOOR_MS, 'text');
  watchdog.beat(step(0));
  timers.turn(FLOOR_MS);
  assert.deepEqual(stalls, ['denoise']);
});
