import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../src/log.ts';
import { sweepDaily } from '../../src/operations/sweep.ts';
import { createManualClock } from '../../src/playground/clock.ts';
import type { Deletion, Retention } from '../../src/queue/retention.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const NOTHING: Deletion = { jobs: 0, files: 0, auditEntries: 0 };

function sweeping(retentionDays: number, deleteOlderThan: Retention['deleteOlderThan']) {
  const clock = createManualClock();
  const retention: Retention = {
    deleteOlderThan,
    forgetUser: async () => NOTHING,
    holdingsOf: async () => NOTHING,
  };
  return { clock, end: sweepDaily({ retention, retentionDays, clock, log: createLog('silent') }) };
}

test('what is older than the retention goes at the start and every day after, until it is ended', async () => {
  const moments: number[] = [];
  const { clock, end } = sweeping(30, async (before) => {
    moments.push(before);
    return NOTHING;
  });
  const startAt = clock.now() - 30 * DAY_MS;
  clock.advance(DAY_MS);
  clock.advance(DAY_MS);
  end();
  clock.advance(10 * DAY_MS);
  assert.deepEqual(moments, [startAt, startAt + DAY_MS, startAt + 2 * DAY_MS]);
});

test('a sweep that fails comes again the next day', async () => {
  let sweeps = 0;
  const { clock, end } = sweeping(1, async () => {
    sweeps += 1;
    throw new Error('the disk is gone');
  });
  clock.advance(DAY_MS);
  end();
  assert.equal(sweeps, 2);
});

test('a retention of 0 days keeps everything', () => {
  const { clock, end } = sweeping(0, () => assert.fail('nothing may be deleted'));
  clock.advance(100 * DAY_MS);
  end();
});
