import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { Interaction } from 'discord.js';
import { createManualClock } from '../src/clock.ts';
import { type LocalDiscord, type LocalDiscordOptions, startLocalDiscord } from '../src/local-discord.ts';
import { askApi, connectBot, type TestBot } from './bench/bot-client.ts';
import { assertAsDiscordDescribes } from './bench/contract.ts';

const MEBIBYTE = 1024 * 1024;
const SOUND = Uint8Array.from({ length: 1000 }, (_, index) => index % 251);
const WAV = { filename: 'loop.wav', bytes: SOUND };
const REMIX = {
  name: 'remix',
  description: 'd',
  options: [
    { type: 11, name: 'sound', description: 'd', required: true, file_types: ['audio', '.txt'] },
    { type: 11, name: 'second', description: 'd' },
  ],
};

async function withBot(
  options: LocalDiscordOptions,
  run: (local: LocalDiscord, bot: TestBot, heard: Interaction[]) => Promise<void>,
): Promise<void> {
  const local = await startLocalDiscord(options);
  const heard: Interaction[] = [];
  const bot = await connectBot(local, async (interaction) => {
    heard.push(interaction);
    if (interaction.isRepliable()) await interaction.reply('done');
  });
  await bot.client.application.commands.set([REMIX]);
  await run(local, bot, heard);
  await bot.close();
  await local.close();
}

test('a command carries an uploaded file, which the bot can fetch in parts', () =>
  withBot({}, async (local, _, heard) => {
    const mika = local.actAs('mika');
    const file = mika.upload({ ...WAV, filename: 'my löop.wav' });
    await mika.command('remix', { sound: file.id }).answered;
    const [interaction] = heard;
    assert.ok(interaction?.isChatInputCommand());
    const { id, name, title, size, contentType, url, ephemeral, duration } =
      interaction.options.getAttachment('sound', true);
    assert.deepEqual(
      { id, name, title, size, contentType, ephemeral, duration },
      {
        id: file.id,
        name: 'my_l_op.wav',
        title: 'my löop',
        size: 1000,
        contentType: 'audio/x-wav',
        ephemeral: true,
        duration: null,
      },
    );
    assert.equal(url, `${local.url}/ephemeral-attachments/${mika.channel.id}/${id}/my_l_op.wav`);
    const part = await fetch(url, { headers: { range: 'bytes=10-19' } });
    assert.equal(part.status, 206);
    assert.deepEqual(new Uint8Array(await part.arrayBuffer()), SOUND.subarray(10, 20));
  }));

test('Discord sends no command with a file that is missing, not there, of another user or of another type', () =>
  withBot({}, async (local) => {
    const [mika, noor] = [local.actAs('mika'), local.actAs('noor')];
    assert.throws(() => mika.command('remix'), /sound: this option is required/);
    assert.throws(() => mika.command('remix', { sound: '123' }), /sound: choose a file/);
    assert.throws(() => mika.command('remix', { sound: noor.upload(WAV).id }), /sound: choose a file/);
    const picture = mika.upload({ ...WAV, filename: 'a.png' });
    assert.throws(() => mika.command('remix', { sound: picture.id }), /choose a file of audio, \.txt/);
    const words = mika.upload({ ...WAV, filename: 'a.TXT' });
    await mika.command('remix', { sound: words.id, second: picture.id }).answered;
  }));

test('a file has the size that its place takes', () =>
  withBot(
    {
      users: [{ name: 'Mika' }],
      guilds: [
        { name: 'Plain', owner: 'mika', channels: [{ name: 'plain' }], members: { mika: [] } },
        {
          name: 'Boosted',
          owner: 'mika',
          channels: [{ name: 'big' }],
          members: { mika: [] },
          premiumTier: 2,
        },
      ],
    },
    async (local, _, heard) => {
      const bytes = new Uint8Array(30 * MEBIBYTE);
      assert.throws(
        () => local.actAs('mika').upload({ ...WAV, bytes }),
        /loop\.wav: at most 10 MiB a file here/,
      );
      const mika = local.actAs('mika', { channel: 'big' });
      await mika.command('remix', { sound: mika.upload({ ...WAV, bytes }).id }).answered;
      assert.equal(heard[0]?.attachmentSizeLimit, 50 * MEBIBYTE);
      const { body } = await askApi(local, 'GET', `/guilds/${local.guild('Boosted').id}`);
      assert.equal(body.premium_tier, 2);
    },
  ));

test('a user writes a message with files', () =>
  withBot({}, async (local) => {
    const mika = local.actAs('mika');
    const message = mika.say('', [mika.upload(WAV).id, mika.upload({ ...WAV, filename: 'b.mp3' }).id]);
    const path = `/channels/${message.channelId}/messages/${message.id}`;
    const { body } = await askApi(local, 'GET', path);
    const [wav, mp3] = body.attachments;
    assert.deepEqual([wav.filename, mp3.content_type], ['loop.wav', 'audio/mpeg']);
    assert.match(wav.url, /\/attachments\/\d+\/\d+\/loop\.wav$/);
    assert.deepEqual(new Uint8Array(await (await fetch(wav.url)).arrayBuffer()), SOUND);
    assert.throws(() => mika.say('again', [wav.id]), /not there any more/);
    assert.throws(() => mika.say(''), /write something or attach a file/);
    assertAsDiscordDescribes(local);
  }));

test('who may not attach files sends none', async () => {
  const local = await startLocalDiscord();
  const mika = local.actAs('mika');
  if (mika.channel.kind === 'guild_text')
    mika.channel.overwrites.set(mika.user.id, { kind: 'member', allow: 0n, deny: 1n << 15n });
  const { id } = mika.upload(WAV);
  assert.throws(() => mika.say('listen', [id]), /you may not attach files here/);
  assert.equal(mika.say('listen').content, 'listen');
  await local.close();
});

test('uploads that nobody sends are gone after a day, and the oldest of too many at once', async () => {
  const clock = createManualClock();
  const local = await startLocalDiscord({ clock });
  const { uploads, attachments } = local.context;
  const mika = local.actAs('mika');
  const old = mika.upload(WAV);
  clock.advance(24 * 60 * 60_000);
  const first = mika.upload({ ...WAV, bytes: new Uint8Array(10 * MEBIBYTE) });
  assert.equal(uploads.find(mika.user.id, old.id), undefined);
  for (let count = 0; count < 6; count += 1) mika.upload({ ...WAV, bytes: new Uint8Array(10 * MEBIBYTE) });
  assert.equal(uploads.find(mika.user.id, first.id), undefined);
  assert.equal(attachments.totalBytes, 60 * MEBIBYTE);
  assert.equal((await fetch(local.url + first.path)).status, 404);
  await local.close();
});

test('a restart keeps what was uploaded and frees files that belong to nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'local-discord-'));
  let local = await startLocalDiscord({ folder });
  const { id, path } = local.actAs('mika').upload(WAV);
  await local.close();
  const database = new DatabaseSync(join(folder, 'local-discord.db'));
  database.prepare("INSERT INTO files (id, bytes) VALUES ('7', x'00')").run();
  local = await startLocalDiscord({ folder });
  assert.deepEqual(local.context.storage.fileIds(), [id]);
  assert.equal((await fetch(local.url + path)).status, 200);
  assert.equal(local.actAs('mika').say('', [id]).attachments[0]?.id, id);
  database.close();
  await local.close();
  rmSync(folder, { recursive: true });
});
