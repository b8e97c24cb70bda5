import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RegisteredWorker } from '../../../src/queue/processes.ts';
import { SqlJobStore } from '../../../src/store/job-store.ts';
import { SqlWorkerRegistry } from '../../../src/store/worker-registry.ts';
import { SCRIPTED_ENGINE } from '../../wire/bench/scripted-engine.ts';
import type { OpenDatabase } from './open-database.ts';

const NOW = 10_000;
const UNTIL = NOW + 9000;

const workerOf = (id: string, modelVersion = '1'): RegisteredWorker => ({
  id,
  slots: 2,
  description: { ...SCRIPTED_ENGINE, modelVersion },
  blocked: null,
});

export function testWorkerRegistry(open: OpenDatabase): void {
  test('a worker is known for as long as its lease, which renewing prolongs and leaving ends', async () => {
    const database = await open();
    const registry = new SqlWorkerRegistry(database);
    const store = new SqlJobStore(database);
    assert.equal(await registry.last(), null);
    await registry.register(workerOf('a'), UNTIL, NOW);
    assert.deepEqual(await registry.living(UNTIL - 1), [workerOf('a')]);
    assert.deepEqual(await registry.living(UNTIL), []);
    await store.renewLeases({ workerId: 'a', leaseUntil: UNTIL + 9000 });
    assert.deepEqual(await registry.living(UNTIL), [workerOf('a')]);
    await store.leave('a');
    assert.deepEqual(await registry.living(UNTIL), []);
    assert.deepEqual(await registry.last(), workerOf('a'), 'a bot that starts first knows the model from it');
  });

  test('a worker that registers again replaces what it said of itself', async () => {
    const registry = new SqlWorkerRegistry(await open());
    await registry.register(workerOf('a'), UNTIL, NOW);
    const broken = { ...workerOf('a'), blocked: 'out of memory' };
    await registry.register(broken, UNTIL, NOW);
    assert.deepEqual(await registry.living(NOW), [broken]);
  });

  test('a worker with another model is refused in words while others live, and taken when they are gone', async () => {
    const registry = new SqlWorkerRegistry(await open());
    await registry.register(workerOf('a'), UNTIL, NOW);
    await assert.rejects(registry.register(workerOf('b', '2'), UNTIL, NOW), {
      code: 'invalid_model',
      message: /expected stub 1, which the worker a renders with, got stub 2/,
    });
    assert.deepEqual(await registry.living(NOW), [workerOf('a')]);
    await registry.register(workerOf('b', '2'), UNTIL + 9000, UNTIL);
    assert.deepEqual(await registry.living(UNTIL), [workerOf('b', '2')]);
  });
}
