import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guardMemory, residentBytes } from '../../src/engine/memory-guard.ts';
import { HandTimers } from './hand-timers.ts';

function watch(sizes: (number | null)[]): { timers: HandTimers; exceeded: number[]; callOff: () => void } {
  const timers = new HandTimers();
  const exceeded: number[] = [];
  const read = () => sizes.shift() ?? null;
  const options = { pid: 1, limitBytes: 1000, everyMs: 500, timers, read };
  return { timers, exceeded, callOff: guardMemory(options, (rssBytes) => exceeded.push(rssBytes)) };
}

test('the first sample above the limit is reported, once', () => {
  const { timers, exceeded } = watch([400, 1000, 1001, 5000]);
  timers.turn(1000);
  assert.deepEqual(exceeded, []);
  timers.turn(5000);
  assert.deepEqual(exceeded, [1001]);
});

test('nothing is sampled after the guard was called off', () => {
  const { timers, exceeded, callOff } = watch([9999]);
  callOff();
  timers.turn(5000);
  assert.deepEqual(exceeded, []);
});

test('a system that does not tell is left in peace', () => {
  const { timers, exceeded } = watch([null, 9999]);
  timers.turn(5000);
  assert.deepEqual(exceeded, []);
});

test("the system's figure is this process's resident memory", { skip: process.platform !== 'linux' }, () => {
  const bytes = residentBytes(process.pid) ?? 0;
  assert.ok(Math.abs(bytes - process.memoryUsage.rss()) < 0.2 * bytes);
  assert.equal(residentBytes(2 ** 30), null);
});
