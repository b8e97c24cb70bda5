import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Client, Events, GatewayIntentBits, SlashCommandBuilder } from 'discord.js';
import { startLocalDiscord } from '../src/local-discord.ts';
import { connectBot } from './bench/bot-client.ts';

const ping = new SlashCommandBuilder().setName('ping').setDescription('pong').toJSON();

test('a command sent while the socket is cut is answered after the session resumed', async () => {
  const local = await startLocalDiscord();
  const bot = await connectBot(local, async (interaction) => {
    if (interaction.isChatInputCommand()) await interaction.reply('pong');
  });
  await bot.client.application.commands.set([ping]);
  local.cutSockets();
  const interaction = local.actAs('mika').command('ping');
  assert.equal((await interaction.answered).kind, 'message');
  assert.deepEqual(local.gateway, { identifies: 1, resumes: 1 });
  await bot.close();
  await local.close();
});

test('a close code of Discord’s ends the connection for good', async () => {
  const local = await startLocalDiscord();
  const bot = await connectBot(local);
  const closed = once(bot.client, Events.ShardDisconnect);
  local.closeSockets(4004);
  const [{ code }] = await closed;
  assert.equal(code, 4004);
  await bot.close();
  await local.close();
});

test('a session that is not known cannot be resumed', async () => {
  const local = await startLocalDiscord();
  const socket = new WebSocket(`${local.url.replace('http', 'ws')}/gateway?v=10&encoding=json`);
  const frames: { op: number; d: unknown }[] = [];
  const invalid = new Promise<void>((resolve) => {
    socket.onmessage = ({ data }) => {
      frames.push(JSON.parse(String(data)));
      if (frames.length === 1)
        socket.send(JSON.stringify({ op: 6, d: { token: local.token, session_id: 'x', seq: 1 } }));
      else resolve();
    };
  });
  await invalid;
  assert.equal(frames[0]?.op, 10);
  assert.deepEqual({ op: frames[1]?.op, d: frames[1]?.d }, { op: 9, d: false });
  socket.close();
  await local.close();
});

const REFUSED = [
  {
    name: 'a wrong token',
    token: 'a.b.c',
    intents: [GatewayIntentBits.Guilds],
    says: /token|401|unauthorized/i,
  },
  { name: 'a privileged intent', token: null, intents: [GatewayIntentBits.MessageContent], says: /intents/i },
];
for (const { name, token, intents, says } of REFUSED) {
  test(`login with ${name} is refused`, async () => {
    const local = await startLocalDiscord();
    const client = new Client({ intents, rest: { api: local.apiBase } });
    await assert.rejects(client.login(token ?? local.token), says);
    await client.destroy();
    await local.close();
  });
}
