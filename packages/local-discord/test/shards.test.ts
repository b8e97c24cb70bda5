import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Client, Events, GatewayIntentBits } from 'discord.js';
import { WebSocket } from 'ws';
import { type LocalDiscord, startLocalDiscord } from '../src/local-discord.ts';
import { askApi } from './bench/bot-client.ts';

const GUILDS = ['One', 'Two', 'Three', 'Four'].map((name) => ({
  name,
  owner: 'mika',
  channels: [{ name: name.toLowerCase() }],
  members: { mika: [] },
}));

interface ShardBot {
  readonly client: Client<true>;
  /** The channels in which it was used. */
  readonly used: string[];
}

/** A bot process of its own that has one part of the guilds. */
async function connectShard(local: LocalDiscord, id: number, count: number): Promise<ShardBot> {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    rest: { api: local.apiBase },
    shards: [id],
    shardCount: count,
  });
  const used: string[] = [];
  client.on(Events.InteractionCreate, async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    used.push(interaction.channel && 'name' in interaction.channel ? `${interaction.channel.name}` : 'dm');
    await interaction.reply(`shard ${id}`);
  });
  const ready = once(client, Events.ClientReady);
  await client.login(local.token);
  await ready;
  return { client: client as Client<true>, used };
}

test('two processes divide the guilds, and each hears of its own', async () => {
  const local = await startLocalDiscord({ users: [{ name: 'Mika' }], guilds: GUILDS, shards: 2 });
  const { body } = await askApi(local, 'GET', '/gateway/bot');
  assert.equal(body.shards, 2);
  const [, ...bots] = await Promise.all([
    local.waitForBot({ shards: 2 }),
    connectShard(local, 0, 2),
    connectShard(local, 1, 2),
  ]);
  await assert.rejects(local.waitForBot({ shards: 3, timeoutMs: 1 }), /2 of 3 sessions are open/);
  const guildsOf = ({ client }: ShardBot) => client.guilds.cache.map(({ id }) => id);
  for (const [id, bot] of bots.entries())
    for (const guildId of guildsOf(bot)) assert.equal(Number((BigInt(guildId) >> 22n) % 2n), id);
  assert.equal(bots.flatMap(guildsOf).length, 4);
  assert.deepEqual(
    bots.map((bot) => guildsOf(bot).length),
    [2, 2],
  );
  await bots[0]?.client.application.commands.set([{ name: 'play', description: 'd' }]);
  for (const channel of ['one', 'two', 'three', 'four', 'dm'])
    await local.actAs('mika', { channel }).command('play').answered;
  const [first, second] = bots.map(({ used }) => used);
  assert.equal(first?.length, 3);
  assert.equal(first?.at(-1), 'dm');
  assert.deepEqual([...(first ?? []), ...(second ?? [])].sort(), ['dm', 'four', 'one', 'three', 'two']);
  for (const { client } of bots) await client.destroy();
  await local.close();
});

test('a shard that was cut off resumes although the other one identifies again', async () => {
  const local = await startLocalDiscord({ users: [{ name: 'Mika' }], guilds: GUILDS });
  const [first, second] = [await connectShard(local, 0, 2), await connectShard(local, 1, 2)];
  const resumed = once(first.client, Events.ShardResume);
  local.cutSockets();
  await second.client.destroy();
  const again = await connectShard(local, 1, 2);
  await resumed;
  for (const { client } of [first, again]) await client.destroy();
  await local.close();
});

for (const shard of [
  [2, 2],
  [-1, 1],
]) {
  test(`a shard ${shard} is closed with 4010`, async () => {
    const local = await startLocalDiscord();
    const socket = new WebSocket(local.context.gatewayUrl);
    await once(socket, 'message');
    socket.send(JSON.stringify({ op: 2, d: { token: local.token, intents: 1, shard } }));
    const [code] = await once(socket, 'close');
    assert.equal(code, 4010);
    await local.close();
  });
}
