import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AnySelectMenuInteraction } from 'discord.js';
import { type LocalDiscord, startLocalDiscord } from '../src/local-discord.ts';
import { askApi, connectBot, type TestBot } from './bench/bot-client.ts';
import { assertAsDiscordDescribes } from './bench/contract.ts';

let local: LocalDiscord;
let bot: TestBot;
const heard: AnySelectMenuInteraction[] = [];

before(async () => {
  local = await startLocalDiscord();
  bot = await connectBot(local, async (interaction) => {
    if (!interaction.isAnySelectMenu()) return;
    heard.push(interaction);
    await interaction.deferUpdate();
  });
});

after(async () => {
  await bot.close();
  await local.close();
});

const options = ['a', 'b', 'c'].map((value) => ({ label: value.toUpperCase(), value }));
const row = (...components: object[]) => ({ type: 1, components });
const menu = (type: number, extra: object = {}) => ({
  type,
  custom_id: 'menu',
  ...(type === 3 ? { options } : {}),
  ...extra,
});

const send = (...rows: object[]) =>
  askApi(local, 'POST', `/channels/${local.channelId('general')}/messages`, {
    content: 'x',
    components: rows,
  });

test('a menu of texts sends what is chosen', async () => {
  const { body } = await send(row(menu(3, { max_values: 2, placeholder: null })));
  assert.deepEqual(
    [body.components[0].components[0].min_values, 'placeholder' in body.components[0].components[0]],
    [1, false],
  );
  await local.actAs('mika').select('menu', ['c', 'a']).answered;
  assert.deepEqual(heard.at(-1)?.values, ['c', 'a']);
});

test('a menu of users, roles or channels says what was chosen', async () => {
  const mika = local.actAs('mika');
  const { roles } = local.guild('Local guild');
  const [noor, role, channel] = [local.user('noor').id, roles[1]?.id ?? '', local.channelId('random')];
  await send(row(menu(5)));
  await mika.select('menu', [noor]).answered;
  const users = heard.at(-1);
  assert.ok(users?.isUserSelectMenu());
  assert.deepEqual([users.users.first()?.username, users.members.size], ['noor', 1]);
  await send(row(menu(6)));
  await mika.select('menu', [role]).answered;
  const chosenRoles = heard.at(-1);
  assert.ok(chosenRoles?.isRoleSelectMenu());
  assert.equal(chosenRoles.roles.first()?.name, 'Moderator');
  await send(row(menu(7, { max_values: 2 })));
  await mika.select('menu', [noor, role]).answered;
  const both = heard.at(-1);
  assert.ok(both?.isMentionableSelectMenu());
  assert.deepEqual([both.users.size, both.roles.size], [1, 1]);
  await send(row(menu(8, { channel_types: [0] })));
  await mika.select('menu', [channel]).answered;
  const channels = heard.at(-1);
  assert.ok(channels?.isChannelSelectMenu());
  assert.equal(channels.channels.first()?.id, channel);
});

const REFUSED: readonly (readonly [
  what: string,
  menu: { type: number; [field: string]: unknown },
  values: string[],
  reason: RegExp,
])[] = [
  ['a value that is not there', { type: 3 }, ['z'], /does not offer z/],
  ['too few', { type: 3, min_values: 2, max_values: 3 }, ['a'], /choose 2 to 3/],
  ['too many', { type: 3 }, ['a', 'b'], /choose 1/],
  ['one twice', { type: 3, max_values: 2 }, ['a', 'a'], /each value once/],
  ['nobody', { type: 5 }, ['1'], /does not offer 1/],
  ['a role as a user', { type: 5 }, ['900000000000000121'], /does not offer/],
  [
    'a channel of a kind that is not asked for',
    { type: 8, channel_types: [2] },
    ['general'],
    /does not offer/,
  ],
  ['a menu that is switched off', { type: 3, disabled: true }, ['a'], /menu is disabled/],
];
for (const [what, { type, ...extra }, values, reason] of REFUSED) {
  test(`choosing ${what} is refused`, async () => {
    await send(row(menu(type, extra)));
    const ids = values.map((value) => (value === 'general' ? local.channelId(value) : value));
    assert.throws(() => local.actAs('mika').select('menu', ids), reason);
  });
}

test('a button is no menu, and a menu no button', async () => {
  await send(row(menu(3)));
  assert.throws(() => local.actAs('mika').press('menu'), /no such component/);
});

const BAD: readonly (readonly [what: string, row: object, path: string, code: string])[] = [
  ['two menus in a row', row(menu(3), menu(5, { custom_id: 'b' })), '1', 'COMPONENT_LAYOUT_WIDTH_EXCEEDED'],
  [
    'a value twice',
    row(menu(3, { options: [options[0], options[0]] })),
    '0.options.1.value',
    'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
  ],
  ['more values than options', row(menu(3, { max_values: 4 })), '0.max_values', 'NUMBER_TYPE_MAX'],
  ['a minimum over the maximum', row(menu(5, { min_values: 2 })), '0.min_values', 'NUMBER_TYPE_MAX'],
  [
    'a placeholder of 151',
    row(menu(6, { placeholder: 'x'.repeat(151) })),
    '0.placeholder',
    'BASE_TYPE_MAX_LENGTH',
  ],
  [
    '26 options',
    row(menu(3, { options: Array.from({ length: 26 }, (_, at) => ({ label: 'x', value: `${at}` })) })),
    '0.options',
    'BASE_TYPE_MAX_LENGTH',
  ],
  ['an unknown type', row({ type: 77, custom_id: 'x' }), '0.type', 'BASE_TYPE_BAD'],
];
for (const [what, rows, path, code] of BAD) {
  test(`a row with ${what} meets 50035`, async () => {
    const { body } = await send(rows);
    assert.equal(body.code, 50035);
    const at = path.split('.').reduce((errors, key) => errors[key], body.errors.components[0].components);
    assert.equal(at?._errors[0].code, code, JSON.stringify(body.errors));
  });
}

test('every request and answer is as Discord describes it', () => assertAsDiscordDescribes(local));
