import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type LocalDiscord, startLocalDiscord } from '../src/local-discord.ts';
import { askApi, formWith } from './bench/bot-client.ts';

const bytes = (count: number): Uint8Array<ArrayBuffer> => new Uint8Array(count).fill(1);
const button = (extra: object = {}) => ({ type: 2, style: 1, label: 'b', custom_id: 'b', ...extra });
const row = (...components: object[]) => ({ type: 1, components });

let local: LocalDiscord;
let path: string;

before(async () => {
  local = await startLocalDiscord();
  path = `/channels/${local.channelId('random')}/messages`;
});
after(() => local.close());

const names = (body: { attachments: { filename: string }[] }): string[] =>
  body.attachments.map((attachment) => attachment.filename);

test('attachments that an edit does not list vanish, listed and new ones stand', async () => {
  const form = formWith({ content: 'x' }, { 'a.wav': bytes(10), 'b.txt': bytes(20) });
  const { body } = await askApi(local, 'POST', path, form);
  assert.deepEqual(names(body), ['a.wav', 'b.txt']);
  const untouched = await askApi(local, 'PATCH', `${path}/${body.id}`, { content: 'y' });
  assert.deepEqual(names(untouched.body), ['a.wav', 'b.txt']);
  const edit = formWith(
    { attachments: [{ id: body.attachments[1].id }, { id: 0, description: 'alt' }] },
    { 'c.png': bytes(30) },
  );
  const edited = await askApi(local, 'PATCH', `${path}/${body.id}`, edit);
  assert.deepEqual(names(edited.body), ['b.txt', 'c.png']);
  assert.equal(edited.body.attachments[1].description, 'alt');
});

test('a picture that an embed shows is not listed beside it, and stays when only buttons change', async () => {
  const payload = {
    embeds: [{ image: { url: 'attachment://a.png' } }],
    attachments: [{ id: 0, description: 'alt' }],
  };
  const { body } = await askApi(
    local,
    'POST',
    path,
    formWith(payload, { 'a.png': bytes(10), 'a.wav': bytes(10) }),
  );
  assert.deepEqual(names(body), ['a.wav']);
  assert.match(body.embeds[0].image.url, /^http:\/\/127\.0\.0\.1:\d+\/attachments\/.*a\.png$/);
  assert.equal(body.embeds[0].image.description, 'alt');
  const edited = await askApi(local, 'PATCH', `${path}/${body.id}`, { components: [row(button())] });
  assert.deepEqual(
    [edited.body.embeds[0].image.url, names(edited.body)],
    [body.embeds[0].image.url, ['a.wav']],
  );
});

test('a nonce that is enforced returns the message that is already there', async () => {
  const send = () => askApi(local, 'POST', path, { content: 'once', nonce: 'n1', enforce_nonce: true });
  assert.equal((await send()).body.id, (await send()).body.id);
});

const MIKA = '<@900000000000000011>';
const MENTIONS: readonly (readonly [content: string, allowed: object | undefined, mentioned: number])[] = [
  [MIKA, undefined, 1],
  [MIKA, { parse: [] }, 0],
  [MIKA, { parse: [], users: ['900000000000000011'] }, 1],
  [MIKA, { parse: [], users: ['900000000000000012'] }, 0],
];
for (const [content, allowed, mentioned] of MENTIONS) {
  test(`${content} with allowed_mentions ${JSON.stringify(allowed)} notifies ${mentioned}`, async () => {
    const { body } = await askApi(local, 'POST', path, { content, allowed_mentions: allowed });
    assert.equal(body.mentions.length, mentioned);
  });
}

test('@everyone needs the permission', async () => {
  const everyone = { content: '@everyone', allowed_mentions: { parse: ['everyone'] } };
  assert.equal((await askApi(local, 'POST', path, everyone)).body.mention_everyone, false);
  const dm = `/channels/${local.channelId('dm-mika')}/messages`;
  assert.equal((await askApi(local, 'POST', dm, everyone)).body.mention_everyone, true);
});

