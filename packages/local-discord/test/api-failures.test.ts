import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AttachmentBuilder, DiscordAPIError, HTTPError } from 'discord.js';
import { createManualClock } from '../src/clock.ts';
import { type LocalDiscord, startLocalDiscord } from '../src/local-discord.ts';
import { askApi, connectBot, formWith, type TestBot } from './bench/bot-client.ts';

const POST_MESSAGE = 'POST /channels/{channel_id}/messages';
const FILE_BYTES = 300_000;

async function withBot(run: (local: LocalDiscord, bot: TestBot) => Promise<void>): Promise<void> {
  const local = await startLocalDiscord();
  const bot = await connectBot(local);
  await run(local, bot);
  assert.deepEqual(local.unknownRoutes, []);
  await bot.close();
  await local.close();
}

async function send(local: LocalDiscord, bot: TestBot): Promise<string> {
  const channel = await bot.client.channels.fetch(local.channelId('general'));
  assert.ok(channel?.isSendable());
  const file = new AttachmentBuilder(Buffer.alloc(FILE_BYTES, 1), { name: 'a.wav' });
  return (await channel.send({ content: 'x', files: [file], nonce: '7', enforceNonce: true })).id;
}

for (const failure of [{ status: 429, retryAfterMs: 20 }, { status: 500 }, { status: 503 }]) {
  test(`a file is sent again after ${failure.status}`, () =>
    withBot(async (local, bot) => {
      local.failNext(POST_MESSAGE, { ...failure, times: 2 });
      await send(local, bot);
      const posts = local.requests.filter((request) => request.method === 'POST');
      assert.deepEqual(
        posts.map((request) => request.status),
        [failure.status, failure.status, 200],
      );
      assert.ok(posts.every((request) => request.files[0]?.sizeBytes === FILE_BYTES));
      assert.equal(local.messages()[0]?.attachments[0]?.sizeBytes, FILE_BYTES);
    }));
}

test('an outage fails every request until it is taken back', async () => {
  const local = await startLocalDiscord();
  const end = local.failNext(/./, { status: 503, times: Number.POSITIVE_INFINITY });
  for (const path of ['/gateway/bot', '/users/@me', '/users/@me'])
    assert.equal((await askApi(local, 'GET', path)).status, 503);
  end();
  assert.equal((await askApi(local, 'GET', '/users/@me')).status, 200);
  await local.close();
});

test('an answer that is lost leaves one message, thanks to the nonce', () =>
  withBot(async (local, bot) => {
    local.failNext(POST_MESSAGE, { status: 502, when: 'after' });
    await send(local, bot);
    assert.equal(local.messages().length, 1);
  }));

test('a route that does not exist here is answered 501 and named', async () => {
  const told: string[] = [];
  const local = await startLocalDiscord({ onUnknownRoute: (route) => told.push(route) });
  const reply = await askApi(local, 'GET', '/guilds/1/audit-logs');
  assert.equal(reply.status, 501);
  assert.deepEqual(told, ['GET /guilds/1/audit-logs']);
  assert.deepEqual(local.unknownRoutes, told);
  assert.equal(local.requests[0]?.route, null);
  await local.close();
});

test('discord.js reports 501 as an error', async () => {
  const local = await startLocalDiscord({ onUnknownRoute: () => undefined });
  const bot = await connectBot(local);
  await assert.rejects(bot.client.rest.get('/stage-instances/1'), HTTPError);
  await bot.close();
  await local.close();
});

test('a wrong token and another API version are refused', async () => {
  const local = await startLocalDiscord();
  const stranger = await fetch(`${local.apiBase}/v10/users/@me`, { headers: { authorization: 'Bot a.b.c' } });
  assert.equal(stranger.status, 401);
  const old = await fetch(`${local.apiBase}/v9/users/@me`, {
    headers: { authorization: `Bot ${local.token}` },
  });
  assert.deepEqual(await old.json(), { message: 'Invalid API version provided', code: 50041 });
  await local.close();
});

test('a file over the limit meets 40005', async () => {
  const local = await startLocalDiscord({ maxFileBytes: 1000 });
  const bot = await connectBot(local);
  await assert.rejects(send(local, bot), (fault) => fault instanceof DiscordAPIError && fault.code === 40005);
  await bot.close();
  await local.close();
});

test('a request over 25 MiB meets 40005', async () => {
  const local = await startLocalDiscord({ maxFileBytes: 30 * 1024 * 1024 });
  const form = formWith({ content: 'x' }, { 'a.wav': new Uint8Array(26 * 1024 * 1024) });
  const reply = await askApi(local, 'POST', `/channels/${local.channelId('general')}/messages`, form);
  assert.deepEqual([reply.status, reply.body.code], [413, 40005]);
  await local.close();
});

test('strict rate limits refuse the sixth message of five seconds and count down in headers', async () => {
  const clock = createManualClock();
  const local = await startLocalDiscord({ clock, strictRateLimits: true });
  const post = () =>
    askApi(local, 'POST', `/channels/${local.channelId('general')}/messages`, { content: 'x' });
  for (const remaining of ['4', '3', '2', '1', '0']) {
    assert.equal((await post()).headers.get('x-ratelimit-remaining'), remaining);
  }
  clock.advance(1000);
  const refused = await post();
  assert.deepEqual(
    [refused.status, refused.body.retry_after, refused.headers.get('retry-after')],
    [429, 4, '4'],
  );
  clock.advance(4000);
  assert.equal((await post()).status, 200);
  await local.close();
});
