import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SqlJobStore } from '../../../src/store/job-store.ts';
import { SqlRiffHistory } from '../../../src/store/riff-history.ts';
import { run } from '../../../src/store/sql.ts';
import { exampleJob } from '../../queue/bench/example-jobs.ts';
import type { OpenDatabase } from './open-database.ts';

export function testRiffHistory(open: OpenDatabase): void {
  test('the newest requests of one user come first, whatever became of them; damaged ones are left out', async () => {
    const database = await open();
    const store = new SqlJobStore(database);
    for (const [id, user] of [
      ['a1', 'ann'],
      ['a2', 'ann'],
      ['b1', 'bob'],
      ['a3', 'ann'],
      ['a4', 'ann'],
    ] as const) {
      const job = exampleJob(id, user);
      await store.insert({ ...job, request: { ...job.request, prompt: id } });
    }
    await store.cancel('a3', { by: 'ann', reason: '' }, 5);
    await database.perform(run(`UPDATE jobs SET request = '{' WHERE id = 'a4'`));
    const history = new SqlRiffHistory(database);
    const prompts = async (limit: number) =>
      (await history.recentRequests('ann', limit)).map(({ prompt }) => prompt);
    assert.deepEqual(await prompts(10), ['a3', 'a2', 'a1']);
    assert.deepEqual(await prompts(2), ['a3']);
  });
}
