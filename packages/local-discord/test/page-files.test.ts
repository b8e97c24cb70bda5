import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Interaction, SlashCommandBuilder } from 'discord.js';
import type { Page } from 'playwright-core';
import { noChromium as skip } from '../../../test/e2e/chromium.ts';
import { openPageBench, type PageBench, shown } from './bench/page-bench.ts';
import { createToneWav } from './bench/tone-wav.ts';

const TONE = { name: 'tone.wav', mimeType: 'audio/wav', buffer: Buffer.from(createToneWav(1)) };

let bench: PageBench;

before(async () => {
  if (skip) return;
  const remix = new SlashCommandBuilder()
    .setName('remix')
    .setDescription('makes another one')
    .addAttachmentOption((option) => option.setName('sound').setDescription('yours').setRequired(true))
    .addStringOption((option) => option.setName('words').setDescription('which'))
    .addAttachmentOption((option) => option.setName('second').setDescription('another'));
  bench = await openPageBench([remix.toJSON()], answer);
});

after(async () => {
  if (!skip) await bench.close();
});

async function answer(interaction: Interaction): Promise<unknown> {
  if (!interaction.isChatInputCommand()) return undefined;
  const files = ['sound', 'second'].flatMap((name) => interaction.options.getAttachment(name) ?? []);
  const words = interaction.options.getString('words') ?? 'no words';
  return interaction.reply(`${words}: ${files.map(({ name, size }) => `${name} ${size}`).join(', ')}`);
}

/** As if files were dropped on, or pasted into, the page. */
async function give(page: Page, kind: 'drop' | 'paste', names: readonly string[], bytes = 3): Promise<void> {
  await page.evaluate(
    `(() => {
      const transfer = new DataTransfer();
      for (const name of ${JSON.stringify(names)})
        transfer.items.add(new File([new Uint8Array(${bytes})], name));
      const init = { bubbles: true, cancelable: true };
      const event = ${JSON.stringify(kind)} === 'drop'
        ? new DragEvent('drop', { ...init, dataTransfer: transfer })
        : new ClipboardEvent('paste', { ...init, clipboardData: transfer });
      (document.activeElement ?? document.body).dispatchEvent(event);
    })()`,
  );
}

test('a file is chosen for an option with the keyboard, and what is typed next goes on behind it', {
  skip,
}, async () => {
  const page = await bench.open();
  await page.keyboard.type('/remix ');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'sound: yours. Choose a file' }).waitFor();
  await page.keyboard.press('Enter');
  await (await chooser).setFiles(TONE);
  await page.getByRole('button', { name: /sound: yours. tone.wav, 43 KB/ }).waitFor();
  await page.keyboard.type('words:hum');
  await page.keyboard.press('Enter');
  await shown(page, `hum: tone.wav ${TONE.buffer.length}`).waitFor();
});

test('dropped and pasted files fill the options of a command, and no more than those', { skip }, async () => {
  const page = await bench.open();
  await page.keyboard.type('/remix ');
  await give(page, 'drop', ['a.wav']);
  await give(page, 'paste', ['b.mp3']);
  await give(page, 'drop', ['c.mp3']);
  await page.getByRole('alert').filter({ hasText: '/remix takes no further file' }).waitFor();
  await page.keyboard.press('Enter');
  await shown(page, 'no words: a.wav 3, b.mp3 3').waitFor();
});

test('a required file that is missing or taken away again is asked for', { skip }, async () => {
  const page = await bench.open();
  await page.keyboard.type('/remix ');
  await give(page, 'drop', ['a.wav']);
  // Back to the file, then away with it.
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('alert').filter({ hasText: 'sound is required' }).waitFor();
});

test('a message goes with its files, whose sound plays and can be taken out before', { skip }, async () => {
  const page = await bench.open();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Attach files' }).click();
  await (await chooser).setFiles([TONE, { ...TONE, name: 'other.wav' }]);
  await page.getByRole('button', { name: 'Remove other.wav' }).click();
  await page.keyboard.type('listen');
  await page.keyboard.press('Enter');
  const message = page.getByRole('article').filter({ hasText: 'listen' });
  await message.getByRole('button', { name: 'Play tone.wav' }).waitFor();
  assert.equal(await message.getByText('other.wav').count(), 0);
  await page.getByRole('list', { name: 'Files of your message' }).waitFor({ state: 'hidden' });
});

test('a file that is too large is refused before it is sent', { skip }, async () => {
  const page = await bench.open();
  await give(page, 'drop', ['long.wav'], 11 * 1024 * 1024);
  await page
    .getByRole('alert')
    .filter({ hasText: 'long.wav has 11.0 MB; a file may have 10.0 MB' })
    .waitFor();
  await page.keyboard.type('/remix ');
  await give(page, 'drop', ['long.wav'], 11 * 1024 * 1024);
  await page.getByRole('alert').filter({ hasText: 'long.wav has 11.0 MB' }).waitFor();
});

test('a voice message shows its waveform, its length before it is read, and is sought with the keyboard', {
  skip,
}, async () => {
  const page = await bench.open();
  const noor = bench.local.actAs('noor');
  const waveform = Buffer.from(Array.from({ length: 100 }, (_, at) => at * 2)).toString('base64');
  const bytes = createToneWav(4);
  const { id } = noor.sayVoice(noor.upload({ filename: 'v.wav', bytes, durationSecs: 4, waveform }).id);
  const message = page.locator(`[data-message-id="${id}"]`);
  await message.getByText('0:00 / 0:04').waitFor();
  const heights = await message
    .locator('.voice-bars i')
    .evaluateAll((bars) => bars.map((bar) => Number.parseInt((bar as unknown as Bar).style.height, 10)));
  assert.ok(heights.length > 20);
  assert.ok(heights.every((height, at) => at === 0 || height >= (heights[at - 1] ?? 0)));
  await message.getByRole('slider', { name: 'Position in voice message' }).focus();
  await page.keyboard.press('End');
  await message.getByText('0:04 / 0:04').waitFor();
  assert.match((await message.getAttribute('aria-label')) ?? '', /^Noor: voice message/);
  assert.equal(await message.getByText('v.wav').count(), 0);
});

interface Bar {
  readonly style: { readonly height: string };
}

test('the page asked nobody outside and met no fault', { skip }, () => {
  assert.deepEqual([...bench.strayRequests, ...bench.faults], []);
});
