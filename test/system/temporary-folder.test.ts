import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makePrivateFolder } from '../../src/system/private-folder.mjs';
import { makeTemporaryFolder } from '../../src/system/temporary-folder.ts';

test('a folder for temporary files or for the cache is made for this user alone, or refused with what to set', async (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'riff-test-'));
  t.after(() => rmSync(parent, { recursive: true }));
  const folder = await makeTemporaryFolder('riff-', parent);
  assert.equal(statSync(folder).mode & 0o077, 0);
  const file = join(parent, 'file');
  writeFileSync(file, '');
  const refusal = { code: 'output_failed', message: /^TMPDIR: expected .*ENOTDIR.*set TMPDIR/ };
  await assert.rejects(makeTemporaryFolder('riff-', file), refusal);
  assert.throws(() => makePrivateFolder(join(file, 'riff')), /only this user .*; set XDG_CACHE_HOME/);
});
