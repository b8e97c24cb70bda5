import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../src/json.ts';
import { translateCommand } from '../src/state/serialize-command.ts';

interface Callable {
  readonly name: string;
  readonly label: string;
  readonly options: readonly object[];
}

interface CommandDraft {
  callablesOf(commands: readonly object[]): Callable[];
  matchingCallables(callables: readonly Callable[], typed: string): Callable[];
  parseLine(
    text: string,
    callables: readonly Callable[],
  ): { callable: Callable; head: string; pairs: [string, string][] } | null;
}

interface OptionValues {
  expectation(option: object): string;
  matchingChoices(
    choices: readonly Choice[],
    typed: string,
  ): { readonly rows: readonly Choice[]; readonly complete: number };
  readValue(
    option: object,
    field: {
      readonly text: string;
      readonly picked: Choice | null;
      readonly proposals: readonly Choice[] | null;
    },
    view: object,
  ): unknown;
}

interface Choice {
  readonly label: string;
  readonly value: string | number;
}

// The page is plain JavaScript for the browser, outside the compiler's view.
const load = (file: string): Promise<unknown> => import(new URL(`../page/${file}`, import.meta.url).href);
const draft = (await load('command-draft.js')) as CommandDraft;
const values = (await load('option-values.js')) as OptionValues;

const play = translated({
  type: 1,
  name: 'play',
  description: 'd',
  options: [
    { type: 3, name: 'prompt', required: true, max_length: 20 },
    { type: 3, name: 'negative' },
    { type: 4, name: 'steps', min_value: 1, max_value: 9 },
    { type: 10, name: 'guidance' },
    { type: 5, name: 'loop' },
    { type: 3, name: 'style', choices: [{ name: 'Free jazz', value: 'free' }] },
    { type: 6, name: 'user' },
    { type: 7, name: 'where', name_localizations: { de: 'wo' } },
  ],
});
const queue = translated({
  type: 1,
  name: 'queue',
  description: 'd',
  options: [
    { type: 1, name: 'show' },
    { type: 1, name: 'pause', options: [{ type: 3, name: 'reason' }] },
    { type: 2, name: 'limits', options: [{ type: 1, name: 'set' }] },
  ],
});
const record = translated({
  type: 1,
  name: 'record',
  name_localizations: { de: 'aufnehmen' },
  options: [{ type: 3, name: 'prompt', name_localizations: { de: 'wörter' } }],
});
const callables = draft.callablesOf([queue, play]);

function translated(command: JsonObject): JsonObject {
  return translateCommand(command, 'de');
}

test('commands are taken apart into what can be called', () => {
  assert.deepEqual(
    callables.map(({ name }) => name),
    ['play', 'queue limits set', 'queue pause', 'queue show'],
  );
});

test('what begins with the typed text comes before what contains it', () => {
  const names = (typed: string) => draft.matchingCallables(callables, typed).map(({ name }) => name);
  assert.deepEqual(names('queue p'), ['queue pause']);
  assert.deepEqual(names('p'), ['play', 'queue pause']);
  assert.deepEqual(names('x'), []);
});

const LINES: readonly (readonly [text: string, expected: readonly [string, string, ...string[][]] | null])[] =
  [
    ['/pl', null],
    ['/play', null],
    ['/play ', ['play', '']],
    ['/play jazz piano', ['play', 'jazz piano']],
    ['/PLAY Prompt:jazz', ['play', '', ['prompt', 'jazz']]],
    [
      '/play prompt:jazz piano negative:vocals',
      ['play', '', ['prompt', 'jazz piano'], ['negative', 'vocals']],
    ],
    ['/play prompt: jazz  steps:5', ['play', '', ['prompt', 'jazz'], ['steps', '5']]],
    ['/play jazz at 3:00 with badsteps:5', ['play', 'jazz at 3:00 with badsteps:5']],
    ['/queue pause reason:too loud', ['queue pause', '', ['reason', 'too loud']]],
  ];
test('a line in the language of the user, or in that of the bot, names the same options', () => {
  const [callable] = draft.callablesOf([record]);
  assert.deepEqual([callable?.name, callable?.label], ['record', 'aufnehmen']);
  for (const line of ['/aufnehmen Wörter:eine Harfe', '/record prompt:eine Harfe']) {
    const parsed = draft.parseLine(line, draft.callablesOf([record]));
    assert.deepEqual(parsed?.pairs, [['prompt', 'eine Harfe']]);
  }
});

for (const [text, expected] of LINES) {
  test(`the line ${JSON.stringify(text)} reads as ${JSON.stringify(expected)}`, () => {
    const parsed = draft.parseLine(text, callables);
    assert.deepEqual(parsed && [parsed.callable.name, parsed.head, ...parsed.pairs], expected);
  });
}

