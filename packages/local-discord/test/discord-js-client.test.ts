import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  EmbedBuilder,
  type Interaction,
  InteractionContextType,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import { OpenApiContract } from '../../../test/discord-openapi/contract.ts';
import { type LocalDiscord, startLocalDiscord } from '../src/local-discord.ts';
import { connectBot, type TestBot } from './bench/bot-client.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const WAV = Buffer.alloc(900_000, 1);

const again = new ButtonBuilder().setCustomId('again').setLabel('Again').setStyle(ButtonStyle.Primary);
const rename = new ButtonBuilder().setCustomId('rename').setLabel('Text').setStyle(ButtonStyle.Secondary);
const row = new ActionRowBuilder<ButtonBuilder>().addComponents(again, rename);
const input = new TextInputBuilder()
  .setCustomId('text')
  .setLabel('New text')
  .setStyle(TextInputStyle.Short)
  .setMaxLength(20)
  .setValue('piano');
const modal = new ModalBuilder()
  .setCustomId('form')
  .setTitle('Change')
  .addComponents(new ActionRowBuilder<TextInputBuilder>().addComponents(input));

let local: LocalDiscord;
let bot: TestBot;

before(async () => {
  local = await startLocalDiscord();
  bot = await connectBot(local, answer);
  const command = new SlashCommandBuilder()
    .setName('play')
    .setDescription('plays')
    .setContexts(0, 1, 2)
    .setIntegrationTypes(0, 1)
    .addStringOption((option) =>
      option.setName('prompt').setDescription('words').setRequired(true).setMaxLength(20),
    )
    .addStringOption((option) => option.setName('style').setDescription('a style').setAutocomplete(true));
  await bot.client.application.commands.set([command.toJSON()]);
});

after(async () => {
  await bot.close();
  await local.close();
});

async function answer(interaction: Interaction): Promise<void> {
  if (interaction.isAutocomplete()) {
    return interaction.respond([{ name: `${interaction.options.getFocused()}!`, value: 'loud' }]);
  }
  if (interaction.isChatInputCommand()) {
    await interaction.deferReply();
    await interaction.editReply({
      embeds: [
        new EmbedBuilder()
          .setTitle(interaction.options.getString('prompt', true))
          .setImage('attachment://a.png'),
      ],
      files: [
        new AttachmentBuilder(PNG, { name: 'a.png', description: 'picture' }),
        new AttachmentBuilder(WAV, { name: 'a.wav' }),
      ],
      components: [row],
    });
    await interaction.followUp({ content: 'only you', flags: MessageFlags.Ephemeral });
  } else if (interaction.isButton() && interaction.customId === 'again') {
    await interaction.update({ content: 'pressed', components: [] });
  } else if (interaction.isButton()) {
    await interaction.showModal(modal);
  } else if (interaction.isModalSubmit()) {
    await interaction.reply(`you wrote ${interaction.fields.getTextInputValue('text')}`);
  }
}

test('a client logs in and knows its servers, channels and members', () => {
  const guild = bot.client.guilds.cache.get(local.guildId);
  assert.equal(bot.client.guilds.cache.size, 2);
  assert.ok(guild?.channels.cache.has(local.channelId('general')));
  assert.ok(guild?.members.me?.permissions.has('AttachFiles'));
  assert.equal(local.gateway.identifies, 1);
});

test('a deferred command is edited with picture and sound, and followed up in private', async () => {
  const interaction = local.actAs('mika').command('/play', { prompt: 'jazz' });
  assert.equal((await interaction.answered).kind, 'deferred');
  const message = await local.waitForOriginal(interaction, (original) => original.components.length > 0);
  const [picture, sound] = message.attachments;
  assert.deepEqual([picture?.filename, picture?.embedded, picture?.width], ['a.png', true, 1]);
  assert.deepEqual([sound?.contentType, sound?.sizeBytes], ['audio/x-wav', WAV.length]);
  assert.equal(message.embeds[0]?.title, 'jazz');
  const followUp = await local.waitForMessage((found) => found.visibleTo === local.user('mika').id);
  assert.equal(followUp.content, 'only you');
  assert.ok(!local.actAs('noor').messages.includes(followUp));
});

