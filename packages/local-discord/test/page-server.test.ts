import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type LocalDiscord, startLocalDiscord } from '../src/local-discord.ts';
import { page } from '../src/page.ts';
import { askApi } from './bench/bot-client.ts';

let local: LocalDiscord;

before(async () => {
  local = await startLocalDiscord({ page, examples: ['/ping'] });
});
after(() => local.close());

const SERVED: readonly (readonly [path: string, status: number])[] = [
  ['/', 200],
  ['/page/app.js', 200],
  ['/avatars/900000000000000011.svg', 200],
  ['/avatars/1.svg', 404],
  ['/page/nothing.js', 404],
  ['/page/..%2Fpackage.json', 404],
  ['/page/%2e%2e/package.json', 404],
  ['/page/..%5Cpackage.json', 404],
  ['/page/%', 404],
  ['/page/%00', 404],
  ['/%', 404],
  ['//', 404],
  ['/avatars/%', 404],
  ['/attachments/1/%/x', 404],
  ['/attachments/%', 404],
  ['/local/view?user=%', 404],
  ['/api/v10/%', 501],
  ['/api/%', 400],
  ['/package.json', 404],
];
for (const [path, status] of SERVED) {
  test(`${path} is ${status === 200 ? 'served' : 'not there'}`, async () => {
    assert.equal((await fetch(local.url + path)).status, status);
  });
}

test('the page may load nothing from outside, and no inline code', async () => {
  const policy = (await fetch(local.url)).headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /https?:|unsafe/);
});

const act = (user: string, channel: string, action: unknown, type = 'application/json') =>
  fetch(`${local.url}/local/actions?${new URLSearchParams({ user: user, channel })}`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: JSON.stringify(action),
  });

const ACTIONS: readonly (readonly [
  what: string,
  user: string,
  action: unknown,
  type: string,
  status: number,
])[] = [
  ['saying something', 'mika', { action: 'say', content: 'hi' }, 'application/json', 200],
  [
    'a command that nobody deployed',
    'mika',
    { action: 'command', name: 'x', options: {} },
    'application/json',
    422,
  ],
  ['an unknown action', 'mika', { action: 'explode' }, 'application/json', 400],
  ['a field too many', 'mika', { action: 'say', content: 'hi', as: 'ada' }, 'application/json', 400],
  ['a form of another site', 'mika', { action: 'say', content: 'hi' }, 'text/plain', 400],
  ['an unknown user', 'nobody', { action: 'say', content: 'hi' }, 'application/json', 404],
];
for (const [what, user, action, type, status] of ACTIONS) {
  test(`${what} is answered ${status}`, async () => {
    assert.equal((await act(user, 'general', action, type)).status, status);
  });
}

test('a refused action is answered with the reason', async () => {
  const answer = await act('mika', 'general', { action: 'say', content: 'x'.repeat(2001) });
  assert.deepEqual(await answer.json(), { error: 'at most 2000 characters' });
});

test('an action that is too large is refused, and the next one is heard', async () => {
  const content = 'x'.repeat(2 * 1024 * 1024);
  assert.equal((await act('mika', 'general', { action: 'say', content })).status, 413);
  assert.equal((await act('mika', 'general', { action: 'say', content: 'hi' })).status, 200);
});

test('a file is uploaded under its name, and one that is too large is refused', async () => {
  const send = (body: Uint8Array<ArrayBuffer>) =>
    fetch(`${local.url}/local/uploads?user=mika&channel=general&name=a%20b.wav`, { method: 'POST', body });
  const taken = await send(new Uint8Array(9));
  assert.match(await taken.text(), /"filename":"a_b\.wav","size":9,"content_type":"audio\/x-wav"/);
  const refused = await send(new Uint8Array(10 * 1024 * 1024 + 1));
  assert.deepEqual(
    [refused.status, await refused.json()],
    [413, { error: 'a b.wav: at most 10 MiB a file here' }],
  );
});

test('a request of the API that is too large is refused with 40005', async () => {
  const path = `/channels/${local.channelId('general')}/messages`;
  const { status, body } = await askApi(local, 'POST', path, { content: 'x'.repeat(26 * 1024 * 1024) });
  assert.deepEqual([status, body.code], [413, 40005]);
});

test('a view holds what that user sees, commands by permission included', async () => {
  const commands = [
    { name: 'play', description: 'd' },
    { name: 'queue', description: 'd', default_member_permissions: String(1 << 13) },
  ];
  await askApi(local, 'PUT', `/applications/${local.applicationId}/commands`, commands);
  const view = async (user: string) => {
    const reply = await fetch(`${local.url}/local/view?user=${user}&channel=random`);
    return (await reply.json()) as {
      commands: { name: string }[];
      channels: { name: string }[];
      botOnline: boolean;
    };
  };
  const names = (found: { name: string }[]) => found.map(({ name }) => name);
  assert.deepEqual(names((await view('mika')).commands), ['play']);
  assert.deepEqual(names((await view('sol')).commands), ['play', 'queue']);
  assert.deepEqual(names((await view('mika')).channels), ['general', 'random', 'Bot', 'Group']);
  assert.deepEqual(names((await view('ada')).channels), ['general', 'random', 'Bot']);
  assert.equal((await view('ada')).botOnline, false);
});

test('events reach those who see the message, and nobody else', async () => {
  const listen = async (user: string) => {
    const reply = await fetch(`${local.url}/local/events?user=${user}`);
    assert.ok(reply.body);
    return reply.body.pipeThrough(new TextDecoderStream()).getReader();
  };
  const nextMessage = async (reader: ReadableStreamDefaultReader<string>): Promise<string> => {
    for (let text = ''; ; ) {
      text += (await reader.read()).value ?? '';
      const data = /^data: (.*message.*)$/m.exec(text)?.[1];
      if (data) return JSON.parse(data).message.content;
    }
  };
  const [mika, noor] = [await listen('mika'), await listen('noor')];
  local.actAs('mika', { channel: 'dm' }).say('secret');
  local.actAs('mika').say('open');
  assert.equal(await nextMessage(mika), 'secret');
  assert.equal(await nextMessage(noor), 'open');
  await Promise.all([mika.cancel(), noor.cancel()]);
});
