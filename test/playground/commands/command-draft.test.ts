import assert from 'node:assert/strict';
import { test } from 'node:test';

interface Callable {
  readonly name: string;
  readonly options: readonly object[];
}

interface CommandDraft {
  callablesOf(commands: readonly object[]): Callable[];
  matchingCallables(callables: readonly Callable[], typed: string): Callable[];
  parseLine(
    text: string,
    callables: readonly Callable[],
  ): { callable: Callable; head: string; pairs: [string, string][] } | null;
  readValues(callable: Callable, texts: Map<string, string>, view: object): object;
}

// The page is plain JavaScript for the browser, outside the compiler's view.
const draft = (await import(
  new URL('../../../src/playground/page/composer/command-draft.js', import.meta.url).href
)) as CommandDraft;

const play = {
  name: 'play',
  description: 'd',
  options: [
    { type: 3, name: 'prompt', required: true, max_length: 20 },
    { type: 3, name: 'negative' },
    { type: 4, name: 'steps', min_value: 1, max_value: 9 },
    { type: 10, name: 'guidance' },
    { type: 5, name: 'loop' },
    { type: 3, name: 'style', choices: [{ name: 'Free jazz', value: 'free' }] },
    { type: 6, name: 'person' },
    { type: 7, name: 'where' },
  ],
};
const queue = {
  name: 'queue',
  description: 'd',
  options: [
    { type: 1, name: 'show' },
    { type: 1, name: 'pause', options: [{ type: 3, name: 'reason' }] },
    { type: 2, name: 'limits', options: [{ type: 1, name: 'set' }] },
  ],
};
const callables = draft.callablesOf([queue, play]);
const [playCallable] = draft.callablesOf([play]);
const view = { people: [{ id: '1', name: 'Sol' }], channels: [{ id: '2', name: 'music' }] };

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
    [
      '/play prompt:jazz piano negative:vocals',
      ['play', '', ['prompt', 'jazz piano'], ['negative', 'vocals']],
    ],
    ['/play prompt: jazz  steps:5', ['play', '', ['prompt', 'jazz'], ['steps', '5']]],
    ['/play jazz at 3:00 with badsteps:5', ['play', 'jazz at 3:00 with badsteps:5']],
    ['/queue pause reason:too loud', ['queue pause', '', ['reason', 'too loud']]],
  ];
for (const [text, expected] of LINES) {
  test(`the line ${JSON.stringify(text)} reads as ${JSON.stringify(expected)}`, () => {
    const parsed = draft.parseLine(text, callables);
    assert.deepEqual(parsed && [parsed.callable.name, parsed.head, ...parsed.pairs], expected);
  });
}

const VALUES: readonly (readonly [texts: Record<string, string>, expected: object | RegExp])[] = [
  [{ prompt: ' jazz ' }, { prompt: 'jazz' }],
  [
    { prompt: 'a', steps: '7', guidance: '2,5', loop: 'true' },
    { prompt: 'a', steps: 7, guidance: 2.5, loop: true },
  ],
  [
    { prompt: 'a', style: 'free JAZZ' },
    { prompt: 'a', style: 'free' },
  ],
  [
    { prompt: 'a', person: '@sol', where: '#music' },
    { prompt: 'a', person: '1', where: '2' },
  ],
  [{}, /prompt is required/],
  [{ prompt: 'x'.repeat(21) }, /at most 20/],
  [{ prompt: 'a', steps: '10' }, /from 1 to 9/],
  [{ prompt: 'a', steps: '1.5' }, /a whole number/],
  [{ prompt: 'a', guidance: 'much' }, /a number/],
  [{ prompt: 'a', loop: 'maybe' }, /True or False/],
  [{ prompt: 'a', style: 'rock' }, /one of Free jazz/],
  [{ prompt: 'a', person: 'nobody' }, /choose a person/],
];
for (const [texts, expected] of VALUES) {
  test(`${JSON.stringify(texts)} ${expected instanceof RegExp ? 'is refused' : 'is read'}`, () => {
    assert.ok(playCallable);
    const read = draft.readValues(playCallable, new Map(Object.entries(texts)), view);
    if (expected instanceof RegExp) assert.match((read as { problem: string }).problem, expected);
    else assert.deepEqual(read, { values: expected });
  });
}
