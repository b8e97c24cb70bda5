import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PermissionFlagsBits } from 'discord-api-types/v10';
import type { ActOptions } from '../src/local-discord.ts';
import { type LocalDiscord, startLocalDiscord } from '../src/local-discord.ts';
import { askApi } from './bench/bot-client.ts';

const MANAGE_MESSAGES = String(1 << 13);
const everywhere = { contexts: [0, 1, 2], integration_types: [0, 1] };
const COMMANDS = [
  {
    name: 'play',
    description: 'plays',
    ...everywhere,
    options: [
      { type: 3, name: 'prompt', description: 'words', required: true, min_length: 2, max_length: 5 },
      { type: 4, name: 'steps', description: 'how many', min_value: 1, max_value: 9 },
      { type: 3, name: 'style', description: 'which', choices: [{ name: 'Jazz', value: 'jazz' }] },
    ],
  },
  {
    name: 'queue',
    description: 'moderates',
    contexts: [0],
    integration_types: [0],
    default_member_permissions: MANAGE_MESSAGES,
    options: [
      { type: 1, name: 'show', description: 'shows' },
      {
        type: 1,
        name: 'pause',
        description: 'pauses',
        options: [{ type: 3, name: 'reason', description: 'why' }],
      },
    ],
  },
  {
    name: 'owner',
    description: 'for admins',
    contexts: [0],
    integration_types: [0],
    default_member_permissions: '0',
  },
  { name: 'guildonly', description: 'not for private channels', contexts: [0, 1, 2], integration_types: [0] },
];

let local: LocalDiscord;

before(async () => {
  local = await startLocalDiscord();
  const reply = await askApi(local, 'PUT', `/applications/${local.applicationId}/commands`, COMMANDS);
  assert.equal(reply.status, 200);
});
after(() => local.close());

const CALLS: readonly (readonly [
  user: string,
  channel: ActOptions['channel'],
  command: string,
  refusal: RegExp | null,
])[] = [
  ['mika', 'general', 'queue show', /permissions/],
  ['noor', 'general', 'queue show', /permissions/],
  ['sol', 'general', 'queue show', null],
  ['ada', 'general', 'queue show', null],
  ['sol', 'dm', 'queue show', /not available here/],
  ['noor', 'elsewhere', 'queue show', null],
  ['mika', 'elsewhere', 'queue show', /permissions/],
  ['sol', 'elsewhere', 'queue show', /not in this channel/],
  ['sol', 'general', 'owner', /permissions/],
  ['ada', 'general', 'owner', null],
  ['mika', 'group', 'guildonly', /not installed here/],
  ['mika', 'dm', 'guildonly', null],
  ['sol', 'group', 'guildonly', /not in this channel/],
  ['mika', 'dm-noor', 'guildonly', /not in this channel/],
  ['mika', 'general', 'nothing', /not deployed.*\/play/],
  ['ada', 'general', 'queue', /choose one of show, pause/],
  ['ada', 'general', 'queue stop', /no subcommand stop/],
];
for (const [user, channel = 'general', command, refusal] of CALLS) {
  test(`${user} ${refusal ? 'may not call' : 'calls'} /${command} in ${channel}`, () => {
    const call = () => local.actAs(user, { channel }).command(command);
    if (refusal) assert.throws(call, refusal);
    else assert.equal(call().commandName, command);
  });
}

const OPTIONS: readonly (readonly [options: Record<string, string | number | boolean>, refusal: RegExp])[] = [
  [{}, /prompt: this option is required/],
  [{ prompt: 'a' }, /at least 2/],
  [{ prompt: 'abcdef' }, /at most 5/],
  [{ prompt: 'abc', steps: 10 }, /from 1 to 9/],
  [{ prompt: 'abc', steps: 1.5 }, /whole number/],
  [{ prompt: 'abc', style: 'rock' }, /one of Jazz/],
  [{ prompt: 'abc', tempo: 3 }, /no such option/],
  [{ prompt: 7 }, /enter a text/],
];
for (const [options, refusal] of OPTIONS) {
  test(`/play with ${JSON.stringify(options)} is not sent`, () => {
    assert.throws(() => local.actAs('mika').command('play', options), refusal);
  });
}

test('an unchecked user calls what nobody deployed, with any options', () => {
  const forged = local
    .actAs('mika', { unchecked: true, channel: 'group' })
    .command('queue pause', { reason: 'x' });
  assert.equal(forged.commandName, 'queue pause');
});

test('what the bot may do in a channel follows roles and overwrites', async () => {
  const channel = local.context.state.channels.get(local.channelId('random'));
  assert.ok(channel?.kind === 'guild_text');
  const path = `/channels/${channel.id}/messages`;
  const deny = (bits: bigint) =>
    channel.overwrites.set(local.applicationId, { kind: 'member', allow: 0n, deny: bits });
  assert.equal((await askApi(local, 'POST', path, { content: 'x' })).status, 200);
  deny(PermissionFlagsBits.SendMessages);
  assert.equal((await askApi(local, 'POST', path, { content: 'x' })).body.code, 50013);
  deny(PermissionFlagsBits.ViewChannel);
  assert.equal((await askApi(local, 'POST', path, { content: 'x' })).body.code, 50001);
  channel.overwrites.clear();
});

test('a private channel between users is out of reach without an interaction', async () => {
  const reply = await askApi(local, 'POST', `/channels/${local.channelId('group')}/messages`, {
    content: 'x',
  });
  assert.equal(reply.body.code, 50001);
});

test('a user who takes no direct messages answers with 50007', async () => {
  local.context.state.closedDms.add(local.user('noor').id);
  const reply = await askApi(local, 'POST', `/channels/${local.channelId('dm-noor')}/messages`, {
    content: 'x',
  });
  assert.deepEqual([reply.status, reply.body.code], [403, 50007]);
});

test('a new member may be given permissions', () => {
  const helper = local.addMember('Helper', PermissionFlagsBits.ManageMessages);
  assert.equal(local.actAs(helper.id).command('queue show').userId, helper.id);
  assert.throws(() => local.actAs(local.addMember('Plain').id).command('queue show'), /permissions/);
});
