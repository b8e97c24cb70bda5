import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inLocale, LANGUAGES, languageOf, texts } from '../../src/messages/languages.ts';
import { morphTexts } from '../../src/messages/morph.ts';
import { optionName } from '../../src/messages/option-names.ts';
import { riffTexts } from '../../src/messages/riff.ts';
import { english, french, german } from '../../src/messages/wording.ts';
import { leavesOf, type Row, tableOfMessages } from './table.ts';

/** What reads the same in another language: words of music and of the model, and names that are symbols. */
const ALIKE = new Set<string>([
  'riffsTexts.command.name',
  'riffTexts.command.name',
  'riffTexts.prompt.name',
  'riffTexts.bpm.name',
  'riffTexts.loop.name',
  'riffTexts.seed.name',
  'riffTexts.guidance.name',
  'riffTexts.scheduler.name',
  'riffTexts.surprise.name',
  'presetTexts.name.name',
  'presetTexts.server.name',
  'helpTexts.kinds.styles',
  'helpTexts.kinds.instruments',
  'helpTexts.kinds.tempo',
  'modLogTexts.because',
  'queueTexts.pause.name',
  'queueTexts.position.name',
  'queueTexts.titled',
  'settingsTexts.change',
  'settingsTexts.which',
  'settingsTexts.modLog',
  'settingsTexts.labels.profile',
  'settingsCommandTexts.profileName.name',
  'settingsCommandTexts.modLog.name',
  'buttonTexts.loop',
  'remixTexts.command.name',
  'remixTexts.prompt.name',
  'remixTexts.bpm.name',
  'remixTexts.seed.name',
  'riffCardTexts.because',
  'riffCardTexts.running',
  'riffCardTexts.prompt',
]);

/** An ordinary space where a line could break; the conditions of TypeScript have a quote behind theirs. */
const LOOSE_FRENCH_MARK = / [;!»]|« | [:?](?! [`'])|[a-z]'[a-zà-ü]/i;
/** A value and its unit, between which a line could break. */
const LOOSE_UNIT = /\} (?:MiB|Mio|Hz)\b/;
/** German has „…“. */
const FOREIGN_QUOTE = /”|“(?=\w)|[«»]/;

describe('the table of messages', async () => {
  const parts = await tableOfMessages();

  test('has parts', () => {
    assert.ok(parts.size > 0);
  });

  for (const [name, table] of parts) {
    for (const language of LANGUAGES.filter((other) => other !== 'en')) {
      test(`${name} in ${language} has the texts of the English column, with the same values, and none in English`, () => {
        assert.deepEqual(Object.keys(table[language]).sort(), Object.keys(table.en).sort());
        for (const [key, row] of Object.entries(table.en)) {
          const theirs = new Map(leavesOf(table[language][key], `${name}.${key}`));
          for (const [path, leaf] of leavesOf(row, `${name}.${key}`)) {
            const translated = theirs.get(path);
            assert.ok(translated !== undefined, path);
            assert.deepEqual(valuesOf(translated), valuesOf(leaf), path);
            assert.ok(String(translated) !== String(leaf) || ALIKE.has(path), `${path}: ${String(leaf)}`);
          }
        }
      });
    }

    test(`${name} keeps the marks and units of French and German with the words that they belong to`, () => {
      for (const [language, loose] of [
        ['fr', LOOSE_FRENCH_MARK],
        ['de', FOREIGN_QUOTE],
      ] as const)
        for (const [key, row] of Object.entries(table[language]))
          for (const [path, leaf] of leavesOf(row, `${name}.${key}`)) {
            assert.doesNotMatch(String(leaf), loose, path);
            assert.doesNotMatch(String(leaf), LOOSE_UNIT, path);
          }
    });
  }
});

test('a user reads their language, and English where it is not spoken', () => {
  const table = texts({ en: { yes: 'yes' }, de: { yes: 'ja' }, fr: { yes: 'oui' } });
  const answers = ['de', 'fr', 'en-US', 'en-GB', 'pt-BR', '', null].map(
    (locale) => inLocale(table, locale).yes,
  );
  assert.deepEqual(answers, ['ja', 'oui', 'yes', 'yes', 'yes', 'yes', 'yes']);
  assert.equal(languageOf('default'), 'en');
});

test('numbers are written as each language writes them', () => {
  assert.deepEqual(
    [english, german, french].map(({ seconds }) => seconds(5120)),
    ['5.1 s', '5,1\u00a0s', '5,1\u00a0s'],
  );
  assert.deepEqual(
    [english, german, french].map(({ counted }) => [0, 1, 2].map((count) => counted(count, 'riff', 'riffs'))),
    [
      ['0 riffs', '1 riff', '2 riffs'],
      ['0 riffs', '1 riff', '2 riffs'],
      ['0 riff', '1 riff', '2 riffs'],
    ],
  );
});

test('ordinals as English has them', () => {
  const ordinals = [1, 2, 3, 4, 10, 11, 12, 13, 20, 21, 22, 23, 101, 111, 112, 1003].map(english.ordinal);
  assert.equal(
    ordinals.join(' '),
    '1st 2nd 3rd 4th 10th 11th 12th 13th 20th 21st 22nd 23rd 101st 111th 112th 1003rd',
  );
});

test('ordinals as German and French have them', () => {
  const ordinals = [german, french].map(({ ordinal }) => [1, 2, 11, 21].map(ordinal).join(' '));
  assert.deepEqual(ordinals, ['1. 2. 11. 21.', '1er 2e 11e 21e']);
});

test('an option is called as the commands of the language call it', () => {
  assert.equal(optionName('length', 'de'), riffTexts.de.length.name);
  assert.equal(optionName('from_file', 'fr'), morphTexts.fr.fromFile.name);
  assert.equal(optionName('file', 'fr'), 'fichier');
  assert.equal(optionName('steps', 'en'), 'steps');
  assert.equal(optionName('no such option', 'de'), 'no such option');
});

/** The names of a row's values, of those that its text contains. */
function valuesOf(row: Row): readonly string[] {
  if (typeof row !== 'function') return [];
  const source = String(row);
  const arrow = source.indexOf('=>');
  const names = source.slice(0, arrow).match(/[a-z]\w*/gi) ?? [];
  const body = source.slice(arrow + 2);
  return names.filter((value) => new RegExp(`\\b${value}\\b`).test(body)).sort();
}
