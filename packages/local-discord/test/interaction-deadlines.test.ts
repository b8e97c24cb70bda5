import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock, type ManualClock } from '../src/clock.ts';
import { type LocalDiscord, startLocalDiscord } from '../src/local-discord.ts';
import type { Interaction } from '../src/state/interaction.ts';
import { askApi } from './bench/bot-client.ts';

const MINUTE_MS = 60_000;
const MESSAGE = { type: 4, data: { content: 'hello' } };
const DEFER = { type: 5 };

interface Setting {
  readonly local: LocalDiscord;
  readonly clock: ManualClock;
  readonly interaction: Interaction;
  readonly callback: string;
  readonly webhook: string;
}

async function withCommand(run: (setting: Setting) => Promise<void>): Promise<void> {
  const clock = createManualClock();
  const local = await startLocalDiscord({ clock });
  const interaction = local.actAs('mika', { unchecked: true }).command('ping');
  const callback = `/interactions/${interaction.id}/${interaction.token}/callback`;
  const webhook = `/webhooks/${local.applicationId}/${interaction.token}`;
  await run({ local, clock, interaction, callback, webhook });
  await local.close();
}

test('a first answer after three seconds meets 10062, and the user is told that none came', () =>
  withCommand(async ({ local, clock, interaction, callback }) => {
    clock.advance(2999);
    assert.equal(interaction.state.kind, 'waiting');
    clock.advance(1);
    assert.equal((await interaction.answered).kind, 'timeout');
    const reply = await askApi(local, 'POST', callback, MESSAGE);
    assert.deepEqual([reply.status, reply.body.code], [404, 10062]);
  }));

test('a first answer just before three seconds counts, a second one meets 40060', () =>
  withCommand(async ({ local, clock, callback }) => {
    clock.advance(2999);
    assert.equal((await askApi(local, 'POST', callback, MESSAGE)).status, 204);
    const second = await askApi(local, 'POST', callback, MESSAGE);
    assert.deepEqual([second.status, second.body.code], [400, 40060]);
  }));

test('a wrong interaction id meets 10062', () =>
  withCommand(async ({ local, interaction }) => {
    const reply = await askApi(local, 'POST', `/interactions/1/${interaction.token}/callback`, MESSAGE);
    assert.equal(reply.body.code, 10062);
  }));

test('the token is good at 14:59 and gone at 15:00, for edits and follow-ups alike', () =>
  withCommand(async ({ local, clock, callback, webhook }) => {
    await askApi(local, 'POST', callback, DEFER);
    clock.advance(15 * MINUTE_MS - 1000);
    assert.equal(
      (await askApi(local, 'PATCH', `${webhook}/messages/@original`, { content: 'a' })).status,
      200,
    );
    clock.advance(1000);
    for (const [method, path] of [
      ['PATCH', `${webhook}/messages/@original`],
      ['POST', webhook],
    ] as const) {
      const reply = await askApi(local, method, path, { content: 'b' });
      assert.deepEqual([reply.status, reply.body.code], [401, 50027]);
    }
  }));

test('before the first answer the token opens nothing', () =>
  withCommand(async ({ local, webhook }) => {
    assert.equal((await askApi(local, 'POST', webhook, { content: 'a' })).body.code, 10015);
  }));

test('a follow-up while the answer loads fills the answer in', () =>
  withCommand(async ({ local, interaction, callback, webhook }) => {
    await askApi(local, 'POST', callback, { type: 5, data: { flags: 64 } });
    await askApi(local, 'POST', webhook, { content: 'first' });
    assert.deepEqual(
      local.messages().map((message) => message.content),
      ['first'],
    );
    assert.equal(local.original(interaction)?.visibleTo, interaction.userId);
    await askApi(local, 'POST', webhook, { content: 'second' });
    assert.equal(local.messages().length, 2);
  }));

test('@original is gone once it was deleted', () =>
  withCommand(async ({ local, callback, webhook }) => {
    await askApi(local, 'POST', callback, MESSAGE);
    assert.equal((await askApi(local, 'DELETE', `${webhook}/messages/@original`)).status, 204);
    assert.equal((await askApi(local, 'GET', `${webhook}/messages/@original`)).body.code, 10008);
  }));

test('where only the user installed the app, five follow-ups are the most', async () => {
  const local = await startLocalDiscord();
  const interaction = local.actAs('mika', { channel: 'group', unchecked: true }).command('ping');
  await askApi(local, 'POST', `/interactions/${interaction.id}/${interaction.token}/callback`, MESSAGE);
  const codes: number[] = [];
  for (let i = 0; i < 6; i++) {
    const reply = await askApi(local, 'POST', `/webhooks/${local.applicationId}/${interaction.token}`, {
      content: `${i}`,
    });
    codes.push(reply.body.code ?? reply.status);
  }
  assert.deepEqual(codes, [200, 200, 200, 200, 200, 40094]);
  await local.close();
});

const CALLBACKS: readonly { kind: 'command' | 'press' | 'autocomplete'; type: number; accepted: boolean }[] =
  [
    { kind: 'command', type: 6, accepted: false },
    { kind: 'command', type: 7, accepted: false },
    { kind: 'command', type: 8, accepted: false },
    { kind: 'press', type: 6, accepted: true },
    { kind: 'press', type: 7, accepted: true },
    { kind: 'autocomplete', type: 4, accepted: false },
    { kind: 'autocomplete', type: 8, accepted: true },
  ];
for (const { kind, type, accepted } of CALLBACKS) {
  test(`a ${kind} ${accepted ? 'takes' : 'does not take'} an answer of type ${type}`, async () => {
    const local = await startLocalDiscord();
    const mika = local.actAs('mika', { unchecked: true });
    const posted = await askApi(local, 'POST', `/channels/${local.channelId('general')}/messages`, {
      content: 'x',
    });
    const interaction = {
      command: () => mika.command('ping'),
      press: () => mika.press('any', posted.body.id),
      autocomplete: () => mika.autocomplete('ping', { a: 'b' }, 'a'),
    }[kind]();
    const path = `/interactions/${interaction.id}/${interaction.token}/callback`;
    const reply = await askApi(local, 'POST', path, { type, data: { content: 'x', choices: [] } });
    assert.equal(reply.status, accepted ? 204 : 400);
    if (!accepted) assert.equal(reply.body.code, 50035);
    await local.close();
  });
}
