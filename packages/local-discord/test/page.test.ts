import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  EmbedBuilder,
  type Interaction,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import type { Browser, Locator, Page } from 'playwright-core';
import { launchChromium, noChromium as skip } from '../../../test/e2e/chromium.ts';
import { type LocalDiscord, startLocalDiscord } from '../src/local-discord.ts';
import { page as discordPage } from '../src/page/page.ts';
import { connectBot, type TestBot } from './bench/bot-client.ts';
import { createToneWav } from './bench/tone-wav.ts';

const SECONDS = 5.1;
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const button = (id: string, label: string) =>
  new ButtonBuilder().setCustomId(id).setLabel(label).setStyle(ButtonStyle.Secondary);
const words = new TextInputBuilder().setCustomId('words').setLabel('Words').setStyle(TextInputStyle.Short);
const form = new ModalBuilder()
  .setCustomId('form')
  .setTitle('Other words')
  .addComponents(new ActionRowBuilder<TextInputBuilder>().addComponents(words));

let local: LocalDiscord;
let bot: TestBot;
let browser: Browser;
const strayRequests: string[] = [];
const pageFaults: string[] = [];

before(async () => {
  if (skip) return;
  local = await startLocalDiscord({ page: discordPage });
  bot = await connectBot(local, answer);
  const play = new SlashCommandBuilder()
    .setName('play')
    .setDescription('plays')
    .setContexts(0, 1)
    .addStringOption((option) => option.setName('prompt').setDescription('words').setRequired(true))
    .addStringOption((option) => option.setName('negative').setDescription('not this'))
    .addIntegerOption((option) => option.setName('steps').setDescription('how many').setMaxValue(9))
    .addStringOption((option) =>
      option
        .setName('style')
        .setDescription('which')
        .addChoices({ name: 'Jazz', value: 'j' }, { name: 'Rock', value: 'r' }),
    );
  const queue = new SlashCommandBuilder()
    .setName('queue')
    .setDescription('moderates')
    .setDefaultMemberPermissions(8192)
    .addSubcommand((verb) => verb.setName('pause').setDescription('pauses'));
  await bot.client.application.commands.set([play.toJSON(), queue.toJSON()]);
  browser = await launchChromium();
});

after(async () => {
  if (skip) return;
  await browser.close();
  await bot.close();
  await local.close();
});

async function answer(interaction: Interaction): Promise<unknown> {
  if (interaction.isChatInputCommand() && interaction.commandName === 'queue') {
    return interaction.reply({ content: 'paused', flags: MessageFlags.Ephemeral });
  }
  if (interaction.isChatInputCommand()) {
    await interaction.deferReply();
    const { options } = interaction;
    const given = ['negative', 'style', 'steps'].map((name) => options.get(name)?.value ?? 'none').join(', ');
    return interaction.editReply({
      embeds: [
        new EmbedBuilder()
          .setTitle(options.getString('prompt', true))
          .setDescription(given)
          .setImage('attachment://a.png'),
      ],
      files: [
        new AttachmentBuilder(PNG, { name: 'a.png', description: 'a spectrogram' }),
        new AttachmentBuilder(Buffer.from(createToneWav(SECONDS)), { name: 'a.wav' }),
      ],
      components: [
        new ActionRowBuilder<ButtonBuilder>().addComponents(
          button('words', 'Other words'),
          button('gone', 'Clear'),
        ),
      ],
    });
  }
  if (interaction.isButton() && interaction.customId === 'gone') {
    return interaction.update({ content: 'cleared', embeds: [], attachments: [], components: [] });
  }
  if (interaction.isButton()) return interaction.showModal(form);
  if (interaction.isModalSubmit())
    return interaction.reply(`new words: ${interaction.fields.getTextInputValue('words')}`);
  return undefined;
}

async function openPage(options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
  page.setDefaultTimeout(30_000);
  page.on('request', (request) => {
    if (!request.url().startsWith(`${local.url}/`) && !request.url().startsWith('data:'))
      strayRequests.push(request.url());
  });
  page.on('pageerror', (fault) => pageFaults.push(fault.message));
  page.on('console', (message) => message.type() === 'error' && pageFaults.push(message.text()));
  await page.goto(local.url);
  await page.getByText('Bot is online').waitFor();
  return page;
}

/** In the messages; what is read aloud stands in the page as well. */
function shown(page: Page, text: string): Locator {
  return page.locator('#messages').getByText(text, { exact: true });
}

