import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ActionRowBuilder, ButtonBuilder, ButtonStyle, type Interaction } from 'discord.js';
import { createManualClock } from '../src/clock.ts';
import { type LocalDiscord, startLocalDiscord } from '../src/local-discord.ts';
import { askApi, connectBot, formWith } from './bench/bot-client.ts';

const SOUND = Uint8Array.from({ length: 1000 }, (_, index) => index % 251);
const MINUTE_MS = 60_000;
const PLAY = { name: 'play', description: 'plays' };

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'local-discord-'));
  folders.push(folder);
  return folder;
}

/** Starts a second time where the first one ended. */
async function restarted(local: LocalDiscord, folder: string): Promise<LocalDiscord> {
  await local.close();
  return startLocalDiscord({ folder });
}

async function answer(interaction: Interaction): Promise<unknown> {
  if (interaction.isButton()) return interaction.update('pressed');
  if (!interaction.isChatInputCommand()) return undefined;
  const again = new ButtonBuilder().setCustomId('again').setLabel('Again').setStyle(ButtonStyle.Primary);
  const files = [{ name: 'a.wav', attachment: Buffer.from(SOUND) }];
  const components = [new ActionRowBuilder<ButtonBuilder>().addComponents(again)];
  return interaction.reply({ content: 'played', files, components });
}

test('messages, files and ids are there after a restart, and their buttons work', async () => {
  const folder = newFolder();
  let local = await startLocalDiscord({ folder });
  let bot = await connectBot(local, answer);
  await bot.client.application.commands.set([PLAY]);
  const shown = await local.waitForOriginal(local.actAs('mika').command('play'), () => true);
  await bot.close();
  const { guildId, applicationId } = local;
  local = await restarted(local, folder);
  const kept = local.message(shown.id);
  assert.deepEqual(kept, shown);
  assert.deepEqual([local.guildId, local.applicationId], [guildId, applicationId]);
  const [file] = kept?.attachments ?? [];
  assert.ok(file);
  assert.deepEqual(new Uint8Array(await (await fetch(local.url + file.path)).arrayBuffer()), SOUND);
  bot = await connectBot(local, answer);
  const { body } = await askApi(local, 'GET', `/channels/${shown.channelId}/messages/${shown.id}`);
  assert.equal(body.attachments[0].url, local.url + file.path);
  await local.actAs('mika').press('again', shown.id).answered;
  assert.equal(local.message(shown.id)?.content, 'pressed');
  await local.actAs('mika').command('play').answered;
  await bot.close();
  await local.close();
});

test('an answer can be edited in the next run, while its token is good', async () => {
  const folder = newFolder();
  const first = await startLocalDiscord({ folder });
  const bot = await connectBot(
    first,
    async (interaction) => interaction.isCommand() && interaction.deferReply(),
  );
  await bot.client.application.commands.set([PLAY]);
  const interaction = first.actAs('mika').command('play');
  await interaction.answered;
  await bot.close();
  const local = await restarted(first, folder);
  const original = `/webhooks/${local.applicationId}/${interaction.token}/messages/@original`;
  const { status, body } = await askApi(local, 'PATCH', original, { content: 'late' });
  assert.deepEqual([status, body.content], [200, 'late']);
  assert.deepEqual(
    local.messages().map(({ content }) => content),
    ['late'],
  );
  await local.close();
});

test('private answers are gone after a restart, as in Discord', async () => {
  const folder = newFolder();
  const first = await startLocalDiscord({ folder });
  const bot = await connectBot(
    first,
    async (interaction) => interaction.isCommand() && interaction.reply({ content: 'psst', flags: 64 }),
  );
  await bot.client.application.commands.set([PLAY]);
  await first.actAs('mika').command('play').answered;
  await bot.close();
  assert.equal(first.messages().length, 1);
  const local = await restarted(first, folder);
  assert.equal(local.messages().length, 0);
  await local.close();
});

test('a folder that holds something else is told by name', async () => {
  const folder = newFolder();
  writeFileSync(
    join(folder, 'local-discord.db'),
    'not a database, but long enough to be looked at '.repeat(9),
  );
  await assert.rejects(
    startLocalDiscord({ folder }),
    /local-discord\.db: expected a SQLite file .*; delete it/,
  );
});

test('a channel holds a bounded number of messages', async () => {
  const local = await startLocalDiscord({ folder: newFolder() });
  for (let count = 0; count < 510; count += 1) local.actAs('mika').say(String(count));
  const said = local.messages().map(({ content }) => content);
  assert.deepEqual([said.length, said[0], said.at(-1)], [500, '10', '509']);
  assert.equal(local.context.storage.records('message').length, 500);
  await local.close();
});

test('files are freed with their messages, when an edit drops them, and when a message is refused', async () => {
  const local = await startLocalDiscord();
  const { attachments } = local.context;
  const path = `/channels/${local.channelId('general')}/messages`;
  const { body } = await askApi(local, 'POST', path, formWith({ content: 'x' }, { 'a.wav': SOUND }));
  assert.equal(attachments.totalBytes, SOUND.length);
  await askApi(local, 'PATCH', `${path}/${body.id}`, formWith({ attachments: [] }, { 'b.wav': SOUND }));
  assert.equal(attachments.totalBytes, SOUND.length);
  const wrong = { embeds: [{ image: { url: 'attachment://c.png' } }] };
  const refused = await askApi(local, 'POST', path, formWith(wrong, { 'a.wav': SOUND }));
  assert.equal(refused.status, 400);
  assert.equal(attachments.totalBytes, SOUND.length);
  await askApi(local, 'DELETE', `${path}/${body.id}`);
  assert.equal(attachments.totalBytes, 0);
  await local.close();
});

test('interactions are forgotten when their token ends, which is still told from a wrong one', async () => {
  const clock = createManualClock();
  const local = await startLocalDiscord({ clock, folder: newFolder() });
  const bot = await connectBot(
    local,
    async (interaction) => interaction.isCommand() && interaction.reply('hi'),
  );
  await bot.client.application.commands.set([PLAY]);
  const first = local.actAs('mika').command('play');
  await first.answered;
  assert.equal(local.context.interactions.size, 1);
  clock.advance(15 * MINUTE_MS);
  await local.actAs('mika').command('play').answered;
  assert.equal(local.context.interactions.size, 1);
  assert.equal(local.context.storage.records('interaction').length, 1);
  const codeFor = async (token: string): Promise<number> => {
    const path = `/webhooks/${local.applicationId}/${token}/messages/@original`;
    return (await askApi(local, 'GET', path)).body.code;
  };
  assert.equal(await codeFor(first.token), 50027);
  assert.equal(await codeFor('nonsense'), 10015);
  await bot.close();
  await local.close();
});

test('a folder that cannot be made is told by name', {
  skip: process.platform === 'linux' ? false : 'no such paths there',
}, async () => {
  await assert.rejects(
    startLocalDiscord({ folder: '/proc/discord/a' }),
    /\/proc\/discord.* expected a SQLite file/,
  );
});
