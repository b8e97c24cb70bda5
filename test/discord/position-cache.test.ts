import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from 'local-discord/clock';
import { PositionCache } from '../../src/discord/position-cache.ts';
import type { QueuePosition } from '../../src/queue/job.ts';

const settled = () => new Promise(setImmediate);

function setUp() {
  const clock = createManualClock();
  const line = new Map<string, QueuePosition>();
  let reads = 0;
  const queue = {
    async positions() {
      reads += 1;
      return new Map(line);
    },
    position: async (id: string) => line.get(id) ?? null,
  };
  const seen: number[] = [];
  const positions = new PositionCache(queue, clock, (all) => seen.push(all.size));
  const join = (id: string) =>
    line.set(id, { number: line.size + 1, total: line.size + 1, etaMs: null, blocked: null });
  return { clock, positions, join, seen, reads: () => reads };
}

test('a thousand changes within a second are two readings, the second of the newest line', async () => {
  const { clock, positions, join, seen, reads } = setUp();
  for (let n = 0; n < 1000; n++) {
    join(`job-${n}`);
    positions.changed();
  }
  await settled();
  assert.equal(reads(), 1);
  clock.advance(1000);
  await settled();
  assert.equal(reads(), 2);
  assert.equal(seen.at(-1), 1000);
});

test('whoever came after the last reading is found all the same', async () => {
  const { positions, join, reads } = setUp();
  positions.changed();
  join('late');
  assert.equal((await positions.of('late'))?.number, 1);
  assert.equal(await positions.of('nobody'), null);
  assert.equal(reads(), 1);
});

test('nothing is read after the end', async () => {
  const { clock, positions, reads } = setUp();
  positions.changed();
  positions.changed();
  positions.stop();
  clock.advance(5000);
  await settled();
  assert.equal(reads(), 1);
});
