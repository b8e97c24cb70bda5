import { describe } from 'node:test';
import { SqlJobStore } from '../../../src/store/job-store.ts';
import { testAuditTrail } from './audit-trail.ts';
import { testBlocks } from './blocks.ts';
import { testGuildSettings } from './guild-settings.ts';
import { describeJobStore } from './job-store.ts';
import type { OpenDatabase } from './open-database.ts';
import { testPresets } from './presets.ts';
import { testRetention } from './retention.ts';
import { testRiffHistory } from './riff-history.ts';
import { testWorkerRegistry } from './worker-registry.ts';

/** What the ports promise, on any database. */
export function describeStores(name: string, open: OpenDatabase): void {
  describeJobStore(name, async () => new SqlJobStore(await open()));
  describe(`${name}: blocks`, () => testBlocks(open));
  describe(`${name}: settings of servers`, () => testGuildSettings(open));
  describe(`${name}: the audit trail`, () => testAuditTrail(open));
  describe(`${name}: presets`, () => testPresets(open));
  describe(`${name}: what users asked for`, () => testRiffHistory(open));
  describe(`${name}: retention`, () => testRetention(open));
  describe(`${name}: workers`, () => testWorkerRegistry(open));
}
