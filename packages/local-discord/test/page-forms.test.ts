import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Interaction, ModalSubmitInteraction } from 'discord.js';
import { ComponentType } from 'discord-api-types/v10';
import type { Locator, Page } from 'playwright-core';
import { noChromium as skip } from '../../../test/e2e/chromium.ts';
import { askApi } from './bench/bot-client.ts';
import { openPageBench, type PageBench, shown } from './bench/page-bench.ts';

const options = ['Jazz', 'Rock', 'Folk'].map((label) => ({
  label,
  value: label.toLowerCase(),
  description: `${label} music`,
}));
const menu = (type: number, extra: object) => ({ type: 1, components: [{ type, custom_id: 'm', ...extra }] });

let bench: PageBench;
let sent: ModalSubmitInteraction | null = null;

before(async () => {
  if (skip) return;
  bench = await openPageBench([{ name: 'form', description: 'asks' }], answer);
});

after(async () => {
  if (!skip) await bench.close();
});

async function answer(interaction: Interaction): Promise<unknown> {
  if (interaction.isAnySelectMenu())
    return interaction.reply(`chose ${interaction.values.join(' ') || 'none'}`);
  if (interaction.isModalSubmit()) {
    sent = interaction;
    return interaction.reply('got it');
  }
  if (!interaction.isChatInputCommand()) return undefined;
  const label = (name: string, component: object) => ({ type: 18, label: name, component });
  return askApi(bench.local, 'POST', `/interactions/${interaction.id}/${interaction.token}/callback`, {
    type: 9,
    data: {
      custom_id: 'form',
      title: 'New piece',
      components: [
        { type: 10, content: 'Tell what you **want**' },
        label('Words', { type: 4, custom_id: 'words', style: 1 }),
        label('Style', { type: 3, custom_id: 'style', options, required: false }),
        label('Your sound', { type: 19, custom_id: 'sound', required: false }),
        label('Length', {
          type: 21,
          custom_id: 'length',
          options: [
            { label: 'Short', value: 's', default: true },
            { label: 'Long', value: 'l' },
          ],
        }),
      ],
    },
  });
}

/** A message of the bot with these components, on the screen. */
async function shows(page: Page, ...components: object[]): Promise<Locator> {
  const path = `/channels/${bench.local.channelId('general')}/messages`;
  const { body } = await askApi(bench.local, 'POST', path, { content: 'choose', components });
  const message = page.locator(`[data-message-id="${body.id}"]`);
  await message.waitFor();
  return message;
}

test('a menu is used with the mouse, and shows what was chosen', { skip }, async () => {
  const page = await bench.open();
  const message = await shows(page, menu(ComponentType.StringSelect, { options, placeholder: 'Style' }));
  await message.getByRole('button', { name: 'Style', exact: true }).click();
  await page.getByRole('option', { name: 'Rock Rock music' }).click();
  await shown(page, 'chose rock').waitFor();
  await message.getByRole('button', { name: 'Style: Rock' }).waitFor();
  assert.equal(await page.getByRole('listbox').count(), 0);
});

test('the keyboard chooses several values, and too few are not sent', { skip }, async () => {
  const page = await bench.open();
  const more = { options, placeholder: 'Two', min_values: 2, max_values: 2 };
  const message = await shows(page, menu(ComponentType.StringSelect, more));
  await message.getByRole('button', { name: 'Two' }).focus();
  await page.keyboard.press('ArrowDown');
  await page.getByText('Choose 2 · 0 chosen').waitFor();
  await page.keyboard.press('Space');
  await page.keyboard.press('Escape');
  await message.getByRole('button', { name: 'Two', exact: true }).waitFor();
  for (const key of ['Enter', 'Enter', 'ArrowUp', 'Enter', 'ArrowUp', 'Enter'])
    await page.keyboard.press(key);
  await page.getByText('Choose 2 · 2 chosen').waitFor();
  await page.keyboard.press('Escape');
  await shown(page, 'chose jazz folk').waitFor();
});

