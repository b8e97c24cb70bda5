import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { APIButtonComponentWithCustomId } from 'discord.js';
import type { Interaction } from 'local-discord/interaction';
import type { Message } from 'local-discord/message';
import { batchTexts } from '../../src/messages/batch.ts';
import { noticeTexts } from '../../src/messages/notices.ts';
import { happens } from '../waiting.ts';
import { customIds, deletedBy, isFinished, privateAnswer } from './bench/answers.ts';
import { WireBench } from './bench/wire-bench.ts';

const text = batchTexts.en;
const PAST_TOKEN_MS = 16 * 60_000;
const TO_LATE_WORD_MS = 14 * 60_000;
const EDIT = 'PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original';

function ask({ discord }: WireBench, count: number, options = {}, channel = 'music'): Interaction {
  return discord.actAs('mika', { channel }).command('riff', { prompt: 'jazz', seed: 7, count, ...options });
}

const MOST_STEPS = 40;

/** Lets time pass until the message fits: its text is edited every few seconds. */
async function becomes(
  bench: WireBench,
  command: Interaction,
  fits: (message: Message) => boolean,
): Promise<Message> {
  await command.answered;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const message = bench.discord.original(command);
    if (message && fits(message)) return message;
    await bench.passTime(5000);
  }
  return assert.fail(bench.discord.original(command)?.content ?? 'there is no answer');
}

/** The message once the lines of its riffs end with, or name, these states. */
function shows(bench: WireBench, command: Interaction, ...states: readonly string[]): Promise<Message> {
  const isState = (line = '', state = ''): boolean =>
    state === text.ready ? line.endsWith(`· ${state}`) : line.includes(state);
  return becomes(bench, command, ({ content }) => {
    const lines = linesOf(content);
    return lines.length === states.length && states.every((state, index) => isState(lines[index], state));
  });
}

/** Of two riffs the first has failed and the second is there. */
async function firstFailed(bench: WireBench): Promise<Message> {
  const command = ask(bench, 2);
  (await bench.life.engine.renderNumber(1)).fail('the model is broken');
  (await bench.life.engine.renderNumber(2)).finish();
  return shows(bench, command, 'failed', text.ready);
}

/** Those that everybody reads. */
function messagesOf({ discord }: WireBench): readonly Message[] {
  return discord.messages('music').filter(({ visibleTo }) => visibleTo === null);
}

function linesOf(content: string): readonly string[] {
  return content.split('\n').filter((line) => /^\*\*\d\*\* ·/.test(line));
}

function names({ attachments }: Message): readonly string[] {
  return attachments.map(({ filename }) => filename);
}

function enabled({ components }: Message): readonly string[] {
  const rows = components as readonly unknown[] as { components: APIButtonComponentWithCustomId[] }[];
  const buttons = rows.flatMap((row) => row.components);
  return buttons.flatMap(({ disabled, label }) => (disabled ? [] : [label ?? '']));
}

function button(message: Message, action: string, nth = 0): string {
  return customIds(message).filter((id) => id.startsWith(`1:${action}:`))[nth] ?? '';
}

const statesOf = async (bench: WireBench, message: Message) =>
  Promise.all(
    customIds(message)
      .filter((id) => id.startsWith('1:pick:'))
      .map(async (id) => (await bench.life.queue.get(id.split(':')[2] ?? ''))?.state.kind),
  );

/** The message shows a riff as ready before its delivery is stored. */
const allDone = (bench: WireBench, message: Message): Promise<void> =>
  happens('every end', async () => (await statesOf(bench, message)).every((kind) => kind === 'done'));

