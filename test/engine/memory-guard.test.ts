import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock, type ManualClock } from 'local-discord/clock';
import { guardMemory, residentBytes } from '../../src/engine/memory-guard.ts';

function watch(sizes: (number | null)[]): { clock: ManualClock; exceeded: number[]; stop: () => void } {
  const clock = createManualClock(0);
  const exceeded: number[] = [];
  const read = () => sizes.shift() ?? null;
  const options = { pid: 1, limitBytes: 1000, everyMs: 500, clock, read };
  return { clock, exceeded, stop: guardMemory(options, (rssBytes) => exceeded.push(rssBytes)) };
}

test('the first sample above the limit is reported, once', () => {
  const { clock, exceeded } = watch([400, 1000, 1001, 5000]);
  clock.advance(1000);
  assert.deepEqual(exceeded, []);
  clock.advance(5000);
  assert.deepEqual(exceeded, [1001]);
});

test('nothing is sampled after the guard was stopped', () => {
  const { clock, exceeded, stop } = watch([9999]);
  stop();
  clock.advance(5000);
  assert.deepEqual(exceeded, []);
});

test('a system that does not tell its memory exceeds no limit', () => {
  const { clock, exceeded } = watch([null, 9999]);
  clock.advance(5000);
  assert.deepEqual(exceeded, []);
});

test("the system's figure is this process's resident memory", { skip: process.platform !== 'linux' }, () => {
  const bytes = residentBytes(process.pid) ?? 0;
  assert.ok(Math.abs(bytes - process.memoryUsage.rss()) < 0.2 * bytes);
  assert.equal(residentBytes(2 ** 30), null);
});
