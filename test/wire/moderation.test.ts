import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { userMention } from 'discord.js';
import type { OptionValues } from 'local-discord/command-options';
import type { Message } from 'local-discord/message';
import { requesterText } from '../../src/discord/finished-riff.ts';
import { queueTexts } from '../../src/messages/queue.ts';
import { refusalTexts } from '../../src/messages/refusals.ts';
import { riffTexts } from '../../src/messages/riff.ts';
import {
  confirmed,
  customIds,
  deletedBy,
  finishedRiff,
  isFinished,
  privateAnswer,
  privateMessage,
} from './bench/answers.ts';
import { WireBench } from './bench/wire-bench.ts';

const MINUTE_MS = 60_000;

describe('the record', () => {
  test('says from what to what, and nothing where nothing changed', async () => {
    await using bench = await WireBench.open();
    const { discord } = bench;
    const general = discord.channelId('general');
    const ada = discord.actAs('ada');
    const steps: readonly (readonly [command: string, options: OptionValues, detail: string | null])[] = [
      ['settings steps', { most: 30 }, "most steps: the bot's own → 30"],
      ['settings steps', { most: 30 }, null],
      ['settings steps', {}, null],
      ['settings steps', { most: 100 }, "most steps: 30 → the bot's own"],
      ['settings profile', { name: 'fast' }, "profile: the bot's own → fast"],
      ['settings profile', {}, null],
      ['settings limits', {}, null],
      ['settings limits', { 'per-user': 2, 'per-hour': 9 }, null],
      ['settings channels remove', { channel: general }, null],
      ['settings channels clear', {}, null],
      ['settings channels add', { channel: general }, `1 channel added: <#${general}>`],
      ['settings channels add', { channel: general }, null],
      ['settings words remove', { word: 'nothere' }, null],
      ['settings words add', { word: 'secret' }, '1 blocked word added'],
      ['settings words remove', { word: 'secret' }, '1 blocked word removed'],
      ['settings mod-log off', {}, null],
      ['settings mod-log set', { channel: general }, `mod log: none → <#${general}>`],
      ['queue resume', {}, null],
      ['queue pause', {}, ''],
      ['queue pause', {}, null],
      ['queue resume', {}, ''],
      ['queue resume', {}, null],
      ['queue clear', {}, null],
    ];
    for (const [command, options, detail] of steps) {
      const added = await addedBy(bench, () => privateAnswer(bench, ada.command(command, options)));
      if (command === 'settings limits' && 'per-user' in options)
        assert.deepEqual(added, [
          "waiting per user: the bot's own → 2; requests per user per hour: the bot's own → 9",
        ]);
      else assert.deepEqual(added, detail === null ? [] : [detail], `${command} ${JSON.stringify(options)}`);
    }
  });

  test('has a moderator’s Delete, and its requester is told', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    const { message, jobId } = await finishedRiff(bench, { prompt: 'slow strings' }, 'noor');
    const press = discord.actAs('sol').press(`1:delete:${jobId}`, message.id);
    await deletedBy(bench, press, message.id);
    const noor = discord.user('noor').id;
    const told = await discord.waitForMessage(
      ({ content }) => content === riffTexts.en.deleted(userMention(noor)),
    );
    assert.deepEqual(told.mentionedUserIds, [noor]);
    const [entry] = await life.auditTrail.newest(discord.guildId, 1);
    assert.deepEqual([entry?.action, entry?.targetUserId, entry?.jobId], ['riff delete', noor, jobId]);
  });

  test('has no entry of what users do to their own riffs', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    const { message, jobId } = await finishedRiff(bench, { prompt: 'jazz' });
    await deletedBy(bench, discord.actAs('mika').press(`1:delete:${jobId}`, message.id), message.id);
    assert.deepEqual(await life.auditTrail.newest(discord.guildId, 5), []);
  });

  test('is told where the mod log was and where it goes', async () => {
    await using bench = await WireBench.open();
    const { discord } = bench;
    const [general, music] = [discord.channelId('general'), discord.channelId('music')];
    const ada = discord.actAs('ada');
    await privateAnswer(bench, ada.command('settings mod-log set', { channel: general }));
    await privateAnswer(bench, ada.command('settings mod-log set', { channel: music }));
    const moved = `mod log: <#${general}> → <#${music}>`;
    for (const channel of ['general', 'music'] as const)
      await discord.waitForMessage(({ content }) => content.includes(moved), { channel });
    await privateAnswer(bench, ada.command('settings mod-log off'));
    const gone = `mod log: <#${music}> → none`;
    await discord.waitForMessage(({ content }) => content.includes(gone), { channel: 'music' });
  });

  test('has one line in the mod log although the answer to its request was lost', async () => {
    await using bench = await WireBench.open();
    const { discord } = bench;
    const [ada, sol] = [discord.actAs('ada'), discord.actAs('sol')];
    await privateAnswer(bench, ada.command('settings mod-log set', { channel: discord.channelId('music') }));
    const lines = () => discord.messages('music').filter(({ content }) => content.includes('the queue'));
    for (const [times, deed] of ['pause', 'resume', 'pause'].entries()) {
      discord.failNext('POST /channels/{channel_id}/messages', { status: 502, when: 'after' });
      await privateAnswer(bench, sol.command(`queue ${deed}`));
      assert.equal(lines().length, times + 1);
    }
  });

  test('is read by /queue log, and the blocks by /queue blocks', async () => {
    await using bench = await WireBench.open();
    const { discord } = bench;
    const sol = discord.actAs('sol');
    const user = discord.user('mika').id;
    assert.match(await privateAnswer(bench, sol.command('queue blocks')), /Nobody is blocked/);
    await privateAnswer(bench, sol.command('queue block', { user, hours: 2, reason: 'spam *spam*' }));
    const blocks = await privateAnswer(bench, sol.command('queue blocks'));
    assert.match(blocks, new RegExp(`<@${user}> until <t:\\d+:f>, by <@\\d+>: spam`));
    const log = await privateAnswer(bench, sol.command('queue log'));
    assert.match(log, /blocked <@\d+> \(for 2 hours, until <t:\d+:f>\): spam \\\*spam\\\*/);
  });
});