describe('/riff count', () => {
  test('riffs with seeds one after the other fill up one message, a picture and a sound each', async () => {
    await using bench = await WireBench.open();
    bench.life.engine.drawsPoster = true;
    const command = ask(bench, 3);
    const first = await bench.life.engine.renderNumber(1);
    const waiting = await shows(bench, command, 'seed 7', 'seed 8', 'seed 9');
    assert.deepEqual(enabled(waiting), [text.cancelAll]);
    first.finish();
    const one = await shows(bench, command, text.ready, '·', '·');
    assert.deepEqual(names(one), ['1-riff-jazz-7.png', '1-riff-jazz-7.wav']);
    assert.deepEqual(enabled(one), ['1', text.cancelAll]);
    (await bench.life.engine.renderNumber(2)).finish();
    (await bench.life.engine.renderNumber(3)).finish();
    const all = await shows(bench, command, text.ready, text.ready, text.ready);
    assert.deepEqual(
      names(all).toSorted(),
      [1, 2, 3].flatMap((n) => [`${n}-riff-jazz-${6 + n}.png`, `${n}-riff-jazz-${6 + n}.wav`]),
    );
    assert.deepEqual(enabled(all), ['1', '2', '3', 'Delete']);
    assert.equal(messagesOf(bench).length, 1);
  });

  test('a number posts that riff by itself, with all its buttons', async () => {
    await using bench = await WireBench.open();
    bench.life.engine.isQuick = true;
    const command = ask(bench, 2);
    const batch = await shows(bench, command, text.ready, text.ready);
    await allDone(bench, batch);
    const press = bench.discord.actAs('noor').press(button(batch, 'pick', 1), batch.id);
    const riff = await bench.discord.waitForOriginal(press, isFinished);
    assert.deepEqual(names(riff), ['riff-jazz-8.png', 'riff-jazz-8.wav']);
    assert.ok(button(riff, 'again').endsWith(button(batch, 'pick', 1).slice('1:pick'.length)));
  });

  test('one that fails leaves the others, and the message says so', async () => {
    await using bench = await WireBench.open();
    const message = await firstFailed(bench);
    assert.deepEqual(names(message), ['2-riff-jazz-8.png', '2-riff-jazz-8.wav']);
    assert.deepEqual(enabled(message), ['2', 'Delete']);
    assert.equal(messagesOf(bench).length, 1);
  });

  test('Cancel all ends what has not finished and leaves what has', async () => {
    await using bench = await WireBench.open();
    const command = ask(bench, 4);
    (await bench.life.engine.renderNumber(1)).finish();
    await bench.life.engine.renderNumber(2);
    const message = await shows(bench, command, text.ready, '·', '·', '·');
    await bench.passTimeUntil(happens('the end', async () => (await statesOf(bench, message))[0] === 'done'));
    const stranger = bench.discord.actAs('noor').press(button(message, 'cancel'), message.id);
    await privateAnswer(bench, stranger);
    assert.equal((await statesOf(bench, message)).filter((kind) => kind === 'cancelled').length, 0);
    const press = bench.discord.actAs('mika').press(button(message, 'cancel'), message.id);
    assert.equal((await press.answered).kind, 'deferred_update');
    const after = await shows(bench, command, text.ready, text.cancelled, text.cancelled, text.cancelled);
    assert.deepEqual(names(after), ['1-riff-jazz-7.png', '1-riff-jazz-7.wav']);
    assert.equal(bench.life.engine.renders.length, 2, 'none of the cancelled ones was started');
    assert.equal(messagesOf(bench).length, 1);
  });

  test('counts as that many riffs: all come in, or none', async () => {
    await using bench = await WireBench.open({ limits: { perUserWaiting: 3 } });
    const expected = noticeTexts.en.roomForFewer({ count: 4, free: 3 });
    assert.equal(await privateAnswer(bench, ask(bench, 4)), expected);
    assert.deepEqual(bench.life.engine.renders, []);
    const { waiting, running } = await bench.life.queue.list({ kind: 'all' });
    assert.deepEqual([waiting, running], [[], []]);
    await shows(bench, ask(bench, 3), '·', '·', '·');
  });

  test('the next life of the bot goes on in the same message', async () => {
    await using bench = await WireBench.open();
    const command = ask(bench, 3);
    (await bench.life.engine.renderNumber(1)).finish();
    await shows(bench, command, text.ready, '·', '·');
    await bench.life.engine.renderNumber(2);
    await bench.stopBot();
    await bench.startBot();
    (await bench.life.engine.renderNumber(1)).fail('the model is broken');
    (await bench.life.engine.renderNumber(2)).finish();
    const message = await shows(bench, command, text.ready, 'failed', text.ready);
    assert.equal(message.attachments.length, 4);
  });

  test('a delivery whose answer was lost changes nothing when it is repeated', async () => {
    await using bench = await WireBench.open();
    const command = ask(bench, 2);
    const first = await bench.life.engine.renderNumber(1);
    await shows(bench, command, '·', '·');
    const heal = bench.discord.failNext(EDIT, { status: 503, when: 'after', times: Infinity });
    first.finish();
    await becomes(bench, command, ({ attachments }) => attachments.length > 0);
    heal();
    (await bench.life.engine.renderNumber(2)).finish();
    const message = await shows(bench, command, text.ready, text.ready);
    await bench.passTimeUntil(allDone(bench, message));
    assert.equal(bench.discord.message(message.id)?.attachments.length, 4);
    assert.equal(messagesOf(bench).length, 1);
  });

  test('after 15 minutes the rest comes as a message of its own', async () => {
    await using bench = await WireBench.open();
    const command = ask(bench, 2);
    (await bench.life.engine.renderNumber(1)).finish();
    const second = await bench.life.engine.renderNumber(2);
    const batch = await shows(bench, command, text.ready, '·');
    bench.clock.advance(TO_LATE_WORD_MS);
    await becomes(bench, command, ({ content }) => content.includes(text.late));
    bench.clock.advance(PAST_TOKEN_MS);
    second.finish();
    const isOther = (message: Message): boolean => message.id !== batch.id && isFinished(message);
    const riff = await bench.passTimeUntil(bench.discord.waitForMessage(isOther, { channel: 'music' }));
    assert.deepEqual(names(riff), ['riff-jazz-8.png', 'riff-jazz-8.wav']);
  });

  test('where the bot may not post, a number brings what came after 15 minutes', async () => {
    await using bench = await WireBench.open();
    const command = ask(bench, 2, {}, 'Band practice');
    (await bench.life.engine.renderNumber(1)).finish();
    const second = await bench.life.engine.renderNumber(2);
    await shows(bench, command, text.ready, '·');
    bench.clock.advance(TO_LATE_WORD_MS);
    const batch = await becomes(bench, command, ({ content }) => content.includes(text.lateHere));
    assert.deepEqual(enabled(batch), ['1', '2', text.cancelAll]);
    const actor = bench.discord.actAs('mika', { channel: 'Band practice' });
    const early = await privateAnswer(bench, actor.press(button(batch, 'pick', 1), batch.id));
    assert.equal(early, text.notReady(2));
    bench.clock.advance(PAST_TOKEN_MS);
    second.finish();
    await allDone(bench, batch);
    const riff = await bench.discord.waitForOriginal(
      actor.press(button(batch, 'pick', 1), batch.id),
      isFinished,
    );
    assert.deepEqual(names(riff), ['riff-jazz-8.png', 'riff-jazz-8.wav']);
  });

  test('deleted, the message takes the riffs along that it shows, whichever of them failed', async () => {
    await using bench = await WireBench.open();
    const command = ask(bench, 3);
    (await bench.life.engine.renderNumber(1)).fail('the model is broken');
    (await bench.life.engine.renderNumber(2)).finish();
    (await bench.life.engine.renderNumber(3)).finish();
    const batch = await shows(bench, command, 'failed', text.ready, text.ready);
    const isOver = (kind: string | undefined): boolean => kind === 'done' || kind === 'failed';
    await happens('all ends', async () => (await statesOf(bench, batch)).every(isOver));
    await deletedBy(bench, bench.discord.actAs('mika').press(button(batch, 'delete'), batch.id), batch.id);
    const kept = async (): Promise<readonly unknown[]> =>
      (await statesOf(bench, batch)).filter((kind) => kind === 'done');
    await happens('both to go', async () => (await kept()).length === 0);
  });

  test('deleted, the message takes its only riff along', async () => {
    await using bench = await WireBench.open();
    const batch = await firstFailed(bench);
    await happens('the end', async () => (await statesOf(bench, batch))[1] === 'done');
    await deletedBy(bench, bench.discord.actAs('mika').press(button(batch, 'delete'), batch.id), batch.id);
    await happens('it to go', async () => (await statesOf(bench, batch))[1] === undefined);
  });
});
