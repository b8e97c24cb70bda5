import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type LocalDiscord, startLocalDiscord } from '../../src/playground/local-discord.ts';
import { askApi } from './bench/bot-client.ts';

let local: LocalDiscord;

before(async () => {
  local = await startLocalDiscord();
});
after(() => local.close());

const SERVED: readonly (readonly [path: string, status: number])[] = [
  ['/', 200],
  ['/page/app.js', 200],
  ['/modules/lit/index.js', 200],
  ['/modules/@skyra/discord-components-core/dist/index.js', 200],
  ['/avatars/900000000000000011.svg', 200],
  ['/avatars/1.svg', 404],
  ['/page/nothing.js', 404],
  ['/page/..%2Fclock.ts', 404],
  ['/page/..%2Fpage-server%2Favatar.js', 404],
  ['/modules/lit/package.json', 404],
  ['/modules/pino/pino.js', 404],
  ['/modules/lit/..%2F..%2Fpino%2Fpino.js', 404],
  ['/package.json', 404],
];
for (const [path, status] of SERVED) {
  test(`${path} is ${status === 200 ? 'served' : 'not there'}`, async () => {
    assert.equal((await fetch(local.url + path)).status, status);
  });
}

test('the page may load nothing from outside, and no inline script but its import map', async () => {
  const policy = (await fetch(local.url)).headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'; script-src 'self' 'sha256-[\w+/=]{44}';/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /https?:|unsafe-eval|script-src[^;]*unsafe/);
});

const act = (person: string, channel: string, action: unknown, type = 'application/json') =>
  fetch(`${local.url}/local/actions?${new URLSearchParams({ person, channel })}`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: JSON.stringify(action),
  });

const ACTIONS: readonly (readonly [
  what: string,
  person: string,
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
  ['an unknown person', 'nobody', { action: 'say', content: 'hi' }, 'application/json', 404],
];
for (const [what, person, action, type, status] of ACTIONS) {
  test(`${what} is answered ${status}`, async () => {
    assert.equal((await act(person, 'music', action, type)).status, status);
  });
}

test('a view holds what that person sees, commands by permission included', async () => {
  const commands = [
    { name: 'play', description: 'd' },
    { name: 'queue', description: 'd', default_member_permissions: String(1 << 13) },
  ];
  await askApi(local, 'PUT', `/applications/${local.applicationId}/commands`, commands);
  const view = async (person: string) => {
    const reply = await fetch(`${local.url}/local/view?person=${person}&channel=general`);
    return (await reply.json()) as {
      commands: { name: string }[];
      channels: { name: string }[];
      botOnline: boolean;
    };
  };
  const names = (found: { name: string }[]) => found.map(({ name }) => name);
  assert.deepEqual(names((await view('mika')).commands), ['play']);
  assert.deepEqual(names((await view('sol')).commands), ['play', 'queue']);
  assert.deepEqual(names((await view('mika')).channels), ['music', 'general', 'Riff', 'Band practice']);
  assert.deepEqual(names((await view('ada')).channels), ['music', 'general', 'Riff']);
  assert.equal((await view('ada')).botOnline, false);
});

test('events reach those who see the message, and nobody else', async () => {
  const listen = async (person: string) => {
    const reply = await fetch(`${local.url}/local/events?person=${person}`);
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
