import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLeak } from './memory.ts';

const MEBIBYTE = 1024 ** 2;
const HELD = 64 * MEBIBYTE;
const growth = (...mebibytes: number[]) => mebibytes.map((count) => count * MEBIBYTE);

test('growth that goes on is a leak, also when only half is kept or a span is swapped out', () => {
  assert.ok(isLeak(growth(64, 64, 64, 64, 64), HELD));
  assert.ok(isLeak(growth(32, 33, 31, 32, 32), HELD));
  assert.ok(isLeak(growth(64, -200, 64, 64, 64), HELD));
});

test('a plateau is no leak, however high and whenever it is reached', () => {
  assert.ok(!isLeak(growth(117, 60, 2, 0, -1), HELD));
  assert.ok(!isLeak(growth(0, 0, 0, 0, 300), HELD));
});
