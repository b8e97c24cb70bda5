import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { SqlJobStore } from '../../../src/store/job-store.ts';
import { SqlBlockList } from '../../../src/store/moderation.ts';
import { MIGRATIONS } from '../../../src/store/sqlite/migrations.ts';
import { migrate, openStore } from '../../../src/store/sqlite/sqlite.ts';
import { exampleDraft } from '../../queue/bench/example-jobs.ts';

test('a store of the first schema opens with its jobs, turns, pauses, blocks and dead letters', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'riff-migrations-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const old = new DatabaseSync(join(dataDir, 'riff.db'));
  migrate(old, 'riff.db', MIGRATIONS.slice(0, 1));
  const { request, target } = exampleDraft('ann');
  const insert = old.prepare(
    `INSERT INTO jobs (id, user_id, guild_id, lane, state, request, target, created_at, failure_code, ended_at)
     VALUES (?, 'ann', 'g1', 'g1', ?, ?, ?, 1, ?, ?)`,
  );
  const written = [JSON.stringify(request), JSON.stringify(target)];
  insert.run('waits', 'waiting', ...written, null, null);
  insert.run('dead', 'failed', ...written, 'quarantined', 2);
  old.exec(`INSERT INTO turns VALUES ('ann', 7)`);
  old.exec(`INSERT INTO pauses (lane) VALUES ('g1')`);
  old.exec(`INSERT INTO blocks VALUES ('bob', 'g1', 'spam', 'sol', 1, NULL)`);
  old.close();

  const database = openStore(dataDir);
  const store = new SqlJobStore(database);
  const { waiting, pauses } = await store.snapshot(5000);
  assert.deepEqual(
    waiting.map(({ job, turn, isReady }) => [job.id, turn, isReady]),
    [['waits', 7, false]],
  );
  assert.deepEqual(pauses, [{ scope: { kind: 'guild', guildId: 'g1' }, reason: '' }]);
  assert.deepEqual(
    (await store.deadLetters({ kind: 'guild', guildId: 'g1' }, 5)).map(({ id }) => id),
    ['dead'],
  );
  assert.equal((await new SqlBlockList(database).find('bob', 'g1', 5))?.reason, 'spam');
  database.close();
});
