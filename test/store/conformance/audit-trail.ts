import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditEntry } from '../../../src/queue/ports.ts';
import { SqlAuditTrail } from '../../../src/store/moderation.ts';
import type { OpenDatabase } from './open-database.ts';

const ENTRY: AuditEntry = {
  guildId: 'g1',
  actorId: 'mod',
  action: 'queue remove',
  targetUserId: 'ann',
  jobId: 'j1',
  reason: 'spam',
  detail: 'from 3 to 1',
  at: 1000,
};

export function testAuditTrail(open: OpenDatabase): void {
  test('entries come back newest first, of one guild, as many as asked for', async () => {
    const trail = new SqlAuditTrail(await open());
    const settings = { ...ENTRY, action: 'settings', targetUserId: null, jobId: null, reason: '' };
    await trail.record(ENTRY);
    await trail.record({ ...ENTRY, guildId: 'g2' });
    await trail.record({ ...ENTRY, guildId: null });
    await trail.record(settings);
    assert.deepEqual(await trail.newest('g1', 10), [settings, ENTRY]);
    assert.deepEqual(await trail.newest('g1', 1), [settings]);
    assert.deepEqual(await trail.newest(null, 10), [{ ...ENTRY, guildId: null }]);
  });
}
