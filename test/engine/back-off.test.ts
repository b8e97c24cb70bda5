import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backOffMs } from '../../src/engine/limits.ts';

test('pauses between starts double up to the longest', () => {
  const pauses = [1, 2, 3, 4, 5, 6, 60].map((deaths) => backOffMs(deaths, 30_000));
  assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});
