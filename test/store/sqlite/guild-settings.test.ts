import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_GUILD_SETTINGS } from '../../../src/queue/guild-settings.ts';
import { SqliteGuildSettings } from '../../../src/store/sqlite/guild-settings.ts';
import { SqliteDatabase } from '../../../src/store/sqlite/sqlite.ts';

test('a guild that never said anything has the defaults', () => {
  const settings = new SqliteGuildSettings(new SqliteDatabase(':memory:'));
  assert.deepEqual(settings.get('g1'), DEFAULT_GUILD_SETTINGS);
});

test('an update changes what it names, keeps the rest and leaves other guilds alone', () => {
  const settings = new SqliteGuildSettings(new SqliteDatabase(':memory:'));
  settings.update('g1', { perUserWaiting: 2, blockedWords: ['x'] });
  const whole = settings.update('g1', { perUserWaiting: null, allowedChannelIds: ['c1'] });
  const expected = { ...DEFAULT_GUILD_SETTINGS, blockedWords: ['x'], allowedChannelIds: ['c1'] };
  assert.deepEqual(whole, expected);
  assert.deepEqual(settings.get('g1'), expected);
  assert.deepEqual(settings.get('g2'), DEFAULT_GUILD_SETTINGS);
});

test('a reset forgets everything the guild said', () => {
  const settings = new SqliteGuildSettings(new SqliteDatabase(':memory:'));
  settings.update('g1', { maxSteps: 5 });
  settings.reset('g1');
  assert.deepEqual(settings.get('g1'), DEFAULT_GUILD_SETTINGS);
});
