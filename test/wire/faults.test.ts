import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Message } from 'local-discord/message';
import { COMMANDS } from '../../commands/index.ts';
import { DAMAGED_REASON } from '../../src/queue/damaged-job.ts';
import { happens, until } from '../waiting.ts';
import { editsOf, finishedRiff, isFinished, privateAnswer, underWay } from './bench/answers.ts';
import { WireBench } from './bench/wire-bench.ts';

const EDIT = 'PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original';
const POST = 'POST /channels/{channel_id}/messages';
const AT_15_01 = 15 * 60_000 + 1000;

describe('trouble on the wire', () => {
  test('a cut socket is resumed and the command sent meanwhile answered', async () => {
    await using bench = await WireBench.open();
    const { discord } = bench;
    discord.cutSockets();
    const command = discord.actAs('mika').command('help');
    assert.equal((await command.answered).kind, 'message');
    assert.equal(discord.gateway.resumes, 1);
    assert.equal(discord.gateway.identifies, 1);
  });

  for (const status of [429, 500, 502, 503]) {
    test(`an upload answered with ${status} is sent again, files and all`, async () => {
      await using bench = await WireBench.open();
      const { discord, life } = bench;
      const { command, render } = await underWay(bench);
      discord.failNext(EDIT, { status, retryAfterMs: 20 });
      render.finish();
      const riff = await discord.waitForOriginal(command, isFinished);
      assert.equal(riff.attachments[1]?.sizeBytes, life.engine.wavBytes);
    });
  }

  test('a post whose answer was lost does not become a second message', async () => {
    await using bench = await WireBench.open();
    const { discord, clock, life } = bench;
    const command = discord.actAs('mika').command('riff', { prompt: 'jazz' });
    const render = await life.engine.renderNumber(1);
    await discord.waitForOriginal(command, ({ components }) => components.length > 0);
    clock.advance(AT_15_01);
    discord.failNext(POST, { status: 500, when: 'after' });
    render.finish();
    const isRiff = (): boolean => discord.messages().some(isFinished);
    const isDone = async () => (await life.queue.get(render.jobId))?.state.kind === 'done';
    await happens('the riff, and its delivery noted', async () => isRiff() && (await isDone()));
    assert.equal(discord.messages().filter(isFinished).length, 1);
  });

  test('a sound larger than the channel takes comes as Ogg, and the answer says so', async () => {
    await using bench = await WireBench.open({ maxFileBytes: 5000 });
    const { discord, life } = bench;
    life.engine.wavBytes = 6000;
    life.engine.isQuick = true;
    const command = discord.actAs('mika').command('riff', { prompt: 'jazz' });
    const { attachments, embeds } = await discord.waitForOriginal(command, isFinished);
    assert.deepEqual(
      attachments.map(({ contentType }) => contentType),
      ['image/png', 'audio/ogg'],
    );
    assert.match(JSON.stringify(embeds), /Ogg Opus/);
  });

  for (const [refusals, content] of [
    [1, /^$/],
    [2, /too large/],
  ] as const) {
    test(`a sound that Discord finds too large ${refusals} times`, async () => {
      await using bench = await WireBench.open();
      const { discord } = bench;
      const { command, render } = await underWay(bench);
      const body = { code: 40_005, message: 'Request entity too large' };
      discord.failNext(EDIT, { status: 413, times: refusals, body });
      render.finish();
      const isEnd = (message: Message): boolean => isFinished(message) || message.content.includes('failed');
      const end = await discord.waitForOriginal(command, isEnd);
      assert.match(end.content, content);
      const sent = discord.requests.flatMap(({ files }) => (files.length > 0 ? [files.at(-1)] : []));
      assert.deepEqual(
        sent.map((file) => file?.contentType),
        ['audio/wav', 'audio/ogg'],
      );
    });
  }

  test('an answer that is gone is tried once, not edited on', async () => {
    await using bench = await WireBench.open();
    const { discord, clock } = bench;
    const { command, render, shown } = await underWay(bench, 'Band practice');
    discord.context.messages.delete(shown);
    const before = editsOf(bench, command);
    for (let stepIndex = 2; stepIndex < 10; stepIndex++) {
      clock.advance(3000);
      render.beat({ stage: 'denoise', stepIndex, steps: 20 });
      // A command goes to Discord and back meanwhile, so an edit would have gone as well.
      await privateAnswer(bench, discord.actAs('noor').command('help'));
    }
    assert.equal(editsOf(bench, command), before + 1);
  });

  for (const options of [{}, { count: 2 }]) {
    test(`who waits (${JSON.stringify(options)}) is told why in the end, though Discord was away when it began`, async () => {
      await using bench = await WireBench.open();
      const { discord, life } = bench;
      await underWay(bench);
      const command = discord.actAs('noor').command('riff', { prompt: 'rock', ...options });
      await discord.waitForOriginal(command, ({ components }) => components.length > 0);
      await bench.passTime(15_000);
      const before = editsOf(bench, command);
      const editsOfThis = new RegExp(`^PATCH .*${command.token}`);
      const endOutage = discord.failNext(editsOfThis, { status: 502, times: Number.POSITIVE_INFINITY });
      await life.queue.pause({ kind: 'all' }, 'dinner time');
      // The client repeats a request by itself, in real time.
      const later = async (what: string, look: () => boolean | undefined): Promise<void> => {
        await until(what, async () => bench.passTime(5000).then(() => look() || null), 60_000);
      };
      await later('an edit and its repetitions', () => editsOf(bench, command) >= before + 4);
      endOutage();
      await later('why', () => discord.original(command)?.content.includes('dinner time'));
    });
  }

  test('a fault of ours is told privately with an id that stands in the log', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    await life.database.run('DROP TABLE guild_settings');
    const told = await privateAnswer(bench, discord.actAs('mika').command('riff', { prompt: 'jazz' }));
    const errorId = /error (\w+)\)/.exec(told)?.[1] ?? 'none';
    assert.ok(bench.logLines.some((line) => line.includes(errorId) && line.includes('no such table')));
    assert.doesNotMatch(told, /table/);
  });

  test('a user whose riff waits is told that its reply target is damaged in the store; one whose riff is made gets it', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    const served = discord.actAs('mika').command('riff', { prompt: 'jazz' });
    const render = await life.engine.renderNumber(1);
    const waits = discord.actAs('noor').command('riff', { prompt: 'rock' });
    await discord.waitForOriginal(waits, ({ components }) => components.length > 0);
    await life.database.run(`UPDATE jobs SET target = '{}'`);
    render.finish();
    await discord.waitForOriginal(served, isFinished);
    const isTold = ({ content }: Message): boolean => content.includes(DAMAGED_REASON);
    await bench.passTimeUntil(discord.waitForOriginal(waits, isTold));
    assert.equal(life.queue.health.recentStoreFaults, 1);
  });

  test('commands that Discord has already are not written again', async () => {
    await using bench = await WireBench.open();
    const writes = (): number =>
      bench.discord.requests.filter(({ method, path }) => method !== 'GET' && path.endsWith('/commands'))
        .length;
    const before = writes();
    assert.equal(before, COMMANDS.length);
    await bench.stopBot();
    await bench.startBot();
    assert.equal(writes(), before);
  });

  test('a bot that was drained refuses politely', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    await finishedRiff(bench, { prompt: 'jazz' });
    await bench.passTimeUntil(life.queue.drain(0));
    assert.match(
      await privateAnswer(bench, discord.actAs('mika').command('riff', { prompt: 'jazz' })),
      /restarting/,
    );
  });
});
