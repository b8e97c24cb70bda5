import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AttachmentBuilder, type Interaction, MessageFlags } from 'discord.js';
import { type LocalDiscord, startLocalDiscord } from '../src/local-discord.ts';
import { askApi, connectBot, formWith, type TestBot } from './bench/bot-client.ts';
import { assertAsDiscordDescribes } from './bench/contract.ts';

const WAVEFORM = Buffer.from([0, 128, 255, 64]).toString('base64');
const SOUND = new Uint8Array(100);
const IS_VOICE = MessageFlags.IsVoiceMessage;

let local: LocalDiscord;
let bot: TestBot;

before(async () => {
  local = await startLocalDiscord();
  bot = await connectBot(local, answer);
  const commands = ['reply', 'defer', 'edit'].map((name) => ({ name, description: 'd' }));
  await bot.client.application.commands.set(commands);
});

after(async () => {
  await bot.close();
  await local.close();
});

const voice = () => ({
  files: [
    new AttachmentBuilder(Buffer.from(SOUND), { name: 'v.ogg' }).setDuration(2.5).setWaveform(WAVEFORM),
  ],
});

async function answer(interaction: Interaction): Promise<unknown> {
  if (!interaction.isChatInputCommand()) return undefined;
  if (interaction.commandName === 'reply') return interaction.reply({ ...voice(), flags: IS_VOICE });
  await interaction.deferReply();
  if (interaction.commandName === 'edit') {
    const path = `/webhooks/${local.applicationId}/${interaction.token}/messages/@original`;
    const note = { id: '0', duration_secs: 2.5, waveform: WAVEFORM };
    return askApi(
      local,
      'PATCH',
      path,
      formWith({ flags: IS_VOICE, attachments: [note] }, { 'v.ogg': SOUND }),
    );
  }
  return interaction.followUp({ ...voice(), flags: IS_VOICE });
}

/** A message of the bot, as raw as it can be made. */
function send(body: object, files: Record<string, Uint8Array<ArrayBuffer>> = { 'v.ogg': SOUND }) {
  const note = { id: '0', duration_secs: 2.5, waveform: WAVEFORM };
  const form = formWith({ flags: IS_VOICE, attachments: [note], ...body }, files);
  return askApi(local, 'POST', `/channels/${local.channelId('general')}/messages`, form);
}

test('a channel, a first answer and a follow-up take a voice message', async () => {
  const { body } = await send({});
  const [sound] = body.attachments;
  assert.deepEqual(
    [body.flags, sound.duration_secs, sound.waveform, sound.content_type],
    [IS_VOICE, 2.5, WAVEFORM, 'audio/ogg'],
  );
  for (const name of ['reply', 'defer']) {
    const shown = await local.waitForOriginal(
      local.actAs('mika').command(name),
      ({ attachments }) => attachments.length > 0,
    );
    assert.equal(shown.flags & IS_VOICE, IS_VOICE);
  }
});

test('an edit of a deferred answer makes no voice message of it', async () => {
  const used = local.actAs('mika').command('edit');
  const shown = await local.waitForOriginal(used, ({ attachments }) => attachments.length > 0);
  assert.equal(shown.flags & IS_VOICE, 0);
});

const row = { type: 1, components: [{ type: 2, style: 1, custom_id: 'x', label: 'x' }] };
const BAD: readonly (readonly [
  what: string,
  body: object,
  files: Record<string, Uint8Array<ArrayBuffer>>,
  code: number,
])[] = [
  ['words', { content: 'x' }, { 'v.ogg': SOUND }, 50159],
  ['an embed', { embeds: [{ title: 'x' }] }, { 'v.ogg': SOUND }, 50159],
  ['a button', { components: [row] }, { 'v.ogg': SOUND }, 50159],
  ['no sound', { attachments: [] }, {}, 50160],
  ['two sounds', {}, { 'v.ogg': SOUND, 'w.ogg': SOUND }, 50160],
  ['a picture', {}, { 'v.png': SOUND }, 50160],
  ['no length', { attachments: [{ id: '0', waveform: WAVEFORM }] }, { 'v.ogg': SOUND }, 50161],
  ['no waveform', { attachments: [{ id: '0', duration_secs: 1 }] }, { 'v.ogg': SOUND }, 50161],
  ['a waveform of 401', { attachments: [{ id: '0', waveform: 'A'.repeat(404) }] }, { 'v.ogg': SOUND }, 50035],
  ['a waveform that is no base64', { attachments: [{ id: '0', waveform: 'ö' }] }, { 'v.ogg': SOUND }, 50035],
  ['a negative length', { attachments: [{ id: '0', duration_secs: -1 }] }, { 'v.ogg': SOUND }, 50035],
];
for (const [what, body, files, code] of BAD) {
  test(`a voice message with ${what} meets ${code}, and its files are not kept`, async () => {
    const before = local.context.attachments.totalBytes;
    const reply = await send(body, files);
    assert.deepEqual([reply.status, reply.body.code], [400, code]);
    assert.equal(local.context.attachments.totalBytes, before);
  });
}

test('a voice message cannot be edited, only deleted', async () => {
  const { body } = await send({});
  const path = `/channels/${body.channel_id}/messages/${body.id}`;
  assert.equal((await askApi(local, 'PATCH', path, { content: 'x' })).body.code, 50162);
  assert.equal((await askApi(local, 'DELETE', path)).status, 204);
});

test('where voice messages are not allowed, they meet 50173 and files still go', async () => {
  const channel = local.actAs('mika', { channel: 'random' }).channel;
  if (channel.kind === 'guild_text')
    channel.overwrites.set(channel.guildId, { kind: 'role', allow: 0n, deny: 1n << 46n });
  const path = `/channels/${channel.id}/messages`;
  const form = (flags: number) => formWith({ flags }, { 'v.ogg': SOUND });
  const refused = await askApi(local, 'POST', path, form(IS_VOICE));
  assert.deepEqual([refused.status, refused.body.code], [403, 50173]);
  assert.equal((await askApi(local, 'POST', path, form(0))).status, 200);
});

test('a user sends a voice message', async () => {
  const mika = local.actAs('mika');
  const file = { filename: 'v.ogg', bytes: SOUND };
  const plain = mika.upload(file);
  assert.throws(() => mika.sayVoice(plain.id), /a sound with durationSecs and waveform/);
  const message = mika.sayVoice(mika.upload({ ...file, durationSecs: 2.5, waveform: WAVEFORM }).id);
  const { body } = await askApi(local, 'GET', `/channels/${message.channelId}/messages/${message.id}`);
  assert.deepEqual([body.flags, body.attachments[0].duration_secs], [IS_VOICE, 2.5]);
});

test('every request and answer is as Discord describes it', () => assertAsDiscordDescribes(local));
