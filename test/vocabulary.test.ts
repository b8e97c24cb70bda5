import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Words that this project does not use, each with the one it uses instead. A word counts by itself and as a part of a
 * name: "lever" is found in `guidanceLever` and `LEVER_COST`, not in "clever". Ordinary English words that only mean
 * the wrong thing in one context ("place", "rest", "level") are left to the reader.
 */
const WORDS: Readonly<Record<string, string>> = {
  callOff: 'cancel, dispose',
  cure: 'fix, hint',
  cures: 'fixes, hints',
  desk: 'context',
  ebb: 'drop, end',
  ebbs: 'drops, ends',
  foretell: 'forecast',
  foretells: 'forecasts',
  foretold: 'forecast, estimated',
  holder: 'worker, owner',
  holders: 'workers, owners',
  intake: 'enqueue, admission',
  lane: 'tenant',
  lanes: 'tenants',
  lever: 'acceleration, approximation',
  levers: 'accelerations, approximations',
  mend: 'fix, repair',
  mended: 'fixed, repaired',
  mends: 'fixes, repairs',
  outlook: 'positions and ETA, events',
  people: 'users',
  person: 'user',
  persons: 'users',
  predictedStart: 'predictedOriginalSample',
  quarantine: 'dead letter',
  quarantined: 'dead-lettered',
  reckon: 'compute, count',
  reckoned: 'computed, estimated',
  reckons: 'computes, counts',
  queuePlace: 'QueuePosition',
  refund: 'an attempt that is not counted',
  refunded: 'not counted',
  sight: 'events, monitor',
  resting: 'backing off, idle',
  standstill: 'blocked, back-off',
  thinned: 'decimated',
  upkeep: 'lease renewal',
  vault: 'store',
  verdict: 'result, decision',
  verdicts: 'results, decisions',
  wish: 'request',
  workshop: 'staging folder',
};

const PHRASES: Readonly<Record<string, string>> = {
  'asked step': 'evaluated step',
  'asked steps': 'evaluated steps',
  'call off': 'cancel',
  'called off': 'cancelled',
  'kept side': 'cached prediction',
  'prompt side': 'cond prediction',
  'put back': 'requeue, restore',
  'ways out': 'fixes, hints',
  'wish to cancel': 'cancellation request',
};

const EXEMPT: ReadonlySet<string> = new Set([
  'test/vocabulary.test.ts',
  // Names of columns and options of earlier versions.
  'src/store/sqlite/migrations.ts',
  'test/store/sqlite/migrations.test.ts',
  'CHANGELOG.md',
]);

const FILES = globSync(
  [
    '{src,commands,research,models,test,packages/*/{src,page,examples,test}}/**/*.{ts,mjs,js,py,md,css,html,sql}',
    'packages/*/*.md',
    '*.md',
    '.env.example',
    'Dockerfile',
  ],
  { cwd: ROOT, exclude: (name) => name === 'node_modules' || name === '.partial' },
).filter((file) => !EXEMPT.has(file));

test('names, comments, messages and file names use the words of the field', () => {
  assert.ok(FILES.length > 400);
  assert.deepEqual(FILES.flatMap(findingsIn), []);
});

test('a word is found by itself, in a name, in capitals and in a phrase', () => {
  const lines = ['guidanceLever', 'LEVER_COST', 'the Lever.', 'leverCost()', 'it was put  back'];
  for (const line of lines) assert.equal(findingsOn(line).length, 1, line);
  for (const line of ['clever', 'cleverer', 'backput', 'input back']) assert.deepEqual(findingsOn(line), []);
});

function findingsIn(file: string): string[] {
  const lines = readFileSync(join(ROOT, file), 'utf8').split('\n');
  return [
    ...findingsOn(file).map((finding) => `${file}: ${finding}`),
    ...lines.flatMap((line, index) => findingsOn(line).map((finding) => `${file}:${index + 1}: ${finding}`)),
  ];
}

function findingsOn(line: string): string[] {
  const parts = wordsOf(line);
  const words = Object.entries(WORDS).filter(([word]) => contains(parts, wordsOf(word)));
  const phrases = Object.entries(PHRASES).filter(([phrase]) => contains(parts, wordsOf(phrase)));
  return [...words, ...phrases].map(([word, better]) => `expected "${better}", got "${word}"`);
}

/** Lower case; names are split at capitals, underscores and hyphens. */
function wordsOf(text: string): string {
  const parts = text.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? [];
  return ` ${parts.join(' ').toLowerCase()} `;
}

function contains(words: string, wanted: string): boolean {
  return words.includes(wanted);
}
