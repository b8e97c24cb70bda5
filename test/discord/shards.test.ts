import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Events } from 'discord.js';
import { startLocalDiscord } from 'local-discord';
import { systemClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { connectDiscord } from '../../src/discord/connection.ts';
import { createLog } from '../../src/log.ts';
import type { Shards } from '../../src/system/setting-rules.ts';

const GUILDS = Array.from({ length: 7 }, (_, index) => ({
  name: `Server ${index}`,
  owner: 'mika',
  channels: [{ name: 'music' }],
  members: { mika: [] },
}));

const DIVISIONS: readonly (readonly string[])[] = [['auto'], ['0-1/3', '2/3'], ['0/4', '1-2/4', '3/4']];
for (const division of DIVISIONS)
  test(`SHARDS ${division.join(' and ')}: every server has one bot process`, async () => {
    const local = await startLocalDiscord({ users: [{ name: 'Mika' }], guilds: GUILDS, shards: 2 });
    const processes = division.map((SHARDS) => readConfig({ SHARDS }).shards);
    const connections = processes.map((shards) =>
      connectDiscord({
        token: local.token,
        apiBase: local.apiBase,
        shards,
        clock: systemClock,
        log: createLog('silent'),
      }),
    );
    for (const { client } of connections) {
      const ready = once(client, Events.ClientReady);
      await client.login(local.token);
      await ready;
    }
    for (const [index, { client, awaySince }] of connections.entries()) {
      assert.equal(awaySince(), null);
      assert.deepEqual([...client.ws.shards.keys()], idsOf(processes[index]));
    }
    const served = connections.flatMap(({ client }) => client.guilds.cache.map(({ name }) => name));
    assert.deepEqual(served.sort(), GUILDS.map(({ name }) => name).sort());
    for (const { client } of connections) await client.destroy();
    await local.close();
  });

/** `auto`: as many as the local Discord recommends. */
function idsOf(shards: Shards | undefined): readonly number[] {
  return shards === undefined || shards === 'auto' ? [0, 1] : shards.ids;
}
