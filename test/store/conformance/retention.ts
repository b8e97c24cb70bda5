import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobStore } from '../../../src/queue/job-store.ts';
import { Schedule } from '../../../src/queue/schedule.ts';
import { SqlJobStore } from '../../../src/store/job-store.ts';
import { SqlAuditTrail, SqlBlockList } from '../../../src/store/moderation.ts';
import { SqlPresets } from '../../../src/store/presets.ts';
import { SqlRetention } from '../../../src/store/retention.ts';
import {
  exampleFiles,
  exampleJob,
  limitCounts,
  settle,
  settleDelivery,
} from '../../queue/bench/example-jobs.ts';
import type { OpenDatabase } from './open-database.ts';

const LEASE = { workerId: 'mine', leaseUntil: 99_999 };

export function testRetention(open: OpenDatabase): void {
  async function openRetention() {
    const database = await open();
    const deleted: string[] = [];
    const uploads = new Set<string>();
    const retention = new SqlRetention(database, {
      delete: async (jobId, files) => {
        deleted.push(jobId);
        return files ? 2 : 0;
      },
      listUploads: async () => [...uploads],
      deleteUpload: async (jobId) => void uploads.delete(jobId),
    });
    return { database, store: new SqlJobStore(database), retention, deleted, uploads };
  }

  async function finish(
    store: JobStore,
    id: string,
    userId: string,
    doneAt: number,
    files = exampleFiles(id),
  ): Promise<void> {
    await store.insert([exampleJob(id, userId)]);
    await store.claimNext(LEASE, doneAt);
    await settle(store, id, 'mine', { kind: 'rendered', files }, doneAt);
    await settleDelivery(store, id, 'mine', { kind: 'done', messageId: 'm1' }, doneAt);
  }

  test('old finished riffs are deleted with their files; young, waiting and running ones stay', async () => {
    const { database, store, retention, deleted } = await openRetention();
    await finish(store, 'old', 'ann', 1000);
    await finish(store, 'young', 'ann', 3000);
    await store.insert([exampleJob('runs', 'bob', 'g1', 1)]);
    await store.claimNext(LEASE, 1);
    await store.insert([exampleJob('waits', 'bob', 'g1', 1)]);
    const trail = new SqlAuditTrail(database);
    const what = { action: 'a', targetUserId: null, jobId: null, reason: '', detail: '' };
    const entry = { guildId: 'g1', actorId: 'm', ...what };
    await trail.record({ ...entry, at: 1999 });
    await trail.record({ ...entry, at: 2000 });
    assert.deepEqual(await retention.deleteOlderThan(2000), { jobs: 1, files: 2, auditEntries: 1 });
    assert.deepEqual(deleted, ['old']);
    assert.equal(await store.get('old'), null);
    for (const id of ['young', 'runs', 'waits']) assert.notEqual(await store.get(id), null);
    assert.deepEqual(await retention.deleteOlderThan(2000), { jobs: 0, files: 0, auditEntries: 0 });
  });

  test('uploaded sounds that no job waits for are deleted by the next sweep', async () => {
    const { store, retention, uploads } = await openRetention();
    await finish(store, 'over', 'ann', 5000);
    await store.insert([exampleJob('waits', 'bob', 'g1', 1)]);
    for (const id of ['over', 'waits', 'unknown']) uploads.add(id);
    await retention.deleteOlderThan(2000);
    assert.deepEqual([...uploads], ['waits']);
  });

  test('the files of a riff that could not be delivered are deleted too', async () => {
    const { store, retention } = await openRetention();
    await store.insert([exampleJob('j1', 'ann')]);
    await store.claimNext(LEASE, 1);
    await settle(store, 'j1', 'mine', { kind: 'rendered', files: exampleFiles('j1') }, 1);
    await settleDelivery(
      store,
      'j1',
      'mine',
      { kind: 'failed', failure: { code: 'undeliverable', reason: '', errorId: 'e' } },
      1000,
    );
    assert.deepEqual(await retention.deleteOlderThan(2000), { jobs: 1, files: 2, auditEntries: 0 });
  });

  test('when a file cannot be deleted the job stays, so that the next time finds it', async () => {
    const { database, store } = await openRetention();
    const retention = new SqlRetention(database, {
      delete: async () => {
        throw new Error('EACCES');
      },
      listUploads: async () => [],
      deleteUpload: async () => {},
    });
    await finish(store, 'j1', 'ann', 1000);
    await assert.rejects(retention.deleteOlderThan(2000), /EACCES/);
    assert.notEqual(await store.get('j1'), null);
  });

  test("forgetting deletes one user's jobs and files and keeps blocks and the hourly limit", async () => {
    const { database, store, retention } = await openRetention();
    await finish(store, 'a1', 'ann', 1000);
    await store.insert([exampleJob('a2', 'ann')]);
    const latents = { path: '/tmp/nowhere/b1.latents', bytes: 30, sha256: '22' };
    await finish(store, 'b1', 'bob', 1000, { ...exampleFiles('b1'), latents });
    const presets = new SqlPresets(database, { error: () => {} });
    const owners = [
      { kind: 'user', userId: 'ann' },
      { kind: 'user', userId: 'bob' },
      { kind: 'guild', guildId: 'ann' },
    ] as const;
    for (const owner of owners) await presets.save(owner, { name: 'mine', preset: { bpm: 90 } }, 5);
    const blocks = new SqlBlockList(database);
    await blocks.block({
      userId: 'ann',
      guildId: 'g1',
      reason: 'spam',
      by: 'mod',
      createdAt: 1,
      until: null,
    });
    assert.deepEqual(await retention.forgetUser('ann'), { jobs: 2, files: 2, presets: 1 });
    assert.deepEqual(await retention.holdingsOf('ann'), { jobs: 0, files: 0, presets: 0 });
    assert.deepEqual(await retention.holdingsOf('bob'), { jobs: 1, files: 3, presets: 1 });
    assert.equal((await presets.list(owners[2])).length, 1, "a server's presets are nobody's");
    assert.notEqual(await blocks.find('ann', 'g1', 5), null);
    assert.equal((await limitCounts(store, exampleJob('next', 'ann'))).acceptedAt.length, 2);
  });

  test('forgetting is no way round the turn: who forgets and asks again is the last in line', async () => {
    const { store, retention } = await openRetention();
    await finish(store, 'a1', 'ann', 1000);
    await finish(store, 'b1', 'bob', 1000);
    await finish(store, 'c1', 'cat', 1000);
    await retention.forgetUser('ann');
    await retention.deleteOlderThan(0);
    for (const [id, user] of [
      ['a2', 'ann'],
      ['b2', 'bob'],
      ['c2', 'cat'],
    ] as const)
      await store.insert([exampleJob(id, user)]);
    const { waiting } = new Schedule(await store.snapshot(5000));
    assert.deepEqual(
      waiting.map(({ id }) => id),
      ['b2', 'c2', 'a2'],
    );
  });

  test('the time of the last sweep is kept, never an earlier one; before the first it is that of the newest entry', async () => {
    const { store, retention } = await openRetention();
    assert.equal(await retention.lastSweep(), null);
    await finish(store, 'a1', 'ann', 4000);
    assert.equal(await retention.lastSweep(), 4000);
    await retention.noteSweep(9000);
    await retention.noteSweep(2000);
    assert.equal(await retention.lastSweep(), 9000);
  });
}
