import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SqlBlockList } from '../../src/store/moderation.ts';
import { openStore, SqliteDatabase } from '../../src/store/sqlite/sqlite.ts';
import { runRiff, temporaryFolder } from './run-riff.ts';

const folder = temporaryFolder();
const dataDir = join(folder, 'data');
process.env.DATA_DIR = dataDir;

test('the store of a running bot is copied, and no file is overwritten', async (t) => {
  const missing = await runRiff(folder, ['backup', 'early.db']);
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /DATA_DIR: expected a folder with a riff\.db/);

  openStore(join(dataDir, 'playground')).close();
  const hinted = await runRiff(folder, ['backup', 'early.db']);
  assert.ok(hinted.stderr.includes(`set DATA_DIR=${join(dataDir, 'playground')}`), hinted.stderr);

  const inUse = openStore(dataDir);
  t.after(() => inUse.close());
  const block = { userId: '1', guildId: null, reason: 'noise', by: '2', createdAt: 3, until: null };
  await new SqlBlockList(inUse).block(block);
  const made = await runRiff(folder, ['backup', 'copy.db']);
  assert.equal(made.code, 0, made.stderr);
  const copy = new SqliteDatabase(join(folder, 'copy.db'));
  t.after(() => copy.close());
  assert.equal((await new SqlBlockList(copy).find('1', null, 4))?.reason, 'noise');

  const again = await runRiff(folder, ['backup', 'copy.db']);
  assert.equal(again.code, 2);
  assert.match(again.stderr, /expected a file that is not there yet/);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.part')),
    [],
  );
});
