import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ContextMenuCommandBuilder, type Interaction, MessageFlags, SlashCommandBuilder } from 'discord.js';
import type { Locator, Page } from 'playwright-core';
import { noChromium as skip } from '../../../test/e2e/chromium.ts';
import { openPageBench, type PageBench, shown } from './bench/page-bench.ts';

let bench: PageBench;

before(async () => {
  if (skip) return;
  const commands = [
    new ContextMenuCommandBuilder().setName('Remix this').setType(3),
    new ContextMenuCommandBuilder().setName('Length of this').setType(3),
    new ContextMenuCommandBuilder().setName('Greet').setNameLocalizations({ de: 'Begrüßen' }).setType(2),
    new SlashCommandBuilder()
      .setName('play')
      .setNameLocalizations({ de: 'spiele' })
      .setDescription('Plays')
      .setDescriptionLocalizations({ de: 'Spielt etwas' })
      .addStringOption((option) =>
        option
          .setName('style')
          .setNameLocalizations({ de: 'stil' })
          .setDescription('Which one')
          .addChoices({ name: 'Folk', name_localizations: { de: 'Volksmusik' }, value: 'folk' }),
      ),
  ];
  bench = await openPageBench(
    commands.map((command) => command.toJSON()),
    answer,
  );
});

after(async () => {
  if (!skip) await bench.close();
});

async function answer(interaction: Interaction): Promise<unknown> {
  if (interaction.isChatInputCommand())
    return interaction.reply(`${interaction.locale} ${interaction.options.getString('style')}`);
  if (interaction.isMessageContextMenuCommand())
    return interaction.reply({
      content: `${interaction.commandName}: ${interaction.targetMessage.content}`,
      flags: interaction.targetMessage.content === 'whisper' ? MessageFlags.Ephemeral : [],
    });
  if (interaction.isUserContextMenuCommand())
    return interaction.reply(`hello ${interaction.targetUser.username}`);
  return undefined;
}

/** A message of Noor's on the screen. */
async function says(page: Page, content: string): Promise<Locator> {
  const { id } = bench.local.actAs('noor').say(content);
  const message = page.locator(`[data-message-id="${id}"]`);
  await message.waitFor();
  return message;
}

test('a right click on a message offers the commands for it', { skip }, async () => {
  const page = await bench.open();
  const message = await says(page, 'first');
  await message.click({ button: 'right' });
  const menu = page.getByRole('menu', { name: 'Apps' });
  assert.deepEqual(await menu.getByRole('menuitem').allTextContents(), ['Remix this', 'Length of this']);
  await menu.getByRole('menuitem', { name: 'Remix this' }).click();
  await shown(page, 'Remix this: first').waitFor();
  assert.equal(await menu.count(), 0);
  const reply = page.getByRole('article').filter({ hasText: 'Remix this: first' });
  await reply.getByText('used Remix this').waitFor();
});

test('the keyboard opens the menu, moves in it and leaves it', { skip }, async () => {
  const page = await bench.open();
  const message = await says(page, 'second');
  const button = message.getByRole('button', { name: 'Apps for the message of Noor' });
  await button.focus();
  await page.keyboard.press('Enter');
  const item = (name: string) => page.getByRole('menuitem', { name });
  await item('Remix this').waitFor();
  await page.keyboard.press('ArrowUp');
  assert.ok(await item('Length of this').evaluate(isFocused));
  await page.keyboard.press('ArrowDown');
  assert.ok(await item('Remix this').evaluate(isFocused));
  await page.keyboard.press('Escape');
  assert.equal(await page.getByRole('menu').count(), 0);
  assert.ok(await button.evaluate(isFocused));
  await page.keyboard.press('Enter');
  await item('Remix this').waitFor();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await shown(page, 'Length of this: second').waitFor();
});

test('a user is greeted from the name in a message and from the list of users', { skip }, async () => {
  const page = await bench.open();
  const message = await says(page, 'third');
  await message.getByRole('button', { name: 'Noor', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Greet' }).click();
  await shown(page, 'hello noor').waitFor();
  await page.locator('.user').filter({ hasText: 'Sol' }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Greet' }).click();
  await shown(page, 'hello sol').waitFor();
});

test('a private answer offers no commands', { skip }, async () => {
  const page = await bench.open();
  await (await says(page, 'whisper')).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Remix this' }).click();
  const secret = page.getByRole('article').filter({ hasText: 'Only you can see this' });
  await secret.waitFor();
  await secret.getByText('Remix this: whisper').click({ button: 'right' });
  assert.equal(await page.getByRole('menu').count(), 0);
});

test('on a phone the menu opens with a tap and stays on the screen', { skip }, async () => {
  const page = await bench.open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const message = await says(page, 'tapped');
  await message.getByRole('button', { name: /^Apps/ }).tap();
  const box = await page.getByRole('menu').boundingBox();
  assert.ok(box && box.x >= 0 && box.x + box.width <= 390 && box.y + box.height <= 844);
  await page.getByRole('menuitem', { name: 'Remix this' }).tap();
  await shown(page, 'Remix this: tapped').waitFor();
  await page.close();
});

test('commands are shown and typed in the language of the user', { skip }, async () => {
  const page = await bench.open();
  const language = page.getByRole('button', { name: /^Language/ });
  await language.click();
  await page.getByRole('option', { name: 'Deutsch' }).click();
  await page.getByRole('button', { name: 'Language: Deutsch' }).waitFor();
  await page.getByRole('combobox', { name: /^Message/ }).fill('/sp');
  await page.getByRole('option', { name: '/spiele Spielt etwas' }).click();
  await page.keyboard.type('stil:Volksmusik');
  await page.keyboard.press('Enter');
  await shown(page, 'de folk').waitFor();
  await page.locator('.user').filter({ hasText: 'Sol' }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Begrüßen' }).waitFor();
  await page.keyboard.press('Escape');
  await language.click();
  await page.getByRole('option', { name: 'American English' }).click();
  await page.getByRole('combobox', { name: /^Message/ }).fill('/pl');
  await page.getByRole('option', { name: '/play Plays' }).waitFor();
});

test('the page asked nobody outside and met no fault', { skip }, () => {
  assert.deepEqual([...bench.strayRequests, ...bench.faults], []);
});

function isFocused(element: { readonly ownerDocument: { readonly activeElement: unknown } }): boolean {
  return element.ownerDocument.activeElement === element;
}
