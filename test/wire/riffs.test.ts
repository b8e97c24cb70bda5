import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { APIButtonComponentWithCustomId } from 'discord.js';
import type { Message } from 'local-discord/message';
import { MOST_FAVOURITES } from '../../commands/riffs.ts';
import { noticeTexts } from '../../src/messages/notices.ts';
import { refusalTexts } from '../../src/messages/refusals.ts';
import { riffsTexts } from '../../src/messages/riffs.ts';
import { happens } from '../waiting.ts';
import {
  customIds,
  deletedBy,
  finishedRiff,
  isFinished,
  privateAnswer,
  privateMessage,
} from './bench/answers.ts';
import { WireBench } from './bench/wire-bench.ts';

const text = riffsTexts.en;

type Place = 'music' | 'general' | 'dm' | 'elsewhere';

/** Mika's page, once /riffs or a button has led to it. */
async function openPage(bench: WireBench, channel: Place = 'music', options = {}): Promise<Message> {
  return privateMessage(bench, bench.discord.actAs('mika', { channel }).command('riffs', options));
}

/** Presses a button of the page; resolves with the page as it is then. */
async function press(
  bench: WireBench,
  page: Message,
  action: string,
  channel: Place = 'music',
): Promise<Message> {
  const before = JSON.stringify([page.content, page.components]);
  const button = customIds(page).find((id) => id.startsWith(`1:${action}:`)) ?? '';
  const pressed = bench.discord.actAs('mika', { channel }).press(button, page.id);
  assert.equal((await pressed.answered).kind, 'deferred_update');
  const isNew = ({ id, content, components }: Message): boolean =>
    id === page.id && JSON.stringify([content, components]) !== before;
  return bench.discord.waitForMessage(isNew, { channel: pressed.channelId });
}

/** The prompt that the page shows, and its number among how many. */
function shownOn({ content, embeds }: Message): string {
  const [embed] = embeds as { description: string }[];
  const prompt = /\*\*Prompt:\*\* (.*)/.exec(embed?.description ?? '')?.[1];
  return `${prompt} ${/\*\*(\d+)\*\* of (\d+)/.exec(content)?.slice(1).join('/')}`;
}

function disabledOn({ components }: Message): readonly string[] {
  const rows = components as readonly unknown[] as { components: APIButtonComponentWithCustomId[] }[];
  const buttons = rows.flatMap((row) => row.components);
  return buttons.filter(({ disabled }) => disabled).map(({ custom_id }) => custom_id.split(':')[1] ?? '');
}

async function makeRiffs(bench: WireBench, ...prompts: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const prompt of prompts) {
    ids.push((await finishedRiff(bench, { prompt })).jobId);
    bench.clock.advance(1000);
  }
  return ids;
}