for (const channel of ['dm', 'group'] as const) {
  test(`the same command is answered in a ${channel} channel`, async () => {
    const interaction = local.actAs('mika', { channel }).command('/play', { prompt: channel });
    await local.waitForOriginal(interaction, (original) => original.attachments.length === 2);
    assert.equal(interaction.guildId, null);
  });
}

test('discord.js reads all that an interaction carries', async () => {
  const seen = new Promise<Interaction>((resolve) => bot.client.once('interactionCreate', resolve));
  local.actAs('sol').command('play', { prompt: 'blues' });
  const interaction = await seen;
  assert.ok(interaction.isChatInputCommand());
  assert.equal(interaction.context, InteractionContextType.Guild);
  const { guildId, userId } = interaction.authorizingIntegrationOwners;
  assert.deepEqual([guildId, userId], [local.guildId, local.user('sol').id]);
  assert.ok(interaction.memberPermissions?.has('ManageMessages'));
  assert.ok(interaction.appPermissions.has(['SendMessages', 'EmbedLinks', 'AttachFiles']));
  assert.equal(interaction.attachmentSizeLimit, 10 * 1024 * 1024);
});

test('a button updates its message', async () => {
  const mika = local.actAs('mika');
  const shown = await local.waitForOriginal(
    mika.command('play', { prompt: 'rock' }),
    (found) => found.components.length > 0,
  );
  const answered = await mika.press('again', shown.id).answered;
  assert.equal(answered.kind, 'update');
  assert.equal(local.message(shown.id)?.content, 'pressed');
  assert.equal(local.message(shown.id)?.attachments.length, 2);
  assert.throws(() => mika.press('again', shown.id), /no such component/);
});

test('a button opens a form, and the form is answered', async () => {
  const mika = local.actAs('mika');
  const shown = await local.waitForOriginal(
    mika.command('play', { prompt: 'folk' }),
    (found) => found.components.length > 0,
  );
  const opened = await mika.press('rename', shown.id).answered;
  assert.equal(opened.kind === 'modal' && opened.modal.title, 'Change');
  assert.throws(() => mika.submitModal('form', { text: 'x'.repeat(21) }), /at most 20/);
  const interaction = mika.submitModal('form', { text: 'harp' });
  assert.equal((await local.waitForOriginal(interaction, () => true)).content, 'you wrote harp');
  assert.throws(() => mika.submitModal('form', {}), /no form/);
});

test('autocomplete proposes while typing', async () => {
  const interaction = local.actAs('mika').autocomplete('play', { style: 'lou' }, 'style');
  const answered = await interaction.answered;
  assert.deepEqual(answered.kind === 'choices' && answered.choices, [{ name: 'lou!', value: 'loud' }]);
});

test('a client posts, edits and deletes in a channel and in a DM', async () => {
  const user = await bot.client.users.fetch(local.user('noor').id);
  const dm = await user.send('hello');
  assert.equal(dm.channelId, local.channelId('dm-noor'));
  await dm.edit('changed');
  assert.equal(local.messages('dm-noor')[0]?.content, 'changed');
  await dm.delete();
  assert.equal(local.messages('dm-noor').length, 0);
});

test('everything that went over the wire is as Discord describes it', () => {
  const contract = new OpenApiContract();
  assert.ok(local.requests.length > 20);
  assert.deepEqual(
    local.requests.flatMap((request) => contract.problemsOf(request)),
    [],
  );
  const broken = { ...local.requests.find((request) => request.files.length > 0), body: { content: 7 } };
  assert.match(contract.problemsOf(broken as (typeof local.requests)[0]).join(), /content: must be/);
  assert.deepEqual(local.unknownRoutes, []);
});
