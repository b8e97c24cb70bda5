import assert from 'node:assert/strict';
import { test } from 'node:test';
import { extended, looped, morphed, varied } from '../../src/riff/follow-up.ts';
import { sectionsOf } from '../../src/riff/origin.ts';
import { recipeSchema } from '../../src/riff/recipe.ts';
import {
  MOST_SECTIONS,
  parseRiffRequest,
  REQUEST_LIMITS,
  type RiffRequest,
  riffRequestSchema,
} from '../../src/riff/request.ts';
import { countWindows, planSection, requestFacts } from '../../src/riff/score.ts';
import { heldMap, type StripFacts } from '../../src/riff/strip.ts';
import { ABILITIES } from '../abilities.ts';

const GRID = ABILITIES.grid;
const DEFAULTS = { steps: 20, guidanceScale: 4, scheduler: 'dpmpp_2m' } as const;
const PLAIN = parseRiffRequest({ prompt: 'jazz', seed: 7 }, DEFAULTS, 7);
const CLIP: StripFacts = {
  columns: 32,
  tempo: { bpm: 125, paintedBpm: 125, barColumns: 12 },
  soundMs: 5120,
};

/** As 0.1 wrote it into its store and its pictures. */
const OF_0_1 = {
  prompt: 'jazz',
  negativePrompt: '',
  seed: 7,
  steps: 20,
  guidanceScale: 4,
  scheduler: 'dpmpp_2m',
  profile: 'balanced',
};

test('a request and a recipe of 0.1 are read as they are: one section, one clip', () => {
  const request = riffRequestSchema.parse(OF_0_1);
  assert.deepEqual(request, OF_0_1);
  const made = { model: 'riff-mini', modelVersion: '1.5.0', device: 'CPU', generator: 'riff 0.1.0' };
  assert.deepEqual(recipeSchema.parse({ ...OF_0_1, ...made }), { ...OF_0_1, ...made });
  const section = planSection(request, GRID, []);
  assert.deepEqual(section, {
    columns: 32,
    windows: [{ column: 0, words: { prompt: 'jazz', negativePrompt: '' } }],
    strength: 1,
    given: [],
    tempo: null,
    ringColumns: null,
    soundMs: null,
  });
  assert.equal(countWindows(request, GRID), 1);
});

test('a request goes through JSON with all that it goes on from', () => {
  const request = extended({ riff: PLAIN, jobId: 'a-1' }, { seconds: 5, at: 'end', seed: 9 }, GRID);
  const later = varied({ riff: request }, 'far', 10);
  assert.deepEqual(riffRequestSchema.parse(JSON.parse(JSON.stringify(later))), later);
  assert.deepEqual(
    sectionsOf(later).map(({ seed }) => seed),
    [10, 9, 7],
  );
});

test('a faulty origin is named, however deep it stands', () => {
  const broken = { ...PLAIN, from: { kind: 'remix', of: { riff: { ...PLAIN, seed: -1 } }, strength: 2 } };
  assert.equal(riffRequestSchema.safeParse(broken).success, false);
  const climbing = { ...PLAIN, from: { kind: 'remix', of: { upload: '../a.upload' }, strength: 1 } };
  assert.equal(riffRequestSchema.safeParse(climbing).success, false);
});

test('endless chains are refused, those that are written in a file too', () => {
  let chain: RiffRequest = PLAIN;
  for (let i = 1; i < MOST_SECTIONS; i++) chain = looped({ riff: chain });
  assert.deepEqual(riffRequestSchema.parse(chain), chain);
  assert.match(
    riffRequestSchema.safeParse(looped({ riff: chain })).error?.issues[0]?.message ?? '',
    /from: expected fewer than 16 riffs/,
  );
  let endless: object = PLAIN;
  for (let i = 0; i < 100_000; i++)
    endless = { ...PLAIN, from: { kind: 'remix', of: { riff: endless }, strength: 0 } };
  assert.equal(riffRequestSchema.safeParse(endless).success, false);
});

test('a piece is painted at a tempo of the model, in windows on bars, and heard at the one that was asked', () => {
  const { windows, tempo, columns, soundMs } = planSection(
    { ...PLAIN, lengthSeconds: 20, bpm: 120 },
    GRID,
    [],
  );
  assert.deepEqual(tempo, { bpm: 120, paintedBpm: 125, barColumns: 12 });
  assert.deepEqual(new Set(windows.map(({ words }) => words.prompt)), new Set(['jazz 125 bpm']));
  assert.ok(windows.every(({ column }) => column % 12 === 0));
  assert.ok(windows.slice(1).every(({ column }, i) => column - windows[i]!.column <= 24));
  assert.equal(soundMs, 20_000);
  assert.ok(columns * 160 * (125 / 120) >= 20_000, `${columns} columns`);
});

test('a tempo in the words counts and is replaced, half and double tempi are the same bars', () => {
  const named = planSection({ ...PLAIN, prompt: 'jazz, 96 BPM', lengthSeconds: 10 }, GRID, []);
  assert.deepEqual(named.tempo, { bpm: 96, paintedBpm: 93.75, barColumns: 16 });
  assert.equal(named.windows[0]?.words.prompt, 'jazz, 94 bpm');
  const { tempo } = planSection({ ...PLAIN, bpm: 62.5 }, GRID, []);
  assert.deepEqual(tempo, { bpm: 125, paintedBpm: 125, barColumns: 12 });
});

test('a model that says nothing of time gets windows of half a clip', () => {
  const { windows, tempo } = planSection({ ...PLAIN, lengthSeconds: 10 }, { ...GRID, tempi: [] }, []);
  assert.equal(tempo, null);
  assert.deepEqual(
    windows.map(({ column }) => column),
    [0, 16, 32],
  );
});

