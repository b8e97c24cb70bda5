import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endingWith, eventually, happens, inTime, until } from './waiting.ts';

const NEVER_MS = 3_600_000;
const never = new Promise<never>(() => {});

const WAITS: Readonly<Record<string, () => Promise<unknown>>> = {
  eventually: () => eventually(() => null, NEVER_MS),
  until: () => until('it', () => null, NEVER_MS),
  happens: () => happens('it', () => false, NEVER_MS),
  inTime: () => inTime('it', never, NEVER_MS),
};

for (const [name, wait] of Object.entries(WAITS)) {
  test(`${name} ends with the test that it belongs to, and what was started is disposed of`, async () => {
    const over = new AbortController();
    let isDisposed = false;
    const work = endingWith(over.signal, async () => {
      using stack = new DisposableStack();
      stack.defer(() => {
        isDisposed = true;
      });
      await wait();
    });
    setImmediate(() => over.abort());
    await assert.rejects(work, { name: 'AbortError' });
    assert.ok(isDisposed);
  });
}

test('a wait outside of such work has its own deadline alone', async () => {
  await assert.rejects(inTime('it', never, 1), /expected it within 1 ms/);
  assert.equal(await inTime('it', Promise.resolve(7), NEVER_MS), 7);
});