describe('blocks reach downwards only', () => {
  const CASES = [
    ['sol', 'mika', true],
    ['sol', 'sol', false],
    ['sol', 'ada', false],
    ['sol', 'riff', false],
    ['ada', 'sol', true],
    ['ada', 'ada', false],
  ] as const;
  for (const [actor, target, isAllowed] of CASES) {
    test(`${actor} ${isAllowed ? 'may' : 'may not'} block ${target}`, async () => {
      await using bench = await WireBench.open();
      const { discord, life, clock } = bench;
      const user = discord.user(target).id;
      await privateAnswer(bench, discord.actAs(actor).command('queue block', { user }));
      const blocked = (await life.blocks.list(discord.guildId, clock.now())).map(({ userId }) => userId);
      assert.deepEqual(blocked, isAllowed ? [user] : []);
    });
  }

  test('a blocked moderator cannot lift the block', async () => {
    await using bench = await WireBench.open();
    const { discord, life, clock } = bench;
    const user = discord.user('sol').id;
    await privateAnswer(bench, discord.actAs('ada').command('queue block', { user }));
    await privateAnswer(bench, discord.actAs('sol').command('queue unblock', { user }));
    assert.equal((await life.blocks.list(discord.guildId, clock.now())).length, 1);
  });
});

describe('an act that cannot be undone is confirmed first', () => {
  test('an old button does nothing, a fresh one works after a restart and keeps the reason', async () => {
    await using bench = await WireBench.open();
    const { discord, clock } = bench;
    const sol = discord.actAs('sol');
    await bench.life.queue.pause({ kind: 'guild', guildId: discord.guildId });
    const riff = discord.actAs('mika').command('riff', { prompt: 'jazz' });
    await discord.waitForOriginal(riff, ({ components }) => components.length > 0);
    const old = await privateMessage(bench, sol.command('queue clear', { reason: 'closing' }));
    clock.advance(6 * MINUTE_MS);
    const [oldId = ''] = customIds(old);
    assert.match(await privateAnswer(bench, sol.press(oldId, old.id)), /expired/);
    assert.equal(await waitingCount(bench), 1);
    const fresh = await privateMessage(bench, sol.command('queue clear', { reason: '*closing* @everyone' }));
    await bench.stopBot();
    await bench.startBot();
    assert.equal(await confirmed(bench, sol, fresh), queueTexts.en.cleared(1));
    assert.equal(await waitingCount(bench), 0);
    const [entry] = await bench.life.auditTrail.newest(discord.guildId, 1);
    assert.deepEqual([entry?.reason, entry?.detail], ['*closing* @everyone', '1 riff']);
  });

  test('a forged press needs the permission, too', async () => {
    await using bench = await WireBench.open();
    const { discord, life, clock } = bench;
    await life.settings.update(discord.guildId, { maxSteps: 5 });
    await life.queue.pause({ kind: 'guild', guildId: discord.guildId });
    const riff = discord.actAs('mika').command('riff', { prompt: 'jazz', steps: 5 });
    const shown = await discord.waitForOriginal(riff, ({ components }) => components.length > 0);
    const now = clock.now().toString(36);
    const forger = discord.actAs('mika', { unchecked: true });
    for (const action of ['clear', 'reset']) {
      const answer = await privateAnswer(bench, forger.press(`1:${action}:${now}`, shown.id));
      assert.match(answer, /needs the permission/, action);
    }
    assert.equal(await waitingCount(bench), 1);
    assert.equal((await life.settings.get(discord.guildId)).maxSteps, 5);
  });
});