test('a menu of users is searched, and one that is switched off stays shut', { skip }, async () => {
  const page = await bench.open();
  const message = await shows(page, menu(ComponentType.UserSelect, { placeholder: 'Who', min_values: 0 }), {
    type: 1,
    components: [{ type: 6, custom_id: 'off', disabled: true, placeholder: 'Role' }],
  });
  assert.ok(await message.getByRole('button', { name: 'Role' }).isDisabled());
  await message.getByRole('button', { name: 'Who' }).click();
  await page.keyboard.type('so');
  await page.keyboard.press('Enter');
  await shown(page, `chose ${bench.local.user('sol').id}`).waitFor();
  await message.getByRole('button', { name: 'Who: Sol' }).click();
  await page.getByRole('option', { name: /Sol/ }).click();
  await shown(page, 'chose none').waitFor();
});

test('a form with a menu, a file and radio buttons is filled in', { skip }, async () => {
  const page = await bench.open();
  await page.keyboard.type('/form');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'New piece' });
  await dialog.getByText('Tell what you want').waitFor();
  await page.keyboard.type('a harp');
  await dialog.getByRole('button', { name: 'Style' }).click();
  await page.getByRole('option', { name: /Folk/ }).click();
  const chooser = page.waitForEvent('filechooser');
  await dialog.getByRole('button', { name: 'Your sound: Choose a file' }).click();
  await (await chooser).setFiles({ name: 'a.wav', mimeType: 'audio/wav', buffer: Buffer.from('abc') });
  await dialog.getByRole('radio', { name: 'Long' }).check();
  await dialog.getByRole('button', { name: 'Submit' }).click();
  await shown(page, 'got it').waitFor();
  const { fields } = sent ?? assert.fail('expected a submission');
  assert.equal(fields.getTextInputValue('words'), 'a harp');
  assert.deepEqual(fields.getStringSelectValues('style'), ['folk']);
  assert.equal(fields.getUploadedFiles('sound')?.first()?.size, 3);
  assert.equal(fields.getRadioGroup('length'), 'l');
});

test('a list that the bot has replaced meanwhile sends nothing', { skip }, async () => {
  const page = await bench.open();
  const old = { options: [...options, { label: 'Old', value: 'old' }], placeholder: 'Before', max_values: 2 };
  const message = await shows(page, menu(ComponentType.StringSelect, old));
  await message.getByRole('button', { name: 'Before' }).click();
  await page.getByRole('option', { name: 'Old' }).click();
  const id = await message.getAttribute('data-message-id');
  const path = `/channels/${bench.local.channelId('general')}/messages/${id}`;
  const components = [menu(ComponentType.StringSelect, { options, placeholder: 'After' })];
  await askApi(bench.local, 'PATCH', path, { components });
  await message.getByRole('button', { name: 'After' }).click();
  await page.getByRole('option', { name: /Jazz/ }).click();
  await shown(page, 'chose jazz').last().waitFor();
  assert.equal(await shown(page, 'chose old').count(), 0);
});

test('on a phone an open list stays on the screen', { skip }, async () => {
  const page = await bench.open({ viewport: { width: 390, height: 700 }, hasTouch: true, isMobile: true });
  const message = await shows(page, menu(ComponentType.StringSelect, { options, placeholder: 'Style' }));
  await message.getByRole('button', { name: 'Style' }).tap();
  // The messages may still scroll to their end when it opens; it moves with them.
  await page.waitForFunction(`(() => {
    const box = document.querySelector('[role=listbox]')?.getBoundingClientRect();
    return box && box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight;
  })()`);
  await page.getByRole('option', { name: /Folk/ }).tap();
  await shown(page, 'chose folk').waitFor();
  await page.close();
});

test('the page asked nobody outside and met no fault', { skip }, () => {
  assert.deepEqual([...bench.strayRequests, ...bench.faults], []);
});
