import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { type LocalDiscord, startLocalDiscord } from '../src/local-discord.ts';
import { askApi, formWith } from './bench/bot-client.ts';

const SOUND = Uint8Array.from({ length: 1000 }, (_, index) => index % 251);

let local: LocalDiscord;
let soundUrl: string;

before(async () => {
  local = await startLocalDiscord();
  const path = `/channels/${local.channelId('general')}/messages`;
  const { body } = await askApi(local, 'POST', path, formWith({ content: 'x' }, { 'a.wav': SOUND }));
  soundUrl = body.attachments[0].url;
});
after(() => local.close());

test('a connection stays open until the client closes it', async () => {
  const response = await fetch(`${local.apiBase}/v10/gateway`);
  await response.arrayBuffer();
  assert.equal(response.headers.get('connection'), 'keep-alive');
  // Otherwise it would say after how many seconds the server closes it.
  assert.equal(response.headers.get('keep-alive'), null);
});

function statusWith(
  headers: Record<string, string>,
  path = '/api/v10/gateway/bot',
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(`${local.url}${path}`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode);
    });
    asked.on('error', reject).end();
  });
}

const port = (): string => new URL(local.url).port;
const GUARDED: readonly (readonly [what: string, headers: () => Record<string, string>, allowed: boolean])[] =
  [
    ['its own address', () => ({}), true],
    ['localhost', () => ({ host: `localhost:${port()}` }), true],
    ['a name that somebody rebound', () => ({ host: `evil.example:${port()}` }), false],
    ['another port', () => ({ host: '127.0.0.1:1' }), false],
    ['its own page', () => ({ origin: local.url }), true],
    ['a page elsewhere', () => ({ origin: 'https://evil.example' }), false],
    ['a page without origin', () => ({ origin: 'null' }), false],
    [
      'a picture on a page elsewhere',
      () => ({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }),
      false,
    ],
  ];
for (const [what, headers, allowed] of GUARDED) {
  test(`a request from ${what} is ${allowed ? 'served' : 'refused'}`, async () => {
    assert.equal(
      await statusWith({ authorization: `Bot ${local.token}`, ...headers() }),
      allowed ? 200 : 403,
    );
  });
}

test('a page elsewhere cannot open the gateway', async () => {
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  };
  assert.equal(await statusWith(upgrade, '/gateway'), 101);
  assert.equal(await statusWith({ ...upgrade, origin: 'https://evil.example' }, '/gateway'), 403);
});

test('a socket that is reset while it is refused ends nothing', async () => {
  const socket = connect(Number(port()), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    'GET /gateway HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  );
  socket.resetAndDestroy();
  await once(socket, 'close');
  assert.equal(await statusWith({ authorization: `Bot ${local.token}` }), 200);
});

test('an upgrade of anything but the gateway is not found', async () => {
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket' };
  assert.equal(await statusWith(upgrade, '/elsewhere'), 404);
});

const RANGES: readonly (readonly [range: string | null, status: number, first: number, last: number])[] = [
  [null, 200, 0, 999],
  ['bytes=0-', 206, 0, 999],
  ['bytes=10-19', 206, 10, 19],
  ['bytes=990-5000', 206, 990, 999],
  ['bytes=-10', 206, 990, 999],
];
for (const [range, status, first, last] of RANGES) {
  test(`a sound asked for with ${range ?? 'no range'} comes as bytes ${first} to ${last}`, async () => {
    const reply = await fetch(soundUrl, { headers: range ? { range } : {} });
    assert.equal(reply.status, status);
    assert.equal(reply.headers.get('accept-ranges'), 'bytes');
    assert.equal(reply.headers.get('content-length'), String(last - first + 1));
    if (range) assert.equal(reply.headers.get('content-range'), `bytes ${first}-${last}/1000`);
    assert.deepEqual(new Uint8Array(await reply.arrayBuffer()), SOUND.slice(first, last + 1));
  });
}

test('a range past the end is refused, and a file that is not there is not found', async () => {
  assert.equal((await fetch(soundUrl, { headers: { range: 'bytes=1000-' } })).status, 416);
  assert.equal((await fetch(`${local.url}/attachments/1/2/a.wav`)).status, 404);
});
