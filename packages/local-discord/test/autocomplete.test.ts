import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createManualClock } from '../src/clock.ts';
import { type LocalDiscord, startLocalDiscord } from '../src/local-discord.ts';
import { type ApiReply, askApi, connectBot, type TestBot } from './bench/bot-client.ts';

const FIND = {
  name: 'find',
  description: 'd',
  options: [
    { type: 3, name: 'word', description: 'd', autocomplete: true, min_length: 5 },
    { type: 4, name: 'count', description: 'd', autocomplete: true, max_value: 9 },
    { type: 3, name: 'other', description: 'd' },
  ],
};

const clock = createManualClock();
let local: LocalDiscord;
let bot: TestBot;
let data: { readonly options: readonly object[] } | null = null;
let choices: readonly object[] = [];
let reply: ApiReply | null = null;

before(async () => {
  local = await startLocalDiscord({ clock });
  bot = await connectBot(local, async (interaction) => {
    if (!interaction.isAutocomplete()) return;
    data = { options: interaction.options.data };
    const path = `/interactions/${interaction.id}/${interaction.token}/callback`;
    reply = await askApi(local, 'POST', path, { type: 8, data: { choices } });
    // A refused answer leaves the question open.
    if (reply.status >= 400) await askApi(local, 'POST', path, { type: 8, data: { choices: [] } });
  });
  await bot.client.application.commands.set([FIND]);
});

after(async () => {
  await bot.close();
  await local.close();
});

const propose = (count: number, value: unknown = 'v') =>
  Array.from({ length: count }, (_, at) => ({ name: `choice ${at}`, value }));

test('what is typed goes as it is, the focused option marked, and limits wait for the sending', async () => {
  choices = propose(25, 7);
  const asked = local
    .actAs('mika')
    .autocomplete('find', { word: 'ab', count: '12x', other: 'kept' }, 'count');
  const answer = await asked.answered;
  assert.equal(answer.kind === 'choices' && answer.choices.length, 25);
  assert.deepEqual(
    data?.options.map((option) => ({ ...option })),
    [
      { type: 3, name: 'word', value: 'ab' },
      { type: 4, name: 'count', value: '12x', focused: true },
      { type: 3, name: 'other', value: 'kept' },
    ],
  );
});

const BAD: readonly (readonly [what: string, focused: string, choices: readonly object[], path: string])[] = [
  ['26 proposals', 'word', propose(26), 'choices'],
  ['a proposal without a name', 'word', [{ name: '', value: 'x' }], 'choices.0.name'],
  ['a name of 101 characters', 'word', [{ name: 'x'.repeat(101), value: 'x' }], 'choices.0.name'],
  [
    'a text for a number',
    'count',
    [
      { name: 'x', value: 1 },
      { name: 'y', value: 'two' },
    ],
    'choices.1.value',
  ],
];
for (const [what, focused, proposed, path] of BAD) {
  test(`${what} meets 50035 at data.${path}`, async () => {
    choices = proposed;
    await local.actAs('mika').autocomplete('find', { [focused]: 'x' }, focused).answered;
    assert.equal(reply?.body.code, 50035);
    const at = `data.${path}`.split('.').reduce((errors, key) => errors?.[key], reply?.body.errors);
    assert.ok(at?._errors, JSON.stringify(reply?.body.errors));
  });
}

test('proposals that come after three seconds meet 10062', async () => {
  const asked = local.actAs('mika', { unchecked: true });
  await bot.client.destroy();
  const interaction = asked.autocomplete('find', { word: 'x' }, 'word');
  clock.advance(3000);
  assert.equal((await interaction.answered).kind, 'timeout');
  const path = `/interactions/${interaction.id}/${interaction.token}/callback`;
  const late = await askApi(local, 'POST', path, { type: 8, data: { choices: [] } });
  assert.equal(late.body.code, 10062);
});
