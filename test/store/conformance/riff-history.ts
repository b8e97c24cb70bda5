import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JobReader } from '../../../src/store/job-row.ts';
import { SqlJobStore } from '../../../src/store/job-store.ts';
import { SqlRetention } from '../../../src/store/retention.ts';
import { SqlRiffHistory } from '../../../src/store/riff-history.ts';
import { exampleFiles, exampleJob, settle, settleDelivery } from '../../queue/bench/example-jobs.ts';
import type { OpenDatabase } from './open-database.ts';

const LEASE = { workerId: 'mine', leaseUntil: 99_999 };

export function testRiffHistory(open: OpenDatabase): void {
  async function openHistory() {
    const database = await open();
    const history = new SqlRiffHistory(database, new JobReader(database, null));
    const retention = new SqlRetention(database, {
      delete: async () => 0,
      listUploads: async () => [],
      deleteUpload: async () => {},
    });
    return { database, store: new SqlJobStore(database), history, retention };
  }

  async function finish(store: SqlJobStore, id: string, userId: string): Promise<void> {
    await store.insert([exampleJob(id, userId)]);
    await store.claimNext(LEASE, 1000);
    await settle(store, id, 'mine', { kind: 'rendered', files: exampleFiles(id) }, 1000);
    await settleDelivery(store, id, 'mine', { kind: 'done', messageId: 'm1' }, 1000);
  }

  test('the newest requests of one user come first, whatever became of them; damaged ones are left out', async () => {
    const { database, store, history } = await openHistory();
    for (const [id, user] of [
      ['a1', 'ann'],
      ['a2', 'ann'],
      ['b1', 'bob'],
      ['a3', 'ann'],
      ['a4', 'ann'],
    ] as const) {
      const job = exampleJob(id, user);
      await store.insert([{ ...job, request: { ...job.request, prompt: id } }]);
    }
    await store.cancel('a3', { by: 'ann', reason: '' }, 5);
    await database.run(`UPDATE jobs SET request = '{' WHERE id = 'a4'`);
    const prompts = async (limit: number) =>
      (await history.recentRequests('ann', limit)).map(({ prompt }) => prompt);
    assert.deepEqual(await prompts(10), ['a3', 'a2', 'a1']);
    assert.deepEqual(await prompts(2), ['a3']);
  });

  test('finished riffs are found one after another, those of the user alone', async () => {
    const { store, history } = await openHistory();
    for (const [id, user] of [
      ['a1', 'ann'],
      ['b1', 'bob'],
      ['a2', 'ann'],
      ['a3', 'ann'],
    ] as const)
      await finish(store, id, user);
    await store.insert([exampleJob('a4', 'ann')]);
    const found = async (
      ...[step, favouritesOnly = false]: [Parameters<typeof history.find>[1], boolean?]
    ) => {
      const entry = await history.find('ann', step, favouritesOnly);
      return entry && [entry.job.id, entry.number, entry.total, entry.isFavourite];
    };
    assert.deepEqual(await found({ kind: 'newest' }), ['a3', 1, 3, false]);
    assert.deepEqual(await found({ kind: 'older', jobId: 'a3' }), ['a2', 2, 3, false]);
    assert.deepEqual(await found({ kind: 'older', jobId: 'a2' }), ['a1', 3, 3, false]);
    assert.equal(await found({ kind: 'older', jobId: 'a1' }), null);
    assert.deepEqual(await found({ kind: 'newer', jobId: 'a1' }), ['a2', 2, 3, false]);
    for (const jobId of ['b1', 'a4', 'gone']) assert.equal(await found({ kind: 'at', jobId }), null, jobId);
    assert.equal(await history.setFavourite('ann', 'a1', 5, 2), 'set');
    assert.deepEqual(await found({ kind: 'at', jobId: 'a1' }), ['a1', 3, 3, true]);
    assert.deepEqual(await found({ kind: 'newest' }, true), ['a1', 1, 1, true]);
  });

  test('a damaged riff is passed over', async () => {
    const { database, store, history } = await openHistory();
    for (const id of ['a1', 'a2', 'a3']) await finish(store, id, 'ann');
    await database.run(`UPDATE jobs SET files = '{' WHERE id = 'a2'`);
    const older = await history.find('ann', { kind: 'older', jobId: 'a3' }, false);
    assert.deepEqual([older?.job.id, older?.total], ['a1', 2]);
  });

  test('a user stars finished riffs of their own, up to the limit', async () => {
    const { store, history } = await openHistory();
    for (const id of ['a1', 'a2', 'a3']) await finish(store, id, 'ann');
    await store.insert([exampleJob('a4', 'ann')]);
    for (const jobId of ['a1', 'a2', 'a2'])
      assert.equal(await history.setFavourite('ann', jobId, 5, 2), 'set');
    assert.equal(await history.setFavourite('ann', 'a3', 5, 2), 'full');
    assert.equal(await history.setFavourite('ann', 'a1', null, 2), 'set');
    assert.equal(await history.setFavourite('ann', 'a3', 5, 2), 'set');
    assert.equal(await history.setFavourite('bob', 'a1', 5, 2), 'unknown');
    assert.equal(await history.setFavourite('ann', 'a4', 5, 9), 'unknown');
  });

  test('favourites outlast the retention period, until their user deletes them', async () => {
    const { store, history, retention } = await openHistory();
    for (const id of ['a1', 'a2', 'a3']) await finish(store, id, 'ann');
    await history.setFavourite('ann', 'a1', 5, 9);
    await history.setFavourite('ann', 'a3', 5, 9);
    assert.equal(await retention.countOlderThan(9999), 1);
    assert.equal((await retention.deleteOlderThan(9999)).jobs, 1);
    assert.equal(await retention.forgetRiff('bob', 'a1'), false);
    assert.equal(await retention.forgetRiff('ann', 'a1'), true);
    assert.equal(await store.get('a1'), null);
    assert.equal((await retention.forgetUser('ann')).jobs, 1);
    assert.equal(await history.find('ann', { kind: 'newest' }, false), null);
  });
}
