import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_GUILD_SETTINGS } from '../../../src/queue/guild-settings.ts';
import { SqlGuildSettings } from '../../../src/store/guild-settings.ts';
import type { OpenDatabase } from './open-database.ts';

export function testGuildSettings(open: OpenDatabase): void {
  test('a guild that never said anything has the defaults', async () => {
    const { settings } = await openSettings();
    assert.deepEqual(await settings.get('g1'), DEFAULT_GUILD_SETTINGS);
  });

  test('an update changes what it names, keeps the rest and leaves other guilds alone', async () => {
    const { settings } = await openSettings();
    await settings.update('g1', { perUserWaiting: 2, blockedWords: ['x'] });
    const whole = await settings.update('g1', { perUserWaiting: null, allowedChannelIds: ['c1'] });
    const expected = { ...DEFAULT_GUILD_SETTINGS, blockedWords: ['x'], allowedChannelIds: ['c1'] };
    assert.deepEqual(whole, expected);
    assert.deepEqual(await settings.get('g1'), expected);
    assert.deepEqual(await settings.get('g2'), DEFAULT_GUILD_SETTINGS);
  });

  test('a reset forgets everything the guild said', async () => {
    const { settings } = await openSettings();
    await settings.update('g1', { maxSteps: 5 });
    await settings.reset('g1');
    assert.deepEqual(await settings.get('g1'), DEFAULT_GUILD_SETTINGS);
  });

  test('stored settings that no version knows are read as defaults, field by field, and logged once', async () => {
    const { settings, database, logged } = await openSettings();
    const stored = { profile: 'evil', maxSteps: -1, blockedWords: ['x'], __proto__: { perUserWaiting: 9 } };
    for (const [guildId, row] of [
      ['g1', JSON.stringify(stored)],
      ['g2', '{"profile":'],
      ['g3', '7'],
    ] as const) {
      await database.run('INSERT INTO guild_settings (guild_id, settings) VALUES (:guildId, :row)', {
        guildId,
        row,
      });
    }
    for (let i = 0; i < 2; i++) {
      assert.deepEqual(await settings.get('g1'), { ...DEFAULT_GUILD_SETTINGS, blockedWords: ['x'] });
      assert.deepEqual(await settings.get('g2'), DEFAULT_GUILD_SETTINGS);
      assert.deepEqual(await settings.get('g3'), DEFAULT_GUILD_SETTINGS);
    }
    assert.deepEqual(logged, [['maxSteps', 'profile'], Object.keys(DEFAULT_GUILD_SETTINGS)]);
    assert.deepEqual((await settings.update('g1', { profile: 'fast' })).profile, 'fast');
  });

  async function openSettings() {
    const database = await open();
    const logged: unknown[] = [];
    const error = ({ unusable }: { unusable?: unknown }): void => void logged.push(unusable);
    const silent = (): void => {};
    return {
      settings: new SqlGuildSettings(database, { info: silent, warn: silent, error }),
      database,
      logged,
    };
  }
}
