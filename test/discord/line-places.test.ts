import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from 'local-discord/clock';
import { LinePlaces } from '../../src/discord/line-places.ts';
import type { QueuePlace } from '../../src/queue/job.ts';

const settled = () => new Promise(setImmediate);

function setUp() {
  const clock = createManualClock();
  const line = new Map<string, QueuePlace>();
  let reads = 0;
  const queue = {
    async places() {
      reads += 1;
      return new Map(line);
    },
    place: async (id: string) => line.get(id) ?? null,
  };
  const seen: number[] = [];
  const places = new LinePlaces(queue, clock, (all) => seen.push(all.size));
  const join = (id: string) =>
    line.set(id, { position: line.size + 1, total: line.size + 1, etaMs: null, blocked: null });
  return { clock, places, join, seen, reads: () => reads };
}

test('a thousand changes within a second are two readings, the second of the newest line', async () => {
  const { clock, places, join, seen, reads } = setUp();
  for (let n = 0; n < 1000; n++) {
    join(`job-${n}`);
    places.changed();
  }
  await settled();
  assert.equal(reads(), 1);
  clock.advance(1000);
  await settled();
  assert.equal(reads(), 2);
  assert.equal(seen.at(-1), 1000);
});

test('whoever came after the last reading is found all the same', async () => {
  const { places, join, reads } = setUp();
  places.changed();
  join('late');
  assert.equal((await places.of('late'))?.position, 1);
  assert.equal(await places.of('nobody'), null);
  assert.equal(reads(), 1);
});

test('nothing is read after the end', async () => {
  const { clock, places, reads } = setUp();
  places.changed();
  places.changed();
  places.stop();
  clock.advance(5000);
  await settled();
  assert.equal(reads(), 1);
});
