import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockedText } from '../../commands/queue/blocks.ts';
import { whyBlockedText } from '../../src/discord/riff-card.ts';
import { refusalText } from '../../src/discord/submit-riff.ts';
import { refusalTexts } from '../../src/messages/refusals.ts';
import { settingsTexts } from '../../src/messages/settings.ts';
import { type AdmissionFacts, HOUR_MS, refusalOf } from '../../src/queue/admission.ts';
import { DEFAULT_GUILD_SETTINGS } from '../../src/queue/guild-settings.ts';
import { confirmed, finishedRiff, isFinished, privateAnswer, privateMessage } from './bench/answers.ts';
import { WireBench } from './bench/wire-bench.ts';

/** Limits that admit everybody. */
const FREE: AdmissionFacts = {
  now: 0,
  isDraining: false,
  obstacle: null,
  limits: { perUserWaiting: 3, perGuildWaiting: 25, perUserPerHour: 30, totalWaiting: 200 },
  waiting: { user: 0, guild: 0, total: 0 },
  freeInMs: { user: null, guild: null, total: null },
  acceptedAt: [],
  clips: 1,
  inGuild: true,
};

test('a server’s rules hold from the next request on: channels, steps, words, limits', async () => {
  await using bench = await WireBench.open();
  const { discord, life } = bench;
  const ada = discord.actAs('ada');
  const mika = discord.actAs('mika');
  const general = discord.channelId('general');
  await privateAnswer(bench, ada.command('settings channels add', { channel: general }));
  assert.match(
    await privateAnswer(bench, mika.command('riff', { prompt: 'x' })),
    new RegExp(`I answer in <#${general}>`),
  );
  await privateAnswer(bench, ada.command('settings channels clear'));

  await privateAnswer(bench, ada.command('settings steps', { most: 8 }));
  assert.match(
    await privateAnswer(bench, mika.command('riff', { prompt: 'x', steps: 9 })),
    /at most 8, got 9/,
  );
  await finishedRiff(bench, { prompt: 'the default is lowered' });
  assert.equal(life.engine.renders[0]?.request.steps, 8);

  assert.match(await privateAnswer(bench, ada.command('settings words add', { word: 'Bäd*' })), /bad\\\*/);
  assert.equal(
    await privateAnswer(bench, mika.command('riff', { prompt: 'b4dly' })),
    refusalTexts.en.blockedWord,
  );
  assert.match(
    await privateAnswer(bench, ada.command('settings words add', { word: '***' })),
    /at least 2 letters or digits, got 0/,
  );

  const shown = await privateAnswer(bench, ada.command('settings limits', { 'per-hour': 1 }));
  assert.match(shown, /up to 1 requests? per user per hour/);
  assert.match(await privateAnswer(bench, mika.command('riff', { prompt: 'x' })), /Try again <t:\d+:R>/);
  const question = await privateMessage(bench, ada.command('settings reset'));
  assert.match(await privateAnswer(bench, ada.command('settings show')), /bad\\\*/);
  assert.match(await confirmed(bench, ada, question), /\*\*Blocked words:\*\* none/);
  assert.deepEqual(await life.settings.get(discord.guildId), DEFAULT_GUILD_SETTINGS);
  assert.equal(await privateAnswer(bench, ada.command('settings reset')), settingsTexts.en.nothingToReset);
});

test('the rules of a server do not reach into DMs', async () => {
  await using bench = await WireBench.open();
  const { discord, life } = bench;
  life.engine.isQuick = true;
  await life.settings.update(discord.guildId, { blockedWords: ['jazz'] });
  await discord.waitForOriginal(
    discord.actAs('mika', { channel: 'dm' }).command('riff', { prompt: 'jazz' }),
    isFinished,
  );
});