describe('calls that a client would not let through', () => {
  test('a forged choice or number is refused with a sentence and stored nowhere', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    const forger = discord.actAs('ada', { unchecked: true });
    const calls: readonly (readonly [command: string, options: OptionValues])[] = [
      ['settings profile', { name: 'evil' }],
      ['settings profile', { name: 'constructor' }],
      ['settings steps', { most: 0 }],
      ['settings steps', { most: 101 }],
      ['settings limits', { 'per-user': -1 }],
      ['settings limits', { 'per-server': 1_000_001 }],
      ['riff', { prompt: 'x', profile: 'evil' }],
      ['riff', { prompt: 'x', profile: '__proto__' }],
      ['riff', { prompt: 'x', scheduler: 'toString' }],
      ['riff', { prompt: 'x', steps: 1000 }],
      ['riff', { prompt: 'x', seed: -1 }],
      ['riff', { prompt: 'x'.repeat(1001) }],
      ['queue pause', { where: 'elsewhere' }],
    ];
    const before = await life.settings.get(discord.guildId);
    for (const [command, options] of calls) {
      const answer = await privateAnswer(bench, forger.command(command, options));
      assert.match(answer, /expected/, `${command} ${JSON.stringify(options)}`);
    }
    assert.deepEqual(await life.settings.get(discord.guildId), before);
    assert.deepEqual((await life.queue.list({ kind: 'all' })).waiting, []);
  });

  test('a call without its options is refused with a sentence', async () => {
    await using bench = await WireBench.open();
    const forger = bench.discord.actAs('ada', { unchecked: true });
    for (const command of ['queue', 'queue move', 'queue block', 'queue remove', 'settings words add'])
      assert.equal(await privateAnswer(bench, forger.command(command)), refusalTexts.en.malformed, command);
    for (const command of ['riff', 'morph'])
      assert.match(await privateAnswer(bench, forger.command(command)), /^\w+: expected words/, command);
  });

  test('a form without its fields is refused with a sentence', async () => {
    await using bench = await WireBench.open();
    const { message, jobId } = await finishedRiff(bench, { prompt: 'jazz' });
    const forger = bench.discord.actAs('noor', { unchecked: true });
    for (const fields of [{}, { prompt: 'other words' }, { constructor: 'x', negative: '' }]) {
      const form = forger.submitModal(`1:retext:${jobId}`, fields, message.id);
      assert.equal(await privateAnswer(bench, form), refusalTexts.en.malformed);
    }
    assert.deepEqual((await bench.life.queue.list({ kind: 'all' })).waiting, []);
  });

  test('names such as `constructor` reach nothing', async () => {
    await using bench = await WireBench.open();
    const { discord } = bench;
    const { message } = await finishedRiff(bench, { prompt: 'jazz' });
    const forger = discord.actAs('ada', { unchecked: true });
    const { unknownCommand } = refusalTexts.en;
    for (const name of ['toString', 'constructor', '__proto__', 'valueOf', 'hasOwnProperty']) {
      assert.equal(await privateAnswer(bench, forger.command(`queue ${name}`)), unknownCommand, name);
      assert.equal(await privateAnswer(bench, forger.command(`settings ${name}`)), unknownCommand, name);
      assert.equal(await privateAnswer(bench, forger.command(name)), unknownCommand, name);
      assert.match(
        await privateAnswer(bench, forger.press(`1:${name}:x`, message.id)),
        /another version/,
        name,
      );
      assert.match(
        await privateAnswer(
          bench,
          forger.press(`1:forget:${name.toLowerCase().replaceAll('_', '-')}`, message.id),
        ),
        /expired/,
        name,
      );
    }
  });

  test('settings that were stored before they were checked do not break /riff', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    await life.database.run('INSERT INTO guild_settings (guild_id, settings) VALUES (:guildId, :settings)', {
      guildId: discord.guildId,
      settings: JSON.stringify({ profile: 'evil', maxSteps: 'many', modLogChannelId: 7 }),
    });
    await finishedRiff(bench, { prompt: 'jazz' });
    assert.equal(life.engine.renders[0]?.request.profile, 'balanced');
    assert.ok(bench.logLines.some((line) => line.includes('unusable')));
  });
});

