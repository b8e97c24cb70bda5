import assert from 'node:assert/strict';
import { test } from 'node:test';
import { relativeTime } from '../../src/discord/text.ts';
import { RiffError } from '../../src/errors.ts';
import { queueTexts } from '../../src/messages/queue.ts';
import { reasonTexts } from '../../src/messages/reasons.ts';
import { riffCardTexts } from '../../src/messages/riff-card.ts';
import { happens } from '../waiting.ts';
import { isFinished, privateAnswer } from './bench/answers.ts';
import { WireBench } from './bench/wire-bench.ts';

/** Moves the clock second by second, because a timer that fires may set another one. */
async function pass(bench: WireBench, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    bench.clock.advance(1000);
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
  }
}

test('an engine that does not start: those who wait and the moderators are told, and then the riffs come', async () => {
  await using bench = await WireBench.open();
  const { discord, life } = bench;
  life.engine.fault = new RiffError('invalid_model', '/srv/models/x/unet.bin: cut short');
  const riffs = ['first', 'second'].map((prompt) => discord.actAs('mika').command('riff', { prompt }));
  for (const riff of riffs) await discord.waitForOriginal(riff, ({ content }) => content !== '');
  await happens('a blocked queue', () => life.queue.blocked !== null);
  await pass(bench, 20);
  const { blocked } = life.queue;
  assert.equal(blocked?.reason, reasonTexts.en.modelUnreadable);
  const held = riffCardTexts.en.keepsPosition(blocked.reason);
  for (const riff of riffs) await discord.waitForOriginal(riff, ({ content }) => content.includes(held));
  const shown = await privateAnswer(bench, discord.actAs('sol').command('queue show'));
  const stopped = queueTexts.en.stopped(relativeTime(blocked.since), blocked.reason);
  assert.ok(shown.includes(stopped), shown);
  assert.doesNotMatch(shown, /srv/);
  life.engine.fault = null;
  life.engine.isQuick = true;
  await pass(bench, 2);
  for (const riff of riffs) await discord.waitForOriginal(riff, isFinished);
  assert.equal(life.queue.blocked, null);
});

test('a riff that takes the engine down three times is given up, and moderators see which', async () => {
  await using bench = await WireBench.open();
  const { discord, life } = bench;
  const riff = discord.actAs('mika').command('riff', { prompt: 'poison' });
  for (const attempt of [1, 2]) (await life.engine.renderNumber(attempt)).crash();
  await happens('the third wait', async () => (await life.queue.list({ kind: 'all' })).waiting.length > 0);
  await pass(bench, 33);
  (await life.engine.renderNumber(3)).crash();
  const { engineCrashedOften } = reasonTexts.en;
  await discord.waitForOriginal(riff, ({ content }) => content.includes(engineCrashedOften));
  const seenBy = (user: 'sol' | 'noor') =>
    privateAnswer(bench, discord.actAs(user, { unchecked: true }).command('queue show'));
  const crashed = queueTexts.en.crashed(3);
  const moderators = await seenBy('sol');
  assert.ok(moderators.includes(crashed) && moderators.includes('poison'), moderators);
  const others = await seenBy('noor');
  assert.ok(!others.includes(crashed) && !others.includes('poison'), others);
});