test('a server cannot raise the limits of the operator', async () => {
  await using bench = await WireBench.open({ limits: { perUserWaiting: 1 } });
  const { discord, life } = bench;
  await life.settings.update(discord.guildId, { perUserWaiting: 9 });
  const mika = discord.actAs('mika');
  mika.command('riff', { prompt: 'runs' });
  await life.engine.renderNumber(1);
  const waiting = mika.command('riff', { prompt: 'waits' });
  await discord.waitForOriginal(waiting, ({ components }) => components.length > 0);
  await privateAnswer(bench, mika.command('riff', { prompt: 'refused' }));
  const { waiting: jobs } = await life.queue.list({ kind: 'all' });
  assert.deepEqual(
    jobs.map(({ request }) => request.prompt),
    ['waits'],
  );
});

test('somebody blocked is refused until unblocked, and what they had waiting is cancelled with the reason', async () => {
  await using bench = await WireBench.open();
  const { discord, life } = bench;
  const sol = discord.actAs('sol');
  const mika = discord.actAs('mika');
  mika.command('riff', { prompt: 'runs' });
  await life.engine.renderNumber(1);
  const waiting = mika.command('riff', { prompt: 'waits' });
  await discord.waitForOriginal(waiting, ({ content }) => content.includes('in line'));
  const user = discord.user('mika').id;
  const done = await privateAnswer(bench, sol.command('queue block', { user, hours: 1, reason: 'spam' }));
  const createdAt = bench.clock.now();
  const block = { userId: user, guildId: discord.guildId, createdAt, until: createdAt + HOUR_MS };
  assert.equal(done, blockedText(block, 1, '', 'en'));
  await discord.waitForOriginal(waiting, ({ content }) => content.includes('cancelled by a moderator: spam'));
  const obstacle = { reason: 'spam', until: bench.clock.now() + HOUR_MS };
  const refused = refusalOf({ ...FREE, now: bench.clock.now(), obstacle });
  assert.equal(
    await privateAnswer(bench, mika.command('riff', { prompt: 'x' })),
    refused && refusalText(refused, bench.clock.now(), 'en'),
  );
  await privateAnswer(bench, sol.command('queue unblock', { user }));
  await discord.waitForOriginal(mika.command('riff', { prompt: 'x' }), ({ content }) =>
    content.includes('in line'),
  );
});

test('a moderator pauses, moves, resumes and clears, and the users see it', async () => {
  await using bench = await WireBench.open();
  const { discord, clock, life } = bench;
  const sol = discord.actAs('sol');
  await privateAnswer(bench, sol.command('queue pause', { reason: 'concert' }));
  const first = discord.actAs('mika').command('riff', { prompt: 'first' });
  const concert = whyBlockedText({ kind: 'paused', reason: 'concert' }, 'en');
  const paused = await discord.waitForOriginal(first, ({ content }) => content.includes(concert));
  assert.equal(life.engine.renders.length, 0);
  const second = discord.actAs('mika').command('riff', { prompt: 'second' });
  await discord.waitForOriginal(second, ({ content }) => content.includes('**2nd** in line'));
  const proposed = await sol.autocomplete('queue move', { job: 'sec' }, 'job').answered;
  const job = proposed.kind === 'choices' ? String(proposed.choices[0]?.value) : '';
  assert.match(await privateAnswer(bench, sol.command('queue move', { job, position: 1 })), /1st of 2/);
  const shown = await privateAnswer(bench, sol.command('queue show'));
  assert.match(shown, /paused: concert\*\*.*1st: .*“second”.*2nd: .*“first”/s);
  await privateAnswer(bench, sol.command('queue resume'));
  assert.equal((await life.engine.renderNumber(1)).request.prompt, 'second');
  clock.advance(12_000);
  await discord.waitForOriginal(
    first,
    ({ content }) => !content.includes('paused') && content !== paused.content,
  );
  const question = await privateMessage(bench, sol.command('queue clear', { reason: 'enough *now*' }));
  assert.match(await confirmed(bench, sol, question), /1 waiting riff\./);
  await discord.waitForOriginal(first, ({ content }) =>
    content.includes('by a moderator: enough \\*now\\*.'),
  );
});