const field = (value: string) => ({ name: 'n', value });
const REFUSED: readonly (readonly [what: string, body: object, code: number, where: string])[] = [
  ['nothing', {}, 50006, ''],
  ['content of 2001 characters', { content: 'x'.repeat(2001) }, 50035, 'content'],
  ['11 embeds', { embeds: Array(11).fill({ title: 't' }) }, 50035, 'embeds'],
  ['an embed title of 257 characters', { embeds: [{ title: 'x'.repeat(257) }] }, 50035, 'embeds.0.title'],
  [
    'an embed description of 4097',
    { embeds: [{ description: 'x'.repeat(4097) }] },
    50035,
    'embeds.0.description',
  ],
  ['26 embed fields', { embeds: [{ fields: Array(26).fill(field('v')) }] }, 50035, 'embeds.0.fields'],
  [
    'a field value of 1025',
    { embeds: [{ fields: [field('x'.repeat(1025))] }] },
    50035,
    'embeds.0.fields.0.value',
  ],
  ['an empty field value', { embeds: [{ fields: [field('')] }] }, 50035, 'embeds.0.fields.0.value'],
  [
    '6001 characters in all embeds',
    { embeds: [{ description: 'x'.repeat(4000) }, { description: 'x'.repeat(2001) }] },
    50035,
    'embeds',
  ],
  [
    'a picture that is not attached',
    { embeds: [{ image: { url: 'attachment://no.png' } }] },
    50035,
    'embeds.0.image.url',
  ],
  [
    'six rows',
    { content: 'x', components: Array.from({ length: 6 }, (_, i) => row(button({ custom_id: `${i}` }))) },
    50035,
    'components',
  ],
  [
    'six buttons in a row',
    {
      content: 'x',
      components: [row(...Array.from({ length: 6 }, (_, i) => button({ custom_id: `${i}` })))],
    },
    50035,
    'components.0.components',
  ],
  [
    'a custom id twice',
    { content: 'x', components: [row(button(), button())] },
    50035,
    'components.0.components.1.custom_id',
  ],
  ['a nonce of 26 characters', { content: 'x', nonce: 'n'.repeat(26) }, 50035, 'nonce'],
];
for (const [what, body, code, where] of REFUSED) {
  test(`a message with ${what} meets ${code}${where && ` at ${where}`}`, async () => {
    const reply = await askApi(local, 'POST', path, body);
    assert.deepEqual([reply.status, reply.body.code], [400, code]);
    let node = reply.body.errors;
    for (const key of where.split('.').filter(Boolean)) node = node?.[key];
    if (where) assert.ok(JSON.stringify(node).includes('_errors'), JSON.stringify(reply.body));
  });
}

test('a custom id of 101 characters and a button without a label are refused', async () => {
  for (const bad of [button({ custom_id: 'x'.repeat(101) }), button({ label: undefined })]) {
    assert.equal(
      (await askApi(local, 'POST', path, { content: 'x', components: [row(bad)] })).body.code,
      50035,
    );
  }
});

test('only own messages can be edited, and those of others deleted only with the permission', async () => {
  const message = local.actAs('mika', { channel: 'random' }).say('hi');
  assert.equal((await askApi(local, 'PATCH', `${path}/${message.id}`, { content: 'x' })).body.code, 50005);
  assert.equal((await askApi(local, 'DELETE', `${path}/${message.id}`)).body.code, 50013);
  assert.equal((await askApi(local, 'GET', `${path}/1`)).body.code, 10008);
});

test('broken JSON meets 50109', async () => {
  const headers = { authorization: `Bot ${local.token}`, 'content-type': 'application/json' };
  const reply = await fetch(`${local.apiBase}/v10${path}`, { method: 'POST', headers, body: '{' });
  assert.equal(((await reply.json()) as { code: number }).code, 50109);
});

test('messages come in pages, before or after one of them', async () => {
  const local = await startLocalDiscord();
  const ids = ['a', 'b', 'c', 'd'].map((content) => local.actAs('mika').say(content).id);
  const path = `/channels/${local.channelId('general')}/messages`;
  const page = async (query: string) => {
    const { body } = await askApi(local, 'GET', `${path}?${query}`);
    return body.map(({ content }: { content: string }) => content).join('');
  };
  assert.equal(await page('limit=2'), 'dc');
  assert.equal(await page(`limit=2&before=${ids[2]}`), 'ba');
  assert.equal(await page(`limit=2&after=${ids[0]}`), 'cb');
  for (const query of ['limit=0', 'limit=101', 'limit=x', 'before=x'])
    assert.equal((await askApi(local, 'GET', `${path}?${query}`)).body.code, 50035, query);
  const members = `/guilds/${local.guildId}/members`;
  assert.equal((await askApi(local, 'GET', `${members}?limit=1001`)).body.code, 50035);
  assert.equal((await askApi(local, 'GET', `${members}?limit=2`)).body.length, 2);
  await local.close();
});
