import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { describe, test } from 'node:test';
import { MessageFlags, PermissionFlagsBits } from 'discord.js';
import type { Message } from 'local-discord/message';
import { compressSound } from '../../src/audio/compress-sound.ts';
import { encodeWav } from '../../src/audio/wav.ts';
import { FIRST_ANSWER_MS } from '../../src/discord/reply.ts';
import { refusalTexts } from '../../src/messages/refusals.ts';
import { soundTexts } from '../../src/messages/sound.ts';
import { happens } from '../waiting.ts';
import { finishedRiff, privateAnswer } from './bench/answers.ts';
import { WireBench } from './bench/wire-bench.ts';

const CALLBACK = 'POST /interactions/{interaction_id}/{interaction_token}/callback';
const NO_VOICE = { status: 403, body: { code: 50_173, message: 'You cannot send voice messages' } };

/** A finished riff of Mika; `press` is Noor's. */
async function riffToHear() {
  const bench = await WireBench.open();
  bench.life.engine.wavBytes = 100_000;
  const { message, jobId } = await finishedRiff(bench, { prompt: 'jazz', seed: 7 });
  const press = () => bench.discord.actAs('noor').press(`1:voice:${jobId}`, message.id);
  return { bench, jobId, press };
}

const isVoice = ({ flags }: Message): boolean => (flags & MessageFlags.IsVoiceMessage) !== 0;

function assertVoice({ content, embeds, components, attachments }: Message): void {
  const [sound, ...others] = attachments;
  assert.deepEqual([content, embeds, components, others], ['', [], [], []]);
  assert.equal(sound?.contentType, 'audio/ogg');
  assert.ok(Math.abs((sound.durationSecs ?? 0) - 49_978 / 44_100) < 1e-9, String(sound.durationSecs));
  assert.equal(Buffer.from(sound.waveform ?? '', 'base64').length, 11);
}

function assertFile({ content, attachments, flags }: Message, sentence: string): void {
  assert.equal(content, sentence);
  assert.deepEqual(
    attachments.map(({ filename, contentType }) => [filename, contentType]),
    [['riff-jazz-7.ogg', 'audio/ogg']],
  );
  assert.equal(flags & MessageFlags.IsVoiceMessage, 0);
}

describe('the button Voice message', () => {
  test('is answered with a voice message, once for the same user', async () => {
    const { bench, press } = await riffToHear();
    await using _ = bench;
    assertVoice(await bench.discord.waitForOriginal(press(), isVoice));
    assert.equal(await privateAnswer(bench, press()), soundTexts.en.justSent);
  });

  test('posts it where the sound takes too long for a first answer', async () => {
    const { bench, press } = await riffToHear();
    await using _ = bench;
    // Sounds are compressed one at a time, so this one keeps the riff's waiting.
    const before = compressSound(encodeWav([new Float32Array(60 * 44_100)], 44_100));
    const waits = bench.delays.length;
    const pressed = press();
    await happens('the wait', () => bench.delays.includes(FIRST_ANSWER_MS, waits));
    bench.clock.advance(FIRST_ANSWER_MS);
    assert.equal((await pressed.answered).kind, 'deferred');
    await before;
    assertVoice(await bench.discord.waitForMessage(isVoice, { channel: pressed.channelId }));
  });

  test('brings the sound as a file where voice messages are not allowed', async () => {
    const { bench, press } = await riffToHear();
    await using _ = bench;
    const { channel } = bench.discord.actAs('noor');
    assert.ok(channel.kind === 'guild_text');
    const deny = PermissionFlagsBits.SendVoiceMessages;
    channel.overwrites.set(channel.guildId, { kind: 'role', allow: 0n, deny });
    const answer = await bench.discord.waitForOriginal(press(), ({ attachments }) => attachments.length > 0);
    assertFile(answer, soundTexts.en.noVoicePermission);
  });

  test('brings the sound as a file where Discord refuses the voice message', async () => {
    const { bench, press } = await riffToHear();
    await using _ = bench;
    bench.discord.failNext(CALLBACK, NO_VOICE);
    const answer = await bench.discord.waitForOriginal(press(), ({ attachments }) => attachments.length > 0);
    assertFile(answer, soundTexts.en.noVoiceMessage);
  });

  test('says that the files are gone, and how to make them again', async () => {
    const { bench, jobId, press } = await riffToHear();
    await using _ = bench;
    const job = await bench.life.queue.get(jobId);
    assert.ok(job?.state.kind === 'done');
    rmSync(job.state.files.wav.path);
    const answer = await privateAnswer(bench, press());
    assert.equal(answer.replace(/<\/riff:\d+>/, '/riff'), refusalTexts.en.filesGone('/riff', 7));
  });

  test('says that a riff is not ready', async () => {
    const { bench, jobId, press } = await riffToHear();
    await using _ = bench;
    await bench.life.database.run("UPDATE jobs SET state = 'waiting' WHERE id = :id", { id: jobId });
    assert.equal(await privateAnswer(bench, press()), soundTexts.en.notReady);
  });
});
