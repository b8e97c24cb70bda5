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
import { freshPage, noChromium as skip } from '../../../test/e2e/chromium.ts';
import type { LocalDiscord } from '../src/local-discord.ts';
import { isAtEnd, openPageBench, type PageBench, scrollToTop, shown } from './bench/page-bench.ts';
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

let bench: PageBench;
let local: LocalDiscord;

before(async () => {
  if (skip) return;
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
  bench = await openPageBench([play.toJSON(), queue.toJSON()], answer);
  local = bench.local;
});

after(async () => {
  if (!skip) await bench.close();
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

test('a command typed as text brings picture and sound, and the sound plays', { skip }, async () => {
  const page = await bench.open();
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
});

test('the keyboard alone picks a command, its options and a choice', { skip }, async () => {
  const page = await bench.open();
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
});

test('buttons update messages and open forms', { skip }, async () => {
  const page = await bench.open();
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
});

test('a moderator sees more commands, and private answers stay private', { skip }, async () => {
  const page = await bench.open();
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
});

test('a command typed while another user is loaded is answered as theirs', { skip }, async () => {
  const page = await bench.open();
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
});

test('a phone shows one column, with channels and users behind a button', { skip }, async () => {
  const page = await bench.open({ viewport: { width: 390, height: 844 }, colorScheme: 'light' });
  await page.getByRole('button', { name: 'Channels and users' }).click();
  await page.getByRole('button', { name: 'random' }).click();
  await page.getByText('This is #random').waitFor();
  const [width, background] = await page.evaluate<[number, string]>(
    '[document.documentElement.scrollWidth, getComputedStyle(document.body).backgroundColor]',
  );
  assert.deepEqual([width, background], [390, 'rgb(255, 255, 255)']);
  await page.close();
});

test('sending jumps to the end, and a bar leads there from old messages', { skip }, async () => {
  const page = await bench.open();
  for (let count = 0; count < 30; count += 1) local.actAs('mika').say(`line ${count}`);
  await shown(page, 'line 29').waitFor();
  const messages = page.locator('#messages');
  await messages.evaluate(scrollToTop);
  local.actAs('noor').say('news');
  const bar = page.getByRole('button', { name: '1 new message · Jump to present' });
  await bar.click();
  await shown(page, 'news').waitFor();
  await page.getByRole('button', { name: 'Jump to present' }).waitFor({ state: 'hidden' });
  assert.ok(await messages.evaluate(isAtEnd));
  await messages.evaluate(scrollToTop);
  await page.getByRole('button', { name: 'Jump to present' }).waitFor();
  await page.getByRole('combobox', { name: /^Message/ }).fill('my own');
  await page.keyboard.press('Enter');
  await shown(page, 'my own').waitFor();
  assert.ok(await messages.evaluate(isAtEnd));
});

test('a reload keeps user and channel, and a channel with news is marked', { skip }, async () => {
  const page = await bench.open();
  await page.getByRole('radio', { name: /Noor/ }).check({ force: true });
  await page.getByRole('button', { name: /random/ }).click();
  await page.getByText('This is #random').waitFor();
  await page.reload();
  await page.getByText('This is #random').waitFor();
  assert.ok(await page.getByRole('radio', { name: /Noor/ }).isChecked());
  local.actAs('mika').say('over here');
  await page.getByRole('button', { name: /^general.*unread/ }).click();
  await page.getByText('This is #general').waitFor();
  await page.getByRole('button', { name: 'general', exact: true }).waitFor();
});

test('an address that names nobody leads to the first user in the first channel', { skip }, async () => {
  const page = await freshPage();
  await page.goto(`${local.url}/#user=nobody&channel=nowhere`);
  await page.getByText('This is #general').waitFor();
  assert.ok(await page.getByRole('radio', { name: /Mika/ }).isChecked());
});

test('a button that is pressed twice at once is pressed once', { skip }, async () => {
  const page = await bench.open();
  local.actAs('mika').command('play', { prompt: 'twice' });
  const message = page.getByRole('article').filter({ hasText: 'twice' });
  await message.getByRole('button', { name: 'Other words' }).dblclick();
  await page.getByRole('dialog').waitFor();
  assert.equal(await page.getByRole('dialog').count(), 1);
});

test('odd texts are shown as they are, and what follows is shown as well', { skip }, async () => {
  const page = await bench.open();
  local.actAs('mika').say('<t:99999999999999999999:R> \\@everyone \\! <t:0:d>');
  local.actAs('mika').say('and on');
  await shown(page, 'and on').waitFor();
  const odd = page.getByRole('article').filter({ hasText: 'everyone' });
  assert.match((await odd.locator('.content').textContent()) ?? '', /^<t:9{20}:R> @everyone ! \d/);
});

test('a message is named by what it says, a bar by its percents, a spoiler by nothing of it', {
  skip,
}, async () => {
  const page = await bench.open();
  const { id } = local.actAs('mika').say('drawing ████░░░░░░ of **it** ||by Ann||');
  const message = page.locator(`[data-message-id="${id}"]`);
  await message.waitFor();
  assert.match(
    (await message.getAttribute('aria-label')) ?? '',
    /^Mika: drawing 40 % of it hidden text, Today/,
  );
  await message.getByRole('img', { name: '40 %' }).waitFor();
  await message.getByRole('button', { name: 'Show the hidden text' }).click();
  await message.getByRole('button', { name: 'by Ann' }).waitFor();
});

test('the page asked nobody outside and met no fault', { skip }, () => {
  assert.deepEqual(bench.strayRequests, []);
  assert.deepEqual(bench.faults, []);
});
