import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { copyStore, type StoreEnd } from '../../../src/store/copy-store.ts';
import { SqlGuildSettings } from '../../../src/store/guild-settings.ts';
import { SqlJobStore } from '../../../src/store/job-store.ts';
import { SqlAuditTrail, SqlBlockList } from '../../../src/store/moderation.ts';
import { PostgresDatabase } from '../../../src/store/postgres/postgres.ts';
import { PostgresResults } from '../../../src/store/postgres/results.ts';
import { SqlPresets } from '../../../src/store/presets.ts';
import { ResultFolder } from '../../../src/store/result-folder.ts';
import { openStore, SqliteDatabase } from '../../../src/store/sqlite/sqlite.ts';
import { runRiff } from '../../cli/run-riff.ts';
import { exampleFiles, exampleJob, settle, settleDelivery } from '../../queue/bench/example-jobs.ts';
import { SILENT } from '../../queue/bench/silent-log.ts';
import { Cluster, skipWithoutPostgres } from './cluster.ts';

const LEASE = { workerId: 'mine', leaseUntil: 99_999 };

function fileEnd(t: TestContext): StoreEnd & { readonly folder: string; readonly results: ResultFolder } {
  const folder = mkdtempSync(join(tmpdir(), 'riff-copy-'));
  const database = new SqliteDatabase(':memory:');
  t.after(() => {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { folder, database, results: new ResultFolder(folder) };
}

/** One of everything: a riff that was delivered, one that failed, one that waits, and what moderators left. */
async function fill({ database, folder }: ReturnType<typeof fileEnd>): Promise<void> {
  const store = new SqlJobStore(database);
  const contents = { picture: 'a picture', wav: 'a sound', poster: 'a poster' };
  const file = (name: keyof typeof contents, end: string) => {
    const path = join(folder, `j1.${end}`);
    writeFileSync(path, contents[name]);
    return { path, bytes: 1, sha256: createHash('sha256').update(contents[name]).digest('hex') };
  };
  const pictures = { picture: file('picture', 'png'), poster: file('poster', 'jpg') };
  const files = { ...exampleFiles('j1'), ...pictures, wav: file('wav', 'wav') };
  for (const id of ['j1', 'j2', 'j3'])
    await store.insert([exampleJob(id, `user-${id}`, id === 'j2' ? null : 'g1')]);
  await store.claimNext(LEASE, 5);
  await settle(store, 'j1', 'mine', { kind: 'rendered', files }, 6);
  await settleDelivery(store, 'j1', 'mine', { kind: 'done', messageId: 'm1' }, 7);
  await store.cancel('j2', { by: 'mod', reason: "it's ‘loud’ ¡" }, 8);
  await store.pause({ kind: 'guild', guildId: 'g1' }, 'concert');
  await new SqlGuildSettings(database, SILENT).update('g1', { maxSteps: 9 });
  await new SqlBlockList(database).block({
    userId: '1',
    guildId: null,
    reason: '',
    by: '2',
    createdAt: 3,
    until: null,
  });
  const owner = { kind: 'user', userId: '1' } as const;
  await new SqlPresets(database, SILENT).save(owner, { name: 'mine', preset: { bpm: 90 } }, 5);
  const act = {
    guildId: 'g1',
    actorId: 'm',
    action: 'settings',
    targetUserId: null,
    jobId: null,
    reason: '',
    detail: 'd',
  };
  await new SqlAuditTrail(database).record({ ...act, at: 4 });
}

describe('a store that is copied', { skip: skipWithoutPostgres }, () => {
  let cluster: Cluster;
  before(async () => {
    cluster = await Cluster.start();
  });
  after(() => cluster[Symbol.asyncDispose]());

  async function serverEnd(t: TestContext): Promise<StoreEnd & { readonly results: PostgresResults }> {
    const database = new PostgresDatabase(await cluster.createDatabase());
    t.after(() => database.close());
    return { database, results: new PostgresResults(database) };
  }

  test('goes to PostgreSQL and back with everything in it, files included', async (t) => {
    const [first, server, last] = [fileEnd(t), await serverEnd(t), fileEnd(t)];
    await fill(first);
    const report = await copyStore(first, server);
    assert.deepEqual(
      [report.jobs, report.files, report.blocks, report.audit_trail, report.presets],
      [3, 3, 1, 1, 1],
    );
    const store = new SqlJobStore(server.database);
    assert.deepEqual(
      (await store.snapshot(9)).waiting.map(({ job }) => job.id),
      ['j3'],
    );
    assert.equal(String((await server.results.read('j1'))?.wav), 'a sound');
    assert.deepEqual(await copyStore(server, last), report);
    const state = (await new SqlJobStore(last.database).get('j1'))?.state;
    const path = state?.kind === 'done' ? state.files.picture.path : '';
    assert.ok(path.startsWith(last.folder), path);
    assert.equal(readFileSync(path, 'utf8'), 'a picture');
    assert.equal(readFileSync(join(last.folder, 'j1.jpg'), 'utf8'), 'a poster');
    await store.insert([exampleJob('j4', 'ann')]);
    assert.deepEqual(
      (await store.snapshot(9)).waiting.map(({ job }) => job.id),
      ['j3', 'j4'],
      'new rows get numbers of their own',
    );
  });

  test('is copied by the command, which refuses a store in use and one that is not empty', async (t) => {
    const { folder } = fileEnd(t);
    const env = { DATA_DIR: folder, DATABASE_URL: await cluster.createDatabase() };
    const file = openStore(folder);
    const store = new SqlJobStore(file);
    await store.insert([exampleJob('j1', 'ann')]);
    await store.renewLeases({ workerId: 'a bot', leaseUntil: Date.now() + 60_000 });
    const copy = () => runRiff(folder, ['store', 'copy', 'sqlite', 'postgres'], env);
    assert.match((await copy()).stderr, /expected no Riff on the sqlite store, got a bot/);
    await store.leave('a bot');
    file.close();
    const { code, stdout, stderr } = await copy();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /jobs 1/);
    assert.match((await copy()).stderr, /expected an empty store/);
  });

  test('is not mixed with another', async (t) => {
    const [first, server] = [fileEnd(t), await serverEnd(t)];
    await fill(first);
    await new SqlJobStore(server.database).insert([exampleJob('other', 'ann')]);
    await assert.rejects(copyStore(first, server), {
      code: 'store_failed',
      message: /expected an empty store/,
    });
  });

  test('is refused where a file is not what was rendered, and the target is empty again', async (t) => {
    const [first, server] = [fileEnd(t), await serverEnd(t)];
    await fill(first);
    writeFileSync(join(first.folder, 'j1.wav'), 'another sound');
    await assert.rejects(copyStore(first, server), {
      code: 'store_failed',
      message: /the wav of the riff j1/,
    });
    writeFileSync(join(first.folder, 'j1.wav'), 'a sound');
    assert.equal((await copyStore(first, server)).jobs, 3);
  });
});
