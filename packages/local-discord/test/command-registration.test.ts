import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../src/clock.ts';
import { type LocalDiscord, startLocalDiscord } from '../src/local-discord.ts';
import { askApi } from './bench/bot-client.ts';

const option = (name: string, extra: object = {}) => ({ type: 3, name, description: 'd', ...extra });
const command = (name: string, extra: object = {}) => ({ name, description: 'd', ...extra });

async function withLocal(run: (local: LocalDiscord, base: string) => Promise<void>): Promise<void> {
  const local = await startLocalDiscord();
  await run(local, `/applications/${local.applicationId}/commands`);
  await local.close();
}

test('a name that exists keeps its id and gets a new version', () =>
  withLocal(async (local, base) => {
    const first = await askApi(local, 'POST', base, command('a'));
    const second = await askApi(local, 'POST', base, command('a', { description: 'new' }));
    assert.deepEqual([first.status, second.status], [201, 200]);
    assert.equal(first.body.id, second.body.id);
    assert.notEqual(first.body.version, second.body.version);
  }));

test('a bulk write removes what it leaves out', () =>
  withLocal(async (local, base) => {
    await askApi(local, 'PUT', base, [command('a'), command('b')]);
    const before = await askApi(local, 'GET', base);
    const after = await askApi(local, 'PUT', base, [command('b'), command('c')]);
    assert.deepEqual(
      after.body.map((found: { name: string }) => found.name),
      ['b', 'c'],
    );
    assert.equal(after.body[0].id, before.body[1].id);
  }));

test('one command can be read, changed and deleted', () =>
  withLocal(async (local, base) => {
    const { body } = await askApi(local, 'POST', base, command('a', { options: [option('x')] }));
    const changed = await askApi(local, 'PATCH', `${base}/${body.id}`, { description: 'new' });
    assert.deepEqual([changed.body.description, changed.body.options.length], ['new', 1]);
    assert.equal((await askApi(local, 'DELETE', `${base}/${body.id}`)).status, 204);
    assert.equal((await askApi(local, 'GET', `${base}/${body.id}`)).body.code, 10063);
  }));

test("a server's own commands are separate from the global ones", () =>
  withLocal(async (local, base) => {
    const guildBase = `/applications/${local.applicationId}/guilds/${local.guildId}/commands`;
    const made = await askApi(local, 'POST', guildBase, command('a'));
    assert.equal(made.body.guild_id, local.guildId);
    assert.deepEqual((await askApi(local, 'GET', base)).body, []);
  }));

test('false and missing settings come back as Discord writes them', () =>
  withLocal(async (local, base) => {
    const { body } = await askApi(
      local,
      'POST',
      base,
      command('a', { options: [option('x', { required: false })] }),
    );
    assert.deepEqual(body.options, [{ type: 3, name: 'x', description: 'd' }]);
    assert.equal(body.default_member_permissions, null);
    assert.deepEqual(body.integration_types, [0]);
  }));

const BAD: readonly (readonly [what: string, body: object, field: string])[] = [
  ['capital letters in the name', command('Big'), 'name'],
  ['a name of 33 characters', command('x'.repeat(33)), 'name'],
  ['a description of 101 characters', command('a', { description: 'd'.repeat(101) }), 'description'],
  ['26 options', command('a', { options: Array.from({ length: 26 }, (_, i) => option(`o${i}`)) }), 'options'],
  [
    '26 choices',
    command('a', {
      options: [
        option('x', { choices: Array.from({ length: 26 }, (_, i) => ({ name: `${i}`, value: `${i}` })) }),
      ],
    }),
    'options',
  ],
  [
    'a required option after an optional one',
    command('a', { options: [option('x'), option('y', { required: true })] }),
    'options',
  ],
];
for (const [what, body, field] of BAD) {
  test(`${what} meets 50035 at ${field}`, () =>
    withLocal(async (local, base) => {
      const reply = await askApi(local, 'POST', base, body);
      assert.equal(reply.body.code, 50035);
      assert.deepEqual(Object.keys(reply.body.errors), [field]);
    }));
}

test('a list of commands is announced once', () =>
  withLocal(async (local, base) => {
    let announced = 0;
    local.events.on('commands', () => {
      announced += 1;
    });
    await askApi(local, 'PUT', base, [command('a'), command('b'), command('c')]);
    assert.equal(announced, 1);
  }));

test('the two hundred and first create of a day meets 30034, an update does not', async () => {
  const clock = createManualClock();
  const local = await startLocalDiscord({ clock });
  const { commands } = local.context;
  for (let i = 0; i < 200; i++) {
    const { command: made } = commands.upsert(null, { name: `c${i}`, description: 'd' });
    if (i > 0) commands.delete(made);
  }
  const base = `/applications/${local.applicationId}/commands`;
  assert.equal((await askApi(local, 'POST', base, command('late'))).body.code, 30034);
  assert.equal((await askApi(local, 'POST', base, command('c0'))).status, 200);
  clock.advance(24 * 60 * 60_000);
  assert.equal((await askApi(local, 'POST', base, command('late'))).status, 201);
  await local.close();
});