test('a command typed as text brings picture and sound, and the sound plays', { skip }, async () => {
  const page = await openPage();
  await page.keyboard.type('/play prompt:jazz piano negative:vocals');
  await page.keyboard.press('Enter');
  await shown(page, 'vocals, none, none').waitFor();
  await page.getByRole('img', { name: 'a spectrogram' }).waitFor();
  const sound = page.locator('audio').last();
  const played = await sound.evaluate(async (element) => {
    const audio = element as unknown as {
      play(): Promise<void>;
      duration: number;
      currentTime: number;
      ontimeupdate: unknown;
    };
    await audio.play();
    await new Promise((resolve) => {
      audio.ontimeupdate = () => audio.currentTime > 0 && resolve(null);
    });
    return { duration: audio.duration, at: audio.currentTime };
  });
  assert.equal(played.duration, SECONDS);
  assert.ok(played.at > 0);
  await page.close();
});

test('the keyboard alone picks a command, its options and a choice', { skip }, async () => {
  const page = await openPage();
  await page.keyboard.type('/pl');
  await page.keyboard.press('Tab');
  await page.keyboard.type('blues');
  await page.keyboard.press('Tab');
  await page.keyboard.type('sty');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await page.keyboard.type('steps:12');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'steps: a whole number to 9' }).waitFor();
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Enter');
  await shown(page, 'none, r, 1').waitFor();
  await page.close();
});

test('buttons update messages and open forms', { skip }, async () => {
  const page = await openPage();
  local.actAs('mika').command('play', { prompt: 'pressed' });
  const message = page.getByRole('article').filter({ hasText: 'pressed' });
  await message.getByRole('button', { name: 'Other words' }).click();
  const dialog = page.getByRole('dialog', { name: 'Other words' });
  await dialog.getByLabel('Words').fill('harp');
  await page.keyboard.press('Enter');
  await shown(page, 'new words: harp').waitFor();
  assert.equal(await dialog.count(), 0);
  await message.getByRole('button', { name: 'Clear' }).click();
  await shown(page, 'cleared').waitFor();
  await page.close();
});

test('a moderator sees more commands, and private answers stay private', { skip }, async () => {
  const page = await openPage();
  const input = page.getByRole('combobox', { name: 'Message, or / for a command' });
  await input.fill('/queue');
  await page.getByText('No command fits').waitFor();
  await page.getByRole('radio', { name: /Sol/ }).check({ force: true });
  await input.fill('/queue');
  await page.getByRole('option', { name: /queue pause/ }).click();
  await page.keyboard.press('Enter');
  await page.getByText('Only you can see this').waitFor();
  await page.getByRole('radio', { name: /Noor/ }).check({ force: true });
  await page.getByText('This is #general').waitFor();
  assert.equal(await shown(page, 'paused').count(), 0);
  await page.getByRole('radio', { name: /Sol/ }).check({ force: true });
  await page.getByRole('button', { name: 'Dismiss message' }).click();
  await page.getByText('Only you can see this').waitFor({ state: 'detached' });
  await page.close();
});

test('what is typed while another person is loaded is answered as theirs', { skip }, async () => {
  const page = await openPage();
  const input = page.getByRole('combobox', { name: 'Message, or / for a command' });
  let letThrough = () => {};
  const held = new Promise<void>((resolve) => {
    letThrough = resolve;
  });
  await page.route('**/local/view?*', async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole('radio', { name: /Sol/ }).check({ force: true });
  await input.fill('/queue');
  await page.getByText('No command fits').waitFor();
  letThrough();
  await page.getByRole('option', { name: /queue pause/ }).waitFor();
  const focused = await page.evaluate<string>('document.activeElement.ariaLabel');
  assert.equal(focused, 'Message, or / for a command');
  await page.close();
});

test('a phone shows one column, with channels and people behind a button', { skip }, async () => {
  const page = await openPage({ viewport: { width: 390, height: 844 }, colorScheme: 'light' });
  await page.getByRole('button', { name: 'Channels and users' }).click();
  await page.getByRole('button', { name: 'random' }).click();
  await page.getByText('This is #random').waitFor();
  const [width, background] = await page.evaluate<[number, string]>(
    '[document.documentElement.scrollWidth, getComputedStyle(document.body).backgroundColor]',
  );
  assert.deepEqual([width, background], [390, 'rgb(255, 255, 255)']);
  await page.close();
});

test('the page asked nobody outside and met no fault', { skip }, () => {
  assert.deepEqual(strayRequests, []);
  assert.deepEqual(pageFaults, []);
});
