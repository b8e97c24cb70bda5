import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Interaction, SlashCommandBuilder } from 'discord.js';
import type { Page } from 'playwright-core';
import { noChromium } from '../../../test/e2e/chromium.ts';
import { openPageBench, type PageBench } from './bench/page-bench.ts';

const COMMAND = new SlashCommandBuilder()
  .setName('try')
  .setDescription('says what came')
  .addStringOption((option) => option.setName('text').setDescription('free text'))
  .addStringOption((option) =>
    option
      .setName('choice')
      .setDescription('one of three')
      .addChoices(
        { name: 'PNDM', value: 'pndm' },
        { name: 'UniPC', value: 'unipc' },
        { name: 'UniPC fast', value: 'fast' },
      ),
  )
  .addStringOption((option) => option.setName('job').setDescription('proposed').setAutocomplete(true))
  .addIntegerOption((option) => option.setName('whole').setDescription('a number').setMaxValue(9))
  .addIntegerOption((option) =>
    option
      .setName('speed')
      .setDescription('one of two')
      .addChoices({ name: 'Slow', value: 1 }, { name: 'Quick', value: 2 }),
  )
  .addNumberOption((option) => option.setName('ratio').setDescription('a number'))
  .addBooleanOption((option) => option.setName('flag').setDescription('yes or no'))
  .addUserOption((option) => option.setName('user').setDescription('somebody'))
  .addChannelOption((option) => option.setName('channel').setDescription('somewhere'))
  .addRoleOption((option) => option.setName('role').setDescription('a role'))
  .addMentionableOption((option) => option.setName('anyone').setDescription('a user or a role'));

const JOBS = [
  { name: 'waiting: upright bass', value: 'id-bass' },
  { name: 'waiting: upright', value: 'id-upright' },
];

/** Typed to its end, and what the bot gets: an id stands for the name in the last column. */
const COMPLETE: readonly (readonly [option: string, typed: string, value: string])[] = [
  ['text', 'Riffs: loud', 'Riffs: loud'],
  ['choice', 'UniPC', 'unipc'],
  ['choice', 'unipc', 'unipc'],
  ['choice', 'fast', 'fast'],
  ['job', 'waiting: upright', 'id-upright'],
  ['job', 'waiting: upright bass', 'id-bass'],
  ['job', 'anything else', 'anything else'],
  ['whole', '9', '9'],
  ['speed', 'quick', '2'],
  ['speed', '2', '2'],
  ['ratio', '0.5', '0.5'],
  ['flag', 'False', 'false'],
  ['flag', 'true', 'true'],
  ['user', 'Noor', 'Noor'],
  ['user', '@ada', 'Ada'],
  ['channel', '#random', 'random'],
  ['role', 'Admin', 'Admin'],
  ['anyone', 'Moderator', 'Moderator'],
  ['anyone', 'sol', 'Sol'],
];

/** A part of what is meant; the first row is taken. */
const PARTIAL: readonly (readonly [option: string, typed: string, value: string])[] = [
  ['choice', 'uni', 'unipc'],
  ['speed', 'q', '2'],
  ['flag', 'f', 'false'],
  ['user', 'so', 'Sol'],
  ['channel', 'ran', 'random'],
  ['role', 'mod', 'Moderator'],
  ['anyone', 'ad', 'Ada'],
];

/** Picked from the list with the mouse. */
const PICKED: readonly (readonly [option: string, label: string, value: string])[] = [
  ['choice', 'UniPC fast', 'fast'],
  ['job', 'waiting: upright bass', 'id-bass'],
  ['speed', 'Slow', '1'],
  ['flag', 'False', 'false'],
  ['user', 'Ada', 'Ada'],
  ['channel', 'random', 'random'],
  ['role', 'Moderator', 'Moderator'],
  ['anyone', 'Admin', 'Admin'],
];

