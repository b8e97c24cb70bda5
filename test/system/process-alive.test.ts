import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { isProcessAlive } from '../../src/system/process-alive.mjs';

test('this process is alive, and so is one of another user', () => {
  assert.equal(isProcessAlive(process.pid), true);
  assert.equal(isProcessAlive(1), true);
});

test('a process that has ended and what is no process id are not', () => {
  assert.equal(isProcessAlive(spawnSync(process.execPath, ['-e', '']).pid), false);
  for (const pid of [0, -1, Number.NaN, 1.5]) assert.equal(isProcessAlive(pid), false, String(pid));
});