const view = {
  users: [
    { id: '1', name: 'Sol' },
    { id: '3', name: 'Solveig' },
  ],
  channels: [{ id: '2', name: 'music', kind: 'guild_text' }],
  roles: [{ id: '5', name: 'Moderator' }],
};
const SCHEDULERS = [
  { name: 'PNDM', value: 'pndm' },
  { name: 'UniPC', value: 'unipc' },
  { name: 'UniPC fast', value: 'unipc_fast' },
];

/** What is sent for a typed text; null: the option does not take it. */
const VALUES: readonly (readonly [option: object, text: string, value: unknown])[] = [
  [{ type: 3 }, ' jazz ', 'jazz'],
  [{ type: 3, max_length: 3 }, 'jazz', null],
  [{ type: 3, min_length: 2 }, 'j', null],
  [{ type: 4 }, '7', 7],
  [{ type: 4 }, '1.5', null],
  [{ type: 4, min_value: 1, max_value: 9 }, '10', null],
  [{ type: 4, choices: [{ name: 'Fast', value: 6 }] }, 'fast', 6],
  [{ type: 4, choices: [{ name: 'Fast', value: 6 }] }, '6', 6],
  [{ type: 4, choices: [{ name: 'Fast', value: 6 }] }, '7', null],
  [{ type: 10 }, '2,5', 2.5],
  [{ type: 10 }, 'much', null],
  [{ type: 5 }, 'true', true],
  [{ type: 5 }, 'False', false],
  [{ type: 5 }, 'maybe', null],
  [{ type: 3, choices: SCHEDULERS }, 'unipc', 'unipc'],
  [{ type: 3, choices: SCHEDULERS }, 'unipc FAST', 'unipc_fast'],
  [{ type: 3, choices: SCHEDULERS }, 'uni', null],
  [{ type: 6 }, 'sol', '1'],
  [{ type: 6 }, '@Solveig', '3'],
  [{ type: 6 }, '<@3>', '3'],
  [{ type: 6 }, 'so', null],
  [{ type: 7 }, '#music', '2'],
  [{ type: 7, channel_types: [2] }, 'music', null],
  [{ type: 8 }, 'moderator', '5'],
  [{ type: 9 }, 'Moderator', '5'],
  [{ type: 9 }, 'Sol', '1'],
];
for (const [option, text, value] of VALUES) {
  test(`${JSON.stringify(text)} for ${JSON.stringify(option)} is sent as ${JSON.stringify(value)}`, () => {
    assert.deepEqual(values.readValue(option, { text, picked: null, proposals: null }, view), value);
  });
}

const JOBS: readonly Choice[] = [
  { label: 'waiting: upright bass', value: 'job1' },
  { label: 'waiting: upright bass', value: 'job2' },
];
const PROPOSED: readonly (readonly [text: string, picked: Choice | null, value: string])[] = [
  ['waiting: upright bass', null, 'job1'],
  ['waiting: upright bass', JOBS[1] ?? null, 'job2'],
  ['job2', null, 'job2'],
  ['something else', JOBS[1] ?? null, 'something else'],
];
for (const [text, picked, value] of PROPOSED) {
  test(`${text}, ${picked ? 'picked from' : 'typed beside'} the bot's proposals, is sent as ${value}`, () => {
    const option = { type: 3, autocomplete: true };
    assert.equal(values.readValue(option, { text, picked, proposals: JOBS }, view), value);
  });
}

test('a choice that is typed in full is the active one, and what begins with a text comes first', () => {
  const choices = SCHEDULERS.map(({ name, value }) => ({ label: name, value }));
  const match = (typed: string) => {
    const { rows, complete } = values.matchingChoices(choices, typed);
    return [rows.map(({ value }) => value), complete];
  };
  assert.deepEqual(match('unipc'), [['pndm', 'unipc', 'unipc_fast'], 1]);
  assert.deepEqual(match('fast'), [['unipc_fast'], -1]);
  assert.deepEqual(match('p'), [['pndm', 'unipc', 'unipc_fast'], -1]);
});

const EXPECTATIONS: readonly (readonly [option: object, text: string])[] = [
  [{ type: 3 }, 'a text'],
  [{ type: 3, autocomplete: true }, 'choose from the list'],
  [{ type: 3, min_length: 2, max_length: 48 }, '2 to 48 characters'],
  [{ type: 3, max_length: 48 }, 'at most 48 characters'],
  [{ type: 3, max_length: 1 }, 'at most 1 character'],
  [{ type: 4, min_value: 1, max_value: 9 }, 'a whole number from 1 to 9'],
  [{ type: 8 }, 'choose a role'],
];
for (const [option, text] of EXPECTATIONS) {
  test(`${JSON.stringify(option)} is explained as ${text}`, () => {
    assert.equal(values.expectation(option), text);
  });
}
