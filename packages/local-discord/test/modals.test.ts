import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Interaction, ModalSubmitInteraction } from 'discord.js';
import type { JsonObject } from '../src/json.ts';
import { type LocalDiscord, startLocalDiscord } from '../src/local-discord.ts';
import { askApi, connectBot, type TestBot } from './bench/bot-client.ts';
import { assertAsDiscordDescribes } from './bench/contract.ts';

let local: LocalDiscord;
let bot: TestBot;
let components: readonly object[] = [];
const heard: ModalSubmitInteraction[] = [];
const refusals: JsonObject[] = [];

before(async () => {
  local = await startLocalDiscord();
  bot = await connectBot(local, answer);
  await bot.client.application.commands.set([{ name: 'form', description: 'd' }]);
});

after(async () => {
  await bot.close();
  await local.close();
});

async function answer(interaction: Interaction): Promise<unknown> {
  if (interaction.isModalSubmit()) {
    heard.push(interaction);
    return interaction.reply('got it');
  }
  if (!interaction.isChatInputCommand()) return undefined;
  const path = `/interactions/${interaction.id}/${interaction.token}/callback`;
  const reply = await askApi(local, 'POST', path, {
    type: 9,
    data: { custom_id: 'form', title: 'A form', components },
  });
  if (reply.status >= 400) {
    refusals.push(reply.body);
    await interaction.reply('refused');
  }
  return undefined;
}

async function openForm(...parts: object[]): Promise<void> {
  components = parts;
  await local.actAs('mika').command('form').answered;
}

const label = (component: object, name = 'A question') => ({ type: 18, label: name, component });
const text = (extra: object = {}) => ({ type: 4, custom_id: 'text', style: 1, ...extra });
const options = ['a', 'b', 'c'].map((value) => ({ label: value.toUpperCase(), value }));

test('a form of every kind of field comes back with what was answered', async () => {
  const mika = local.actAs('mika');
  const [noor, channel] = [local.user('noor').id, local.channelId('random')];
  await openForm(
    label(text()),
    label({ type: 3, custom_id: 'one', options }),
    label({ type: 5, custom_id: 'who' }),
    label({ type: 8, custom_id: 'where' }),
    label({ type: 19, custom_id: 'files', max_values: 2, file_types: ['audio'] }),
  );
  const file = mika.upload({ filename: 'a.wav', bytes: new Uint8Array(4) });
  const sent = { text: 'words', one: ['b'], who: [noor], where: [channel], files: [file.id] };
  await mika.submitModal('form', sent).answered;
  const { fields } = heard.at(-1) ?? assert.fail('expected a submission');
  assert.equal(fields.getTextInputValue('text'), 'words');
  assert.deepEqual(fields.getStringSelectValues('one'), ['b']);
  assert.equal(fields.getSelectedUsers('who')?.first()?.username, 'noor');
  assert.equal(fields.getSelectedChannels('where')?.first()?.id, channel);
  assert.equal(fields.getUploadedFiles('files')?.first()?.name, 'a.wav');
});

test('groups, boxes and texts between the questions come back as Discord sends them', async () => {
  await openForm(
    { type: 10, content: 'Read **this** first' },
    label({ type: 21, custom_id: 'radio', options, required: false }),
    label({ type: 22, custom_id: 'boxes', options }),
    label({ type: 23, custom_id: 'box' }),
  );
  const submitted = local.actAs('mika').submitModal('form', { boxes: ['a', 'c'], box: true });
  await submitted.answered;
  const { fields } = heard.at(-1) ?? assert.fail('expected a submission');
  assert.equal(fields.getRadioGroup('radio'), null);
  assert.deepEqual(fields.getCheckboxGroup('boxes'), ['a', 'c']);
  assert.equal(fields.getCheckbox('box'), true);
});

test('fields that were left alone keep what the bot put there', async () => {
  await openForm(
    label(text({ value: 'before' })),
    label({ type: 3, custom_id: 'one', options: [{ ...options[0], default: true }, options[1]] }),
    { type: 1, components: [text({ custom_id: 'old', label: 'Old', value: 'layout' })] },
  );
  await local.actAs('mika').submitModal('form', {}).answered;
  const { fields } = heard.at(-1) ?? assert.fail('expected a submission');
  assert.deepEqual(
    [fields.getTextInputValue('text'), fields.getStringSelectValues('one'), fields.getTextInputValue('old')],
    ['before', ['a'], 'layout'],
  );
});

const REFUSED: readonly (readonly [what: string, component: object, value: unknown, reason: RegExp])[] = [
  ['an empty text', text(), '', /A question: this field is required/],
  ['a short text', text({ min_length: 3 }), 'ab', /at least 3 characters/],
  ['a long text', text({ max_length: 3 }), 'abcd', /at most 3 characters/],
  ['a letter too many', text({ max_length: 1 }), 'ab', /at most 1 character$/],
  ['no choice', { type: 3, custom_id: 'text', options }, [], /this field is required/],
  ['a choice that is not there', { type: 3, custom_id: 'text', options }, ['z'], /does not offer z/],
  ['too many boxes', { type: 22, custom_id: 'text', options, max_values: 1 }, ['a', 'b'], /choose 1/],
  ['a radio button that is not there', { type: 21, custom_id: 'text', options }, 'z', /z is not offered/],
  ['a file that is not there', { type: 19, custom_id: 'text' }, ['1'], /choose a file/],
  ['a text for a box', { type: 23, custom_id: 'text' }, 'yes', /tick it or not/],
  ['an unknown field', text({ custom_id: 'other', required: false }), 'x', /the form has no field text/],
];
for (const [what, component, value, reason] of REFUSED) {
  test(`a form with ${what} is not sent, and stays open`, async () => {
    await openForm(label(component));
    const mika = local.actAs('mika');
    assert.throws(() => mika.submitModal('form', { text: value as string }), reason);
    assert.throws(() => mika.submitModal('form', { text: value as string }), reason);
  });
}

const BAD: readonly (readonly [what: string, parts: object[], path: string])[] = [
  ['no parts', [], 'components'],
  ['six parts', Array.from({ length: 6 }, (_, at) => label(text({ custom_id: `${at}` }))), 'components'],
  ['a question of 46 letters', [label(text(), 'x'.repeat(46))], 'components.0.label'],
  [
    'a menu without options',
    [label({ type: 3, custom_id: 'x', options: [] })],
    'components.0.component.options',
  ],
  [
    'one radio button',
    [label({ type: 21, custom_id: 'x', options: [options[0]] })],
    'components.0.component.options',
  ],
  ['two fields of one id', [label(text()), label(text())], 'components.1'],
  ['a button', [label({ type: 2, custom_id: 'x', style: 1, label: 'x' })], 'components.0.component.type'],
];
for (const [what, parts, path] of BAD) {
  test(`a form with ${what} meets 50035 at ${path}`, async () => {
    await openForm(...parts);
    const refusal = refusals.at(-1) as { code: number; errors: Record<string, unknown> };
    assert.equal(refusal.code, 50035);
    const at = `data.${path}`
      .split('.')
      .reduce<unknown>((errors, key) => (errors as Record<string, unknown>)?.[key], refusal.errors);
    assert.ok(at && '_errors' in (at as object), JSON.stringify(refusal.errors));
  });
}

test('every request and answer is as Discord describes it', () => assertAsDiscordDescribes(local));