describe('the options of a command, filled in on the page', { skip: noChromium }, () => {
  let bench: PageBench;
  let page: Page;
  let received: string[] = [];
  let asked: string[] = [];

  before(async () => {
    bench = await openPageBench([COMMAND.toJSON()], answer);
    page = await bench.open();
  });

  after(() => bench.close());

  async function answer(interaction: Interaction): Promise<unknown> {
    if (interaction.isAutocomplete()) {
      asked.push(interaction.options.getFocused());
      return interaction.respond(JOBS);
    }
    if (!interaction.isChatInputCommand()) return undefined;
    received = interaction.options.data.map(({ name, value, user, channel, role }) => {
      return `${name}=${user?.displayName ?? channel?.name ?? role?.name ?? value}`;
    });
    return interaction.reply('done');
  }

  /** Types in the composer, sends, and resolves with what the bot got. */
  async function sent(send: () => Promise<void>): Promise<string[]> {
    received = [];
    const { local } = bench;
    const before = local.messages().length;
    await send();
    await local.waitForMessage(() => local.messages().length > before, { timeoutMs: 30_000 });
    await page.getByRole('combobox', { name: 'Message, or / for a command' }).waitFor();
    return received;
  }

  for (const [option, typed, value] of COMPLETE) {
    test(`${option}:${typed}, typed to its end and sent with Enter, is ${value}`, async () => {
      const got = await sent(async () => {
        await page.keyboard.type(`/try ${option}:${typed}`);
        await page.keyboard.press('Enter');
      });
      assert.deepEqual(got, [`${option}=${value}`]);
    });

    test(`${option}:${typed}, pasted and sent with the button, is ${value}`, async () => {
      const got = await sent(async () => {
        await page.keyboard.insertText(`/try ${option}:${typed}`);
        await page.getByRole('button', { name: 'Send' }).click();
      });
      assert.deepEqual(got, [`${option}=${value}`]);
    });
  }

  for (const [option, typed, value] of PARTIAL) {
    test(`${option}:${typed} takes the first row, ${value}`, async () => {
      const got = await sent(async () => {
        await page.keyboard.type(`/try ${option}:${typed}`);
        await page.keyboard.press('Enter');
        await page.keyboard.press('Enter');
      });
      assert.deepEqual(got, [`${option}=${value}`]);
    });
  }

  for (const [option, label, value] of PICKED) {
    test(`${option}, picked with the mouse as ${label}, is ${value}`, async () => {
      const got = await sent(async () => {
        await page.keyboard.type(`/try ${option}:`);
        await page.locator('.suggestion-label').getByText(label, { exact: true }).click();
        await page.getByRole('button', { name: 'Send' }).click();
      });
      assert.deepEqual(got, [`${option}=${value}`]);
    });
  }

  test('a row chosen with the arrows is sent, and the field shows its label', async () => {
    const got = await sent(async () => {
      await page.keyboard.type('/try job:');
      await page.getByRole('option', { name: 'waiting: upright bass' }).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      assert.equal(await page.getByRole('combobox', { name: /^job/ }).inputValue(), 'waiting: upright bass');
      await page.keyboard.press('Enter');
    });
    assert.deepEqual(got, ['job=id-bass']);
  });

  test('a value that an option does not take is explained, and nothing is sent', async () => {
    await page.keyboard.type('/try whole:12');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'whole: a whole number to 9' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
  });

  test('the bot is asked when the typing pauses, not at every letter', async () => {
    const own = await bench.browser.newPage();
    await own.clock.install();
    await own.goto(bench.local.url);
    await own.getByText('Bot is online').waitFor();
    await own.clock.pauseAt(Date.now() + 3_600_000);
    asked = [];
    await own.keyboard.type('/try job:up');
    await own.clock.runFor(299);
    assert.deepEqual(asked, []);
    await own.clock.runFor(1);
    await own.getByRole('option', { name: 'waiting: upright bass' }).waitFor();
    assert.deepEqual(asked, ['up']);
    await own.close();
  });
});
