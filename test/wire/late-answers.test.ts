import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Interaction } from 'local-discord/interaction';
import type { Message } from 'local-discord/message';
import { riffCardTexts } from '../../src/messages/riff-card.ts';
import { happens } from '../waiting.ts';
import { customIds, isFinished, underWay } from './bench/answers.ts';
import { WireBench } from './bench/wire-bench.ts';

const MINUTE_MS = 60_000;
const LAST_WORD_AT = 15 * MINUTE_MS - 30_000;
const AT_14_59 = 15 * MINUTE_MS - 6000;
/** A response that is not Discord's own. */
const PROXY_FAULT = { status: 407, body: {} };
const AT_15_01 = 15 * MINUTE_MS + 1000;

/** Past the last word, which says `words`, and then past the end of the token. */
async function passFifteenMinutes(bench: WireBench, command: Interaction, words: string): Promise<Message> {
  bench.clock.advance(LAST_WORD_AT);
  const told = await bench.discord.waitForOriginal(command, ({ content }) => content.includes(words));
  bench.clock.advance(AT_15_01 - LAST_WORD_AT);
  return told;
}

/** The new messages that the bot posted by itself, with the riff. */
const isPosted = (message: Message): boolean => message.origin === null && isFinished(message);

describe('the fifteen minutes of an interaction', () => {
  for (const channel of ['music', 'dm', 'Band practice']) {
    test(`a riff that is ready just before still goes into the answer (${channel})`, async () => {
      await using bench = await WireBench.open();
      const { command, render } = await underWay(bench, channel);
      bench.clock.advance(AT_14_59);
      await bench.discord.waitForOriginal(command, ({ content }) => content.includes('15 minutes'));
      render.finish();
      await bench.discord.waitForOriginal(command, isFinished);
    });
  }

  for (const channel of ['music', 'dm']) {
    test(`a riff that is ready just after comes as a message that pings its user alone (${channel})`, async () => {
      await using bench = await WireBench.open();
      const { discord } = bench;
      const { command, render } = await underWay(bench, channel);
      await passFifteenMinutes(bench, command, 'It will come as a new message');
      render.finish();
      const posted = await discord.waitForMessage(isPosted, { channel: command.channelId });
      assert.deepEqual(posted.mentionedUserIds, [discord.user('mika').id]);
      assert.equal(posted.nonce, render.jobId);
    });
  }

  test('where the bot may not write, Collect brings the riff that is ready', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    const { command, render } = await underWay(bench, 'Band practice');
    const told = await passFifteenMinutes(bench, command, 'Press **Collect**');
    assert.deepEqual(customIds(told), [`1:collect:${render.jobId}`, `1:cancel:${render.jobId}`]);
    render.finish();
    await happens('the end', async () => (await life.queue.get(render.jobId))?.state.kind === 'done');
    const press = discord.actAs('mika', { channel: 'Band practice' }).press(`1:collect:${render.jobId}`);
    await discord.waitForOriginal(press, isFinished);
    assert.ok(!discord.requests.some(({ path }) => path.startsWith('/channels/')));
  });

  test('where the bot may not write, Collect follows a riff that still runs to its end', async () => {
    await using bench = await WireBench.open();
    const { discord } = bench;
    const { command, render } = await underWay(bench, 'Band practice');
    await passFifteenMinutes(bench, command, 'Press **Collect**');
    const press = discord.actAs('mika', { channel: 'Band practice' }).press(`1:collect:${render.jobId}`);
    await discord.waitForOriginal(press, ({ content }) => content.includes('step 1/20'));
    render.finish();
    await discord.waitForOriginal(press, isFinished);
  });

  test('a last word that a passing fault stopped is said after it', async () => {
    await using bench = await WireBench.open();
    const { discord } = bench;
    const { command } = await underWay(bench, 'Band practice');
    discord.failNext(new RegExp(`^PATCH .*${command.token}`), PROXY_FAULT);
    bench.clock.advance(LAST_WORD_AT);
    const { mustBeCollected } = riffCardTexts.en;
    await bench.passTime(15_000);
    await discord.waitForOriginal(command, ({ content }) => content.includes(mustBeCollected));
  });

  test('a collected riff that a passing fault stopped comes after it', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    const { command, render } = await underWay(bench, 'Band practice');
    await passFifteenMinutes(bench, command, 'Press **Collect**');
    const press = discord.actAs('mika', { channel: 'Band practice' }).press(`1:collect:${render.jobId}`);
    await discord.waitForOriginal(press, ({ content }) => content.includes('step 1/20'));
    discord.failNext(new RegExp(`^PATCH .*${press.token}`), PROXY_FAULT);
    render.finish();
    await happens('the end', async () => (await life.queue.get(render.jobId))?.state.kind === 'done');
    await bench.passTime(15_000);
    await discord.waitForOriginal(press, isFinished);
  });

  test('the private channel is told beforehand that a long wait has to be collected, and a short one is not', async () => {
    await using bench = await WireBench.open({ limits: { perUserWaiting: 50, perUserPerHour: 50 } });
    const { discord } = bench;
    const { command } = await underWay(bench, 'Band practice');
    assert.ok(!discord.original(command)?.content.includes(riffCardTexts.en.collectHint));
    const mika = discord.actAs('mika', { channel: 'Band practice' });
    const slow = { prompt: 'jazz', steps: 50 };
    const [next, ...others] = Array.from({ length: 40 }, () => mika.command('riff', slow));
    const last = others.at(-1);
    assert.ok(next && last);
    await discord.waitForOriginal(last, ({ content }) => content.includes(riffCardTexts.en.collectHint));
    assert.ok(!discord.original(next)?.content.includes(riffCardTexts.en.collectHint));
  });

  test('a failure after it is told in a message, too', async () => {
    await using bench = await WireBench.open();
    const { discord } = bench;
    const { command, render } = await underWay(bench, 'music');
    await passFifteenMinutes(bench, command, 'new message');
    render.fail('broken');
    const told = await discord.waitForMessage(({ content }) => content.includes('failed:'));
    assert.deepEqual(told.mentionedUserIds, [discord.user('mika').id]);
  });

  test('a deleted answer is replaced by a message', async () => {
    await using bench = await WireBench.open();
    const { discord } = bench;
    const { command, render } = await underWay(bench, 'music');
    const original = discord.original(command);
    assert.ok(original);
    discord.context.messages.delete(original);
    render.finish();
    await discord.waitForMessage(isPosted);
  });
});

describe('a restart', () => {
  test('shows and delivers what waited and ran, each once', async () => {
    await using bench = await WireBench.open();
    const { discord } = bench;
    const { command: first } = await underWay(bench, 'music');
    const second = discord.actAs('noor').command('riff', { prompt: 'blues' });
    await discord.waitForOriginal(second, ({ content }) => content.includes('in line'));
    await bench.stopBot();
    await bench.startBot();
    const { engine } = bench.life;
    (await engine.renderNumber(1)).finish();
    (await engine.renderNumber(2)).finish();
    await discord.waitForOriginal(first, isFinished);
    await discord.waitForOriginal(second, isFinished);
    assert.equal(discord.messages().filter(isFinished).length, 2);
  });

  test('past the fifteen minutes brings the riff as a message', async () => {
    await using bench = await WireBench.open();
    await underWay(bench, 'music');
    await bench.stopBot();
    bench.clock.advance(AT_15_01);
    await bench.startBot();
    (await bench.life.engine.renderNumber(1)).finish();
    await bench.discord.waitForMessage(isPosted);
  });
});