describe('/riffs', () => {
  test('pages through one’s own riffs, newest first, also after a restart and in a DM', async () => {
    await using bench = await WireBench.open();
    assert.equal((await openPage(bench)).content, text.none);
    await makeRiffs(bench, 'one', 'two');
    await finishedRiff(bench, { prompt: 'of Noor' }, 'noor');
    const first = await openPage(bench);
    assert.equal(shownOn(first), 'two 1/2');
    assert.equal(first.attachments.length, 2);
    assert.deepEqual(disabledOn(first), ['previous']);
    await bench.stopBot();
    await bench.startBot();
    const second = await press(bench, first, 'next');
    assert.equal(shownOn(second), 'one 2/2');
    assert.equal(second.attachments.length, 2, 'the files of the page before are gone');
    assert.deepEqual(disabledOn(second), ['next']);
    assert.equal(shownOn(await press(bench, second, 'previous')), 'two 1/2');
    const inDm = await openPage(bench, 'dm');
    assert.equal(shownOn(inDm), 'two 1/2');
    assert.ok(inDm.content.includes(text.shareHint));
  });

  test('a riff of a DM is posted in a channel, for everybody, and its buttons work there', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    life.engine.isQuick = true;
    await discord.waitForOriginal(
      discord.actAs('mika', { channel: 'dm' }).command('riff', { prompt: 'of the DM' }),
      isFinished,
    );
    await happens(
      'the end',
      async () => (await life.history.find(discord.user('mika').id, { kind: 'newest' }, false)) !== null,
    );
    const page = await openPage(bench);
    const repost = customIds(page).find((id) => id.startsWith('1:repost:')) ?? '';
    const posted = await discord.waitForOriginal(discord.actAs('mika').press(repost, page.id), isFinished);
    assert.equal(posted.visibleTo, null);
    const again = customIds(posted).find((id) => id.startsWith('1:again:')) ?? '';
    const noors = await discord.waitForOriginal(discord.actAs('noor').press(again, posted.id), isFinished);
    assert.ok(noors.id !== posted.id);
  });

  test('a posted riff keeps to the rules of the server', async () => {
    await using bench = await WireBench.open();
    const { discord, life, clock } = bench;
    const { guildId } = discord;
    await makeRiffs(bench, 'jazz');
    const page = await openPage(bench);
    const repost = customIds(page).find((id) => id.startsWith('1:repost:')) ?? '';
    const refusal = () => privateAnswer(bench, discord.actAs('mika').press(repost, page.id));
    await life.settings.update(guildId, { blockedWords: ['jazz'] });
    assert.equal(await refusal(), refusalTexts.en.blockedWord);
    await life.settings.update(guildId, {
      blockedWords: [],
      allowedChannelIds: [discord.channelId('general')],
    });
    assert.match(await refusal(), /I answer in/);
    await life.settings.update(guildId, { allowedChannelIds: [] });
    const [userId, by] = [discord.user('mika').id, discord.user('sol').id];
    await life.blocks.block({ userId, guildId, by, reason: '', createdAt: clock.now(), until: null });
    assert.equal(await refusal(), noticeTexts.en.blocked());
  });

  test('a star makes a favourite, which has pages of its own; there is a limit', async () => {
    await using bench = await WireBench.open();
    const { life, discord } = bench;
    await makeRiffs(bench, 'one', 'two');
    assert.equal((await openPage(bench, 'music', { favourites: true })).content, text.noFavourites);
    const starred = await press(bench, await press(bench, await openPage(bench), 'next'), 'favourite');
    assert.ok(starred.content.includes(text.isFavourite));
    const favourites = await press(bench, starred, 'page');
    assert.equal(shownOn(favourites), 'one 1/1');
    const none = await press(bench, favourites, 'favourite');
    assert.equal(none.content, text.noFavourites);
    const all = await press(bench, none, 'page');
    assert.equal(shownOn(all), 'two 1/2');
    await life.database.run(FILL, { userId: discord.user('mika').id, most: MOST_FAVOURITES });
    const star = customIds(all).find((id) => id.startsWith('1:favourite:')) ?? '';
    const full = discord.actAs('mika').press(star, all.id);
    assert.equal(await privateAnswer(bench, full), text.favouritesFull(MOST_FAVOURITES));
  });

  test('Delete under a posted copy, or under a favourite, leaves the riff among one’s own', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    const mika = discord.actAs('mika');
    const { message, jobId } = await finishedRiff(bench, { prompt: 'jazz' });
    const page = await openPage(bench);
    const copy = await discord.waitForOriginal(mika.press(`1:repost:all-${jobId}`, page.id), isFinished);
    await deletedBy(bench, mika.press(`1:delete:${jobId}`, copy.id), copy.id);
    await press(bench, page, 'favourite');
    await deletedBy(bench, mika.press(`1:delete:${jobId}`, message.id), message.id);
    assert.ok(await life.queue.get(jobId));
  });

  test('Delete asks, then deletes riff and files and shows the next', async () => {
    await using bench = await WireBench.open();
    const [one = '', two = ''] = await makeRiffs(bench, 'one', 'two');
    const question = await press(bench, await openPage(bench), 'discard');
    assert.equal(question.content, text.deleteQuestion);
    const kept = await press(bench, question, 'page');
    assert.equal(shownOn(kept), 'two 1/2');
    const files = (await bench.life.queue.get(two))?.state;
    const next = await press(bench, await press(bench, kept, 'discard'), 'erase');
    assert.equal(shownOn(next), 'one 1/1');
    assert.equal(await bench.life.queue.get(two), null);
    assert.ok(files?.kind === 'done' && !existsSync(files.files.wav.path));
    const last = await press(bench, await press(bench, next, 'discard'), 'erase');
    assert.equal(last.content, text.none);
    assert.equal(await bench.life.queue.get(one), null);
  });

  test('a forged button finds nobody else’s riff', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    const [mikas = ''] = await makeRiffs(bench, 'secret');
    await finishedRiff(bench, { prompt: 'of Noor' }, 'noor');
    const page = await privateMessage(bench, discord.actAs('noor').command('riffs'));
    const noor = discord.actAs('noor', { unchecked: true });
    for (const action of ['favourite', 'repost', 'discard'])
      assert.equal(
        await privateAnswer(bench, noor.press(`1:${action}:all-${mikas}`, page.id)),
        text.gone,
        action,
      );
    await noor.press(`1:erase:all-${mikas}`, page.id).answered;
    assert.ok(await life.queue.get(mikas));
    await noor.press(`1:page:all-${mikas}`, page.id).answered;
    assert.equal(shownOn(page), 'of Noor 1/1');
  });
});

/** Favourites whose jobs do not exist. */
const FILL = `
  WITH RECURSIVE numbers AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < :most)
  INSERT INTO jobs (id, state, user_id, tenant, request, target, created_at, favourite_since)
  SELECT 'f' || n, 'done', :userId, :userId, '{}', '{}', 1, 1 FROM numbers`;
