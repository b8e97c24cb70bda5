import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Interaction } from 'discord.js';
import { createManualClock, type ManualClock } from '../src/clock.ts';
import { type LocalDiscord, startLocalDiscord } from '../src/local-discord.ts';
import { connectBot, formWith } from './bench/bot-client.ts';

const HOUR_MS = 3_600_000;
/** More than a channel keeps in a day, so that every day is full. */
const MESSAGES_PER_HOUR = 25;
const SOUND = new Uint8Array(20_000);

interface Holding {
  readonly messages: number;
  readonly interactions: number;
  readonly uploads: number;
  readonly files: number;
  readonly fileBytes: number;
}

function holding({ context }: LocalDiscord): Holding {
  const { storage, attachments } = context;
  return {
    messages: storage.records('message').length,
    interactions: storage.records('interaction').length,
    uploads: storage.records('upload').length,
    files: storage.fileIds().length,
    fileBytes: attachments.totalBytes,
  };
}

async function answer(interaction: Interaction): Promise<unknown> {
  if (interaction.isButton()) return interaction.update({ content: 'pressed' });
  if (!interaction.isChatInputCommand()) return undefined;
  if (interaction.commandName === 'form') {
    const input = { type: 4, custom_id: 'x', style: 1, label: 'x' };
    const components = [{ type: 1 as const, components: [input] }];
    return interaction.showModal({ custom_id: `form ${interaction.id}`, title: 'x', components });
  }
  const button = { type: 2, style: 1, custom_id: 'again', label: 'Again' };
  const components = [{ type: 1 as const, components: [button] }];
  const files = [{ name: 'a.wav', attachment: Buffer.from(SOUND) }];
  return interaction.reply({ content: 'played', components, files });
}

/** An hour of everything, much of it left undone: forms that nobody sends, files that nobody uses. */
async function liveAnHour(local: LocalDiscord, clock: ManualClock): Promise<void> {
  const [mika, noor] = [local.actAs('mika'), local.actAs('noor')];
  for (let count = 0; count < MESSAGES_PER_HOUR; count += 1)
    noor.say(
      `message ${count}`,
      count % 5 === 0 ? [noor.upload({ filename: 'b.wav', bytes: SOUND }).id] : [],
    );
  mika.upload({ filename: 'unused.wav', bytes: SOUND });
  await mika.command('form').answered;
  const played = mika.command('play');
  await played.answered;
  await mika.press('again', local.original(played)?.id).answered;
  clock.advance(HOUR_MS);
}

test('after three days no more is held than after the first two, in memory and on disk', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'local-discord-'));
  const clock = createManualClock();
  const local = await startLocalDiscord({ clock, folder });
  const bot = await connectBot(local, answer);
  await bot.client.application.commands.set(['play', 'form'].map((name) => ({ name, description: 'd' })));
  for (let hour = 0; hour < 48; hour += 1) await liveAnHour(local, clock);
  const before = holding(local);
  const sizeBefore = statSync(join(folder, 'local-discord.db')).size;
  for (let hour = 0; hour < 24; hour += 1) await liveAnHour(local, clock);
  assert.deepEqual(holding(local), before);
  assert.ok(before.messages <= 500 && before.interactions <= 2 && before.uploads <= 25);
  assert.equal(local.context.interactions.size <= 4, true);
  assert.ok(statSync(join(folder, 'local-discord.db')).size <= sizeBefore * 1.1);
  await bot.close();
  await local.close();
  rmSync(folder, { recursive: true });
});

test('files past 256 MiB take the oldest messages along', async () => {
  const local = await startLocalDiscord({ maxFileBytes: 25 * 1024 * 1024 });
  const url = `${local.apiBase}/v10/channels/${local.channelId('general')}/messages`;
  const headers = { authorization: `Bot ${local.token}` };
  const bytes = new Uint8Array(24 * 1024 * 1024);
  for (let count = 0; count < 12; count += 1) {
    const body = formWith({ content: String(count) }, { 'a.wav': bytes });
    assert.equal((await fetch(url, { method: 'POST', headers, body })).status, 200);
  }
  assert.deepEqual(
    local.messages().map(({ content }) => content),
    ['2', '3', '4', '5', '6', '7', '8', '9', '10', '11'],
  );
  assert.equal(local.context.storage.fileIds().length, 10);
  await local.close();
});