describe('who asked', () => {
  test('stands on every riff, also on one made by a button, and pings nobody', async () => {
    await using bench = await WireBench.open();
    const { discord } = bench;
    const { guildId } = discord;
    const { message, jobId } = await finishedRiff(bench, { prompt: 'jazz' });
    const press = discord.actAs('noor').press(`1:again:${jobId}`, message.id);
    const again = await discord.waitForOriginal(press, isFinished);
    for (const [riff, user] of [
      [message, discord.user('mika')],
      [again, discord.user('noor')],
    ] as const) {
      assert.ok(descriptionOf(riff).endsWith(requesterText({ userId: user.id, guildId }, 'en')));
      assert.deepEqual(riff.mentionedUserIds, []);
    }
  });

  test('a riff that was cancelled is asked for again with its seed', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    const mika = discord.actAs('mika');
    const command = mika.command('riff', { prompt: 'jazz', seed: 7 });
    const { jobId } = await life.engine.renderNumber(1);
    await discord.waitForOriginal(command, ({ components }) => components.length > 0);
    mika.press(`1:cancel:${jobId}`);
    const cancelled = await discord.waitForOriginal(command, ({ content }) => content.includes('cancelled'));
    mika.press(`1:again:${jobId}`, cancelled.id);
    assert.equal((await life.engine.renderNumber(2)).request.seed, 7);
  });
});

test('the queue is shown anew by its button, in place', async () => {
  await using bench = await WireBench.open();
  const { discord, life } = bench;
  const mika = discord.actAs('mika');
  const shown = await privateMessage(bench, discord.actAs('sol').command('queue show'));
  const command = mika.command('riff', { prompt: 'jazz' });
  await life.engine.renderNumber(1);
  await discord.waitForOriginal(command, ({ components }) => components.length > 0);
  discord.actAs('sol').press('1:refresh:queue', shown.id);
  const isAnew = ({ id, content }: Message): boolean => id === shown.id && content.includes('running: ');
  await discord.waitForMessage(isAnew);
});

function descriptionOf({ embeds }: Message): string {
  return (embeds as { description: string }[])[0]?.description ?? '';
}

async function waitingCount({ life, discord }: WireBench): Promise<number> {
  return (await life.queue.list({ kind: 'guild', guildId: discord.guildId })).waiting.length;
}

/** The details that an act has added to the record. */
async function addedBy(
  { life, discord }: WireBench,
  act: () => Promise<unknown>,
): Promise<readonly string[]> {
  const details = async () =>
    (await life.auditTrail.newest(discord.guildId, 100)).map(({ detail }) => detail);
  const before = await details();
  await act();
  const after = await details();
  return after.slice(0, after.length - before.length);
}
