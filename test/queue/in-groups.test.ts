import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inGroups } from '../../src/queue/in-groups.ts';

test('what comes at once is one group, what comes during it the next, and each gets its own result', async () => {
  const groups: (readonly number[])[] = [];
  const first = Promise.withResolvers<void>();
  const double = inGroups(async (items: readonly number[]) => {
    groups.push(items);
    if (groups.length === 1) await first.promise;
    return items.map((item) => 2 * item);
  });
  const atOnce = [double(1), double(2)];
  await Promise.resolve();
  const during = [double(3), double(4)];
  first.resolve();
  assert.deepEqual(await Promise.all([...atOnce, ...during]), [2, 4, 6, 8]);
  assert.deepEqual(groups, [
    [1, 2],
    [3, 4],
  ]);
});

test('a group that fails fails for its own items alone', async () => {
  const positive = inGroups(async (items: readonly number[]) => {
    if (items.some((item) => item < 0)) throw new RangeError('expected none below 0');
    return items;
  });
  const failed = [positive(1), positive(-1)];
  for (const item of failed) await assert.rejects(item, RangeError);
  assert.equal(await positive(2), 2);
});
