import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { tryLock } from '../../src/system/file-lock.mjs';

const folder = mkdtempSync(join(tmpdir(), 'riff-lock-'));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'a.lock');

test('a lock is taken once, and again when it was given back', () => {
  const unlock = tryLock(file);
  assert.ok(unlock);
  assert.equal(tryLock(file), null);
  unlock();
  tryLock(file)?.();
});

test('the lock of a process that is gone is taken', () => {
  writeFileSync(file, `${hostname()} 999999999`);
  const unlock = tryLock(file);
  assert.ok(unlock);
  unlock();
});