test('an extension begins on a bar of what is there and holds it, the last columns for a while only', () => {
  const request: RiffRequest = {
    ...PLAIN,
    lengthSeconds: 10,
    from: { kind: 'extend', of: { riff: PLAIN }, at: 'end' },
  };
  const section = planSection(request, GRID, [CLIP]);
  assert.deepEqual(
    section.windows.map(({ column }) => column),
    [12, 36],
  );
  const held = heldMap(section, GRID);
  assert.deepEqual([...(held ?? [])].slice(28, 34), [1, 1, Math.fround(2 / 3), Math.fround(1 / 3), 0, 0]);
  assert.throws(
    () => planSection({ ...request, lengthSeconds: 5 }, GRID, [CLIP]),
    /length: expected more than/,
  );
});

test('an extension at the start has whole bars, so that the piece still begins on one', () => {
  const request: RiffRequest = {
    ...PLAIN,
    lengthSeconds: 10,
    from: { kind: 'extend', of: { riff: PLAIN }, at: 'start' },
  };
  const { given, columns, soundMs, windows } = planSection(request, GRID, [CLIP]);
  assert.equal(given[0]?.at, 36);
  assert.equal(columns, 68);
  assert.equal(soundMs, 68 * 160);
  assert.equal(windows[0]?.column, 0);
});

test('a loop has whole bars, exactly as long as its tempo says', () => {
  const { ringColumns, soundMs } = planSection({ ...PLAIN, loop: true, bpm: 100 }, GRID, []);
  assert.equal(ringColumns, 32);
  assert.equal(soundMs, (2 * 4 * 60_000) / 100);
  const longer = planSection({ ...PLAIN, loop: true, bpm: 125, lengthSeconds: 10 }, GRID, []);
  assert.equal(longer.soundMs, 5 * 1920);
  assert.equal(longer.ringColumns, 60);
  const ofRiff = planSection(looped({ riff: PLAIN }), GRID, [CLIP]);
  assert.deepEqual([ofRiff.windows.length, ofRiff.ringColumns, ofRiff.soundMs], [0, 24, 3840]);
});

test('a morph is called by both prompts; too long together, each is cut between characters', () => {
  const prompts = [`a${'🎷'.repeat(499)}`, 'techno '.repeat(142).trim()];
  const [first, second] = prompts.map((prompt) => ({ words: { ...PLAIN, prompt } }));
  assert.ok(first && second);
  const { prompt } = morphed([first, second], { lengthSeconds: 20, seed: 1 }, GRID);
  assert.match(prompt, /^a🎷+… → (techno )+.*…$/u);
  assert.ok(prompt.isWellFormed() && prompt.length <= REQUEST_LIMITS.promptLength.max);
  assert.equal(morphed([{ words: PLAIN }, { riff: PLAIN }], { seed: 1 }, GRID).prompt, 'jazz → jazz');
});

test('a morph keeps both ends and mixes the words between them, more and more of the second', () => {
  const other = { ...PLAIN, prompt: 'techno' };
  const request = morphed([{ words: PLAIN }, { words: other }], { lengthSeconds: 20, seed: 1 }, GRID);
  const { windows, given, columns } = planSection(request, GRID, [CLIP, CLIP]);
  const amounts = windows.map(({ mix }) => mix?.amount ?? 0);
  assert.deepEqual(amounts, [...amounts].sort());
  assert.ok(
    windows.every(({ words, mix }) => /jazz/.test(words.prompt) && /techno/.test(mix?.words.prompt ?? '')),
  );
  assert.deepEqual(
    given.map(({ source, from, at, columns }) => ({ source, from, at, columns })),
    [
      { source: 0, from: 0, at: 0, columns: 32 },
      { source: 1, from: 0, at: columns - 32, columns: 32 },
    ],
  );
  assert.deepEqual(
    sectionsOf(request).map(({ bpm }) => bpm),
    [125, 125, 125],
  );
});

test('an end of a morph that is a riff keeps its tempo: it is measured, or the one that it says', () => {
  const options = { lengthSeconds: 20, seed: 1 };
  const bpmOf = (...ends: Parameters<typeof morphed>[0]) =>
    sectionsOf(morphed(ends, options, GRID)).map(({ bpm }) => bpm);
  const words = { ...PLAIN, prompt: 'techno' };
  assert.deepEqual(bpmOf({ riff: PLAIN }, { words }), [undefined, undefined, undefined]);
  assert.deepEqual(bpmOf({ riff: { ...PLAIN, bpm: 90 } }, { words }), [90, 90, 90]);
  const asked = sectionsOf(morphed([{ riff: PLAIN }, { words }], { ...options, bpm: 110 }, GRID));
  assert.deepEqual(
    asked.map(({ bpm }) => bpm),
    [110, undefined, 110],
  );
});

test('sources whose latents are kept cost nothing, those that are made again count', () => {
  const request = extended({ riff: PLAIN, jobId: 'a' }, { seconds: 5, at: 'end', seed: 1 }, GRID);
  assert.equal(countWindows(request, GRID) - countWindows(request, GRID, () => true), 1);
  assert.equal(
    countWindows(looped({ riff: PLAIN }), GRID, () => true),
    0,
  );
  assert.ok(countWindows({ ...PLAIN, lengthSeconds: 60 }, GRID) >= 12);
});

test('follow-ups say how long they will be', () => {
  const request = extended({ riff: PLAIN }, { seconds: 10, at: 'end', seed: 1 }, GRID);
  assert.equal(request.lengthSeconds, 15.12);
  assert.equal(requestFacts(request, GRID).soundMs, 15_120);
});
