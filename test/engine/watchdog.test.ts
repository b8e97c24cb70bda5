import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock, type ManualClock } from 'local-discord/clock';
import type { Clock } from '../../src/clock.ts';
import { Watchdog } from '../../src/engine/watchdog.ts';
import type { RenderStage } from '../../src/riff/engine.ts';

const FLOOR_MS = 30_000;

function bench(): { watchdog: Watchdog; clock: ManualClock; stalls: RenderStage[] } {
  const clock = createManualClock(0);
  const stalls: RenderStage[] = [];
  const watchdog = new Watchdog({ factor: 3, clock, onStall: (stage) => stalls.push(stage) });
  return { watchdog, clock, stalls };
}

function step(stepIndex: number, steps = 100) {
  return { stage: 'denoise', stepIndex, steps } as const;
}

test('silence is a stall at the floor when nothing is known yet', () => {
  const { watchdog, clock, stalls } = bench();
  watchdog.begin(FLOOR_MS, 'text');
  clock.advance(FLOOR_MS - 1);
  assert.deepEqual(stalls, []);
  clock.advance(1);
  assert.deepEqual(stalls, ['text']);
});

test('after the end nothing is a stall', () => {
  const { watchdog, clock, stalls } = bench();
  watchdog.begin(FLOOR_MS, 'text');
  watchdog.beat(step(0));
  watchdog.end();
  clock.advance(10 * FLOOR_MS);
  assert.deepEqual(stalls, []);
});

test('ten slow renders that keep moving, each slower than the last, are never taken for dead', () => {
  const { watchdog, clock, stalls } = bench();
  for (let render = 1; render <= 10; render++) {
    watchdog.begin(FLOOR_MS, 'text');
    for (let stepIndex = 0; stepIndex <= 20; stepIndex++) {
      watchdog.beat(step(stepIndex, 20));
      clock.advance(render * 25_000);
    }
    watchdog.end();
  }
  assert.deepEqual(stalls, []);
});

test('a step is overdue after three times the median of the steps', () => {
  const { watchdog, clock, stalls } = bench();
  watchdog.begin(FLOOR_MS, 'text');
  for (const [stepIndex, gapMs] of [20_000, 20_000, 29_000, 20_000].entries()) {
    watchdog.beat(step(stepIndex));
    clock.advance(gapMs);
  }
  watchdog.beat(step(4));
  clock.advance(59_999);
  assert.deepEqual(stalls, []);
  clock.advance(1);
  assert.deepEqual(stalls, ['denoise']);
});

test('one slow decode does not make the watchdog lenient about steps', () => {
  const { watchdog, clock, stalls } = bench();
  watchdog.begin(10 * FLOOR_MS, 'load');
  watchdog.beat({ stage: 'decode', stepIndex: 1, steps: 1 });
  clock.advance(5 * FLOOR_MS);
  watchdog.beat(step(0));
  watchdog.begin(FLOOR_MS, 'text');
  watchdog.beat(step(0));
  clock.advance(FLOOR_MS);
  assert.deepEqual(stalls, ['denoise']);
});

test('a change of the date in the middle of a render makes nothing look slow or fast', () => {
  const { watchdog, clock, stalls } = bench();
  let offsetMs = 0;
  const dated: Clock = { now: () => clock.now() + offsetMs, after: clock.after };
  const jumping = new Watchdog({ factor: 3, clock: dated, onStall: (stage) => stalls.push(stage) });
  jumping.begin(FLOOR_MS, 'text');
  for (const jumpMs of [3_600_000, -7_200_000]) {
    jumping.beat(step(1));
    offsetMs += jumpMs;
    clock.advance(1000);
    jumping.beat(step(2));
  }
  clock.advance(3 * FLOOR_MS);
  assert.deepEqual(stalls, ['denoise']);
  watchdog.end();
});
