import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ContextMenuCommandBuilder, type Interaction, MessageFlags } from 'discord.js';
import { type LocalDiscord, startLocalDiscord } from '../src/local-discord.ts';
import { askApi, connectBot, type TestBot } from './bench/bot-client.ts';
import { assertAsDiscordDescribes } from './bench/contract.ts';

const REMIX = new ContextMenuCommandBuilder().setName('Remix this').setType(3).toJSON();
const HISTORY = new ContextMenuCommandBuilder().setName('What they made').setType(2).toJSON();
const MODERATE = { ...REMIX, name: 'Moderate', default_member_permissions: 8192 };
const SLASH = { name: 'private', description: 'd' };

let local: LocalDiscord;
let bot: TestBot;
const heard: Interaction[] = [];

before(async () => {
  local = await startLocalDiscord();
  bot = await connectBot(local, async (interaction) => {
    heard.push(interaction);
    if (interaction.isChatInputCommand())
      return interaction.reply({ content: 'p', flags: MessageFlags.Ephemeral });
    return interaction.isRepliable() && interaction.reply('done');
  });
  await bot.client.application.commands.set([REMIX, HISTORY, SLASH]);
  await askApi(local, 'POST', base(), MODERATE);
});

after(async () => {
  await bot.close();
  await local.close();
});

const base = () => `/applications/${local.applicationId}/commands`;

test('a command of messages carries the message, with its files', async () => {
  const noor = local.actAs('noor');
  const file = noor.upload({ filename: 'a.wav', bytes: new Uint8Array(5) });
  const message = noor.say('my tune', [file.id]);
  const used = local.actAs('mika').contextMenu('Remix this', { message: message.id });
  await used.answered;
  const interaction = heard.at(-1);
  assert.ok(interaction?.isMessageContextMenuCommand());
  const { targetId, targetMessage, user } = interaction;
  assert.deepEqual(
    [targetId, targetMessage.content, targetMessage.author.username, user.username],
    [message.id, 'my tune', 'noor', 'mika'],
  );
  assert.equal(targetMessage.attachments.first()?.contentType, 'audio/x-wav');
  const { body } = await askApi(
    local,
    'GET',
    `/channels/${message.channelId}/messages/${local.original(used)?.id}`,
  );
  const { target_message_id: targetMessageId, name } = body.interaction_metadata;
  assert.deepEqual([body.type, targetMessageId, name], [23, message.id, 'Remix this']);
});

test('a command of users carries the user and the member', async () => {
  const used = local.actAs('mika').contextMenu('What they made', { user: 'sol' });
  await used.answered;
  const interaction = heard.at(-1);
  assert.ok(interaction?.isUserContextMenuCommand());
  const { targetId, targetUser, targetMember } = interaction;
  assert.deepEqual([targetId, targetUser.username], [local.user('sol').id, 'sol']);
  assert.ok(targetMember && 'roles' in targetMember);
  assert.equal(used.target?.kind, 'user');
});

test('a command that Discord does not offer is refused', async () => {
  const [mika, sol] = [local.actAs('mika'), local.actAs('sol')];
  const message = mika.say('hello');
  const on = { message: message.id };
  assert.throws(() => mika.contextMenu('private', on), /not deployed; the bot deployed Remix this, Moderate/);
  assert.throws(() => mika.contextMenu('Moderate', on), /permissions that Moderate asks for/);
  await sol.contextMenu('Moderate', on).answered;
  assert.throws(() => mika.contextMenu('Remix this', { message: '1' }), /there is no message 1 here/);
  assert.throws(
    () => local.actAs('mika', { channel: 'random' }).contextMenu('Remix this', on),
    /there is no message/,
  );
  const hidden = mika.command('private');
  await hidden.answered;
  const own = { message: local.original(hidden)?.id ?? '' };
  assert.throws(() => mika.contextMenu('Remix this', own), /takes no commands/);
  assert.throws(() => sol.contextMenu('Remix this', own), /there is no message/);
  assert.throws(() => mika.command('Remix'), /Remix is not deployed; the bot deployed \/private/);
});

test('commands of three types share a name and are told apart', async () => {
  const guildBase = `/applications/${local.applicationId}/guilds/${local.guildId}/commands`;
  for (const type of [1, 2, 3]) {
    const description = type === 1 ? 'd' : '';
    const made = await askApi(local, 'POST', guildBase, { name: 'same', type, description });
    assert.deepEqual([made.status, made.body.type, made.body.description], [201, type, description]);
  }
  const again = await askApi(local, 'POST', guildBase, { name: 'same', type: 3 });
  assert.equal(again.status, 200);
  const { body } = await askApi(local, 'GET', guildBase);
  assert.deepEqual(
    body.map(({ type }: { type: number }) => type),
    [1, 2, 3],
  );
  await askApi(local, 'PUT', guildBase, []);
});

const BAD: readonly (readonly [what: string, body: object, field: string, code: string])[] = [
  [
    'a description',
    { type: 3, name: 'A', description: 'd' },
    'description',
    'APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID',
  ],
  [
    'options',
    { type: 2, name: 'A', options: [{ type: 3, name: 'x', description: 'd' }] },
    'options',
    'APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS_INVALID',
  ],
  ['no name', { type: 3 }, 'name', 'BASE_TYPE_REQUIRED'],
  ['a name of 33 characters', { type: 3, name: 'x'.repeat(33) }, 'name', 'BASE_TYPE_MAX_LENGTH'],
];
for (const [what, body, field, code] of BAD) {
  test(`a context menu command with ${what} meets 50035`, async () => {
    const reply = await askApi(local, 'POST', base(), body);
    assert.equal(reply.body.code, 50035);
    assert.equal(reply.body.errors[field]._errors[0].code, code);
  });
}

test('the sixteenth command of a menu meets 30032', async () => {
  const list = (count: number) => Array.from({ length: count }, (_, at) => ({ type: 3, name: `M ${at}` }));
  assert.equal((await askApi(local, 'PUT', base(), list(15))).status, 200);
  assert.equal((await askApi(local, 'POST', base(), { type: 2, name: 'Another type' })).status, 201);
  const refused = await askApi(local, 'POST', base(), { type: 3, name: 'One more' });
  assert.deepEqual([refused.status, refused.body.code], [400, 30032]);
  const all = await askApi(local, 'PUT', base(), list(16));
  assert.deepEqual([all.body.code, (await askApi(local, 'GET', base())).body.length], [30032, 16]);
});

test('every request and answer is as Discord describes it', () => assertAsDiscordDescribes(local));
