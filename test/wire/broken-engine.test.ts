import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RiffError } from '../../src/errors.ts';
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
  for (const riff of riffs) {
    const held = await discord.waitForOriginal(riff, ({ content }) =>
      content.includes(riffCardTexts.en.keepsPosition(life.queue.blocked?.reason ?? '')),
    );
    assert.match(held.content, /your riff keeps its position/);
  }
  const shown = await privateAnswer(bench, discord.actAs('sol').command('queue show'));
  assert.match(shown, /no riff is started\*\* since <t:\d+:R>: the music engine is out of order: its model/);
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
  const told = await discord.waitForOriginal(riff, ({ content }) => content.includes('given up'));
  assert.ok(told.content.includes(reasonTexts.en.engineCrashedOften));
  const seenBy = (user: 'sol' | 'noor') =>
    privateAnswer(bench, discord.actAs(user, { unchecked: true }).command('queue show'));
  assert.match(await seenBy('sol'), /given up, .* 3 times: <@\d+> “poison”/);
  assert.doesNotMatch(await seenBy('noor'), /poison|given up/);
});
