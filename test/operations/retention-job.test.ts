import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from 'local-discord/clock';
import { createLog } from '../../src/log.ts';
import { startRetentionJob } from '../../src/operations/retention-job.ts';
import type { Deletion, Retention } from '../../src/queue/ports.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW = Date.UTC(2026, 0, 1);
const NOTHING: Deletion = { jobs: 0, files: 0, auditEntries: 0 };
const HELD = { jobs: 0, files: 0, presets: 0 };

interface Swept {
  readonly clock: ReturnType<typeof createManualClock>;
  /** The moments before which everything was deleted. */
  readonly moments: number[];
  end(): void;
}

function sweeping(
  retentionDays: number,
  changes: Partial<Retention> = {},
  store = { lastSweep: NOW },
): Swept {
  const clock = createManualClock(NOW);
  const moments: number[] = [];
  const retention: Retention = {
    countOlderThan: async () => 0,
    deleteOlderThan: async (before) => {
      moments.push(before);
      return NOTHING;
    },
    forgetUser: async () => HELD,
    forgetRiff: async () => false,
    holdingsOf: async () => HELD,
    lastSweep: async () => store.lastSweep,
    noteSweep: async (at) => {
      store.lastSweep = Math.max(store.lastSweep, at);
    },
    ...changes,
  };
  const end = startRetentionJob({ retention, retentionDays, clock, log: createLog('silent') });
  return { clock, moments, end };
}

/** The store answers in promises; time goes on when they are through. */
async function pass({ clock }: Swept, ms: number): Promise<void> {
  await new Promise(setImmediate);
  clock.advance(ms);
  await new Promise(setImmediate);
}

test('riffs older than the retention are deleted at the start and every day after, until the job ends', async () => {
  const swept = sweeping(30);
  await pass(swept, DAY_MS);
  await pass(swept, DAY_MS);
  swept.end();
  await pass(swept, 10 * DAY_MS);
  const first = NOW - 30 * DAY_MS;
  assert.deepEqual(swept.moments, [first, first + DAY_MS, first + 2 * DAY_MS]);
});

test('a start with a date ten years ahead deletes one day more, and restarts with it nothing more', async () => {
  const store = { lastSweep: NOW - 3650 * DAY_MS };
  const first = sweeping(30, {}, store);
  await pass(first, 60_000);
  first.end();
  assert.deepEqual(first.moments, [store.lastSweep - 30 * DAY_MS]);
  assert.equal(store.lastSweep, NOW - 3649 * DAY_MS);
});

test('a start with a date long ago deletes nothing new and does not hold later sweeps back', async () => {
  const store = { lastSweep: NOW + 3650 * DAY_MS };
  const swept = sweeping(30, {}, store);
  await pass(swept, 0);
  swept.end();
  assert.deepEqual(swept.moments, [NOW - 30 * DAY_MS]);
  assert.equal(store.lastSweep, NOW + 3650 * DAY_MS);
});

test('for an empty store the clock is believed', async () => {
  const swept = sweeping(30, { lastSweep: async () => null });
  await pass(swept, 0);
  swept.end();
  assert.deepEqual(swept.moments, [NOW - 30 * DAY_MS]);
});

test('a sweep that fails comes again the next day', async () => {
  let sweeps = 0;
  const swept = sweeping(1, {
    deleteOlderThan: async () => {
      sweeps += 1;
      throw new Error('the disk is gone');
    },
  });
  await pass(swept, DAY_MS);
  swept.end();
  assert.equal(sweeps, 2);
});

test('a retention of 0 days keeps everything', () => {
  const { clock, end } = sweeping(0, { deleteOlderThan: () => assert.fail('nothing may be deleted') });
  clock.advance(100 * DAY_MS);
  end();
});
