import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Block } from '../../../src/queue/ports.ts';
import { SqlBlockList } from '../../../src/store/moderation.ts';
import type { OpenDatabase } from './open-database.ts';

const NOW = 5000;
const BLOCK: Block = {
  userId: 'ann',
  guildId: 'g1',
  reason: 'spam',
  by: 'mod',
  createdAt: 1000,
  until: null,
};

export function testBlocks(open: OpenDatabase): void {
  async function openList(...blocks: readonly Block[]): Promise<SqlBlockList> {
    const list = new SqlBlockList(await open());
    for (const block of blocks) await list.block(block);
    return list;
  }

  test('a block holds in its guild and nowhere else', async () => {
    const list = await openList(BLOCK);
    assert.deepEqual(await list.find('ann', 'g1', NOW), BLOCK);
    assert.equal(await list.find('ann', 'g2', NOW), null);
    assert.equal(await list.find('ann', null, NOW), null);
    assert.equal(await list.find('bob', 'g1', NOW), null);
  });

  test('a block by the owner holds in every guild and in DMs, before the one of the guild', async () => {
    const everywhere = { ...BLOCK, guildId: null, reason: 'abuse' };
    const list = await openList(BLOCK, everywhere);
    for (const guildId of ['g1', 'g2', null])
      assert.deepEqual(await list.find('ann', guildId, NOW), everywhere);
  });

  test('a block ends by itself at its time', async () => {
    const list = await openList({ ...BLOCK, until: NOW });
    assert.notEqual(await list.find('ann', 'g1', NOW - 1), null);
    assert.equal(await list.find('ann', 'g1', NOW), null);
    assert.deepEqual(await list.list('g1', NOW), []);
  });

  test('a second block of the same user in the same guild replaces the first', async () => {
    const list = await openList(BLOCK, { ...BLOCK, reason: 'again', until: 9000 });
    assert.deepEqual(
      (await list.list('g1', NOW)).map((block) => block.reason),
      ['again'],
    );
  });

  test('the list shows exactly one guild, newest first', async () => {
    const later = { ...BLOCK, userId: 'bob', createdAt: 2000 };
    const list = await openList(BLOCK, later, { ...BLOCK, userId: 'cat', guildId: null });
    assert.deepEqual(await list.list('g1', NOW), [later, BLOCK]);
    assert.deepEqual(
      (await list.list(null, NOW)).map((block) => block.userId),
      ['cat'],
    );
  });

  test('unblocking says whether there was a block', async () => {
    const list = await openList(BLOCK);
    assert.equal(await list.unblock('ann', null), false);
    assert.equal(await list.unblock('ann', 'g1'), true);
    assert.equal(await list.find('ann', 'g1', NOW), null);
  });
}
