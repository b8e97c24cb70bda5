import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SqlPresets } from '../../../src/store/presets.ts';
import type { OpenDatabase } from './open-database.ts';

const ANN = { kind: 'user', userId: '1' } as const;
/** The same number as Ann's. */
const GUILD = { kind: 'guild', guildId: '1' } as const;

export function testPresets(open: OpenDatabase): void {
  async function openPresets() {
    const database = await open();
    const logged: object[] = [];
    return {
      database,
      logged,
      presets: new SqlPresets(database, { error: (what) => void logged.push(what) }),
    };
  }

  test('a preset is its owner’s alone, and a second of the same name replaces it', async () => {
    const { presets } = await openPresets();
    const first = { name: 'b', preset: { prompt: 'jazz', bpm: 93.75 } };
    const second = { name: 'a', preset: { loop: true } };
    await presets.save(ANN, { name: 'b', preset: { steps: 3 } }, 5);
    for (const preset of [first, second]) assert.equal(await presets.save(ANN, preset, 5), 'saved');
    assert.deepEqual(await presets.list(ANN), [second, first]);
    assert.deepEqual(await presets.list(GUILD), []);
    assert.equal(await presets.remove(GUILD, 'a'), false);
    assert.equal(await presets.remove(ANN, 'a'), true);
    assert.deepEqual(await presets.list(ANN), [first]);
  });

  test('a user with the most presets saves no other, but may replace one', async () => {
    const { presets } = await openPresets();
    const named = (name: string, bpm: number) => ({ name, preset: { bpm } });
    await presets.save(ANN, named('a', 80), 2);
    await presets.save(ANN, named('b', 80), 2);
    assert.equal(await presets.save(ANN, named('c', 80), 2), 'full');
    assert.equal(await presets.save(ANN, named('b', 90), 2), 'saved');
    assert.equal(await presets.save(GUILD, named('c', 80), 2), 'saved');
    assert.deepEqual(await presets.list(ANN), [named('a', 80), named('b', 90)]);
  });

  test('presets that this version cannot read are left out and logged', async () => {
    const { database, presets, logged } = await openPresets();
    await presets.save(ANN, { name: 'good', preset: { bpm: 80 } }, 5);
    for (const [name, request] of [
      ['a', '{"bpm":'],
      ['b', '{"bpm":9999}'],
      ['c', '{"from":{}}'],
    ] as const)
      await database.run(
        `INSERT INTO presets (owner_kind, owner_id, name, request) VALUES ('user', '1', :name, :request)`,
        {
          name,
          request,
        },
      );
    assert.deepEqual(
      (await presets.list(ANN)).map(({ name }) => name),
      ['good'],
    );
    assert.equal(logged.length, 3);
  });
}
