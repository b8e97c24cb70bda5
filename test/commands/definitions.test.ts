import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApplicationCommandType } from 'discord.js';
import { COMMANDS } from '../../commands/index.ts';
import { COMPONENT_ACTIONS } from '../../src/discord/buttons.ts';
import { buttonTexts } from '../../src/messages/buttons.ts';
import { LANGUAGES } from '../../src/messages/languages.ts';
import { riffTexts } from '../../src/messages/riff.ts';
import { settingsCommandTexts } from '../../src/messages/settings.ts';
import { BLOCKED_PATTERN_LIMITS } from '../../src/riff/blocked-words.ts';
import { DEFAULT_PROFILE, PROFILE_NAMES, REQUEST_LIMITS, SCHEDULER_NAMES } from '../../src/riff/request.ts';

interface Named {
  readonly name: string;
  readonly name_localizations?: Readonly<Record<string, string>>;
}

interface Option extends Named {
  readonly description: string;
  readonly description_localizations?: Readonly<Record<string, string>>;
  readonly min_length?: number;
  readonly max_length?: number;
  readonly min_value?: number;
  readonly max_value?: number;
  readonly choices?: readonly (Named & { readonly value: string })[];
  readonly options?: readonly Option[];
}

/** Discord's own: https://docs.discord.com/developers/interactions/application-commands */
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const ENGLISH_NAME = /^[-_a-z]{1,32}$/;
const LOCALES = LANGUAGES.filter((language) => language !== 'en');

/** Those that are typed; the names in menus are sentences. */
const TYPED = COMMANDS.filter((command) => 'run' in command);

test('the limits that Discord shows are the limits that the code checks', () => {
  const riff = COMMANDS.find(({ definition }) => definition.name === 'riff');
  const options = new Map(
    ((riff?.definition as Option | undefined)?.options ?? []).map((option) => [option.name, option]),
  );
  const { promptLength, negativePromptLength, seed, steps, guidanceScale } = REQUEST_LIMITS;
  assert.equal(options.get('prompt')?.max_length, promptLength.max);
  assert.equal(options.get('negative')?.max_length, negativePromptLength.max);
  for (const [name, range] of Object.entries({ seed, steps, guidance: guidanceScale })) {
    assert.deepEqual(
      [options.get(name)?.min_value, options.get(name)?.max_value],
      [range.min, range.max],
      name,
    );
  }
  assert.deepEqual(
    options.get('scheduler')?.choices?.map(({ value }) => value),
    [...SCHEDULER_NAMES],
  );
  assert.deepEqual(
    options.get('profile')?.choices?.map(({ value }) => value),
    [...PROFILE_NAMES],
  );
});

test('every definition keeps within Discord’s own limits, in every language', () => {
  for (const { definition } of TYPED) {
    assert.ok(sizeOf(definition as Option) <= 8000, definition.name);
    for (const option of everyOption(definition as Option)) {
      const { name, options = [], choices = [] } = option;
      assert.match(name, ENGLISH_NAME);
      for (const each of namesOf(option)) {
        assert.match(each, NAME, name);
        assert.equal(each, each.toLowerCase(), name);
      }
      for (const text of descriptionsOf(option))
        assert.ok(text.length >= 1 && text.length <= 100, `${name}: ${text}`);
      for (const each of choices.flatMap(namesOf)) assert.ok(each.length <= 100, each);
      assert.ok(options.length <= 25 && choices.length <= 25, name);
    }
  }
});

test('every name and description has its translation', () => {
  for (const { definition } of COMMANDS) {
    for (const { name, name_localizations, description_localizations, choices = [] } of everyOption(
      definition as Option,
    )) {
      assert.deepEqual(Object.keys(name_localizations ?? {}), LOCALES, `${definition.name} ${name}`);
      const isSlash =
        (definition.type ?? ApplicationCommandType.ChatInput) === ApplicationCommandType.ChatInput;
      if (isSlash)
        assert.deepEqual(Object.keys(description_localizations ?? {}), LOCALES, `${definition.name} ${name}`);
      // Schedulers are called the same everywhere.
      if (name === 'scheduler') continue;
      for (const choice of choices)
        assert.deepEqual(Object.keys(choice.name_localizations ?? {}), LOCALES, name);
    }
  }
});

test('the limits that stand in descriptions are those that are checked', () => {
  const { min, max } = BLOCKED_PATTERN_LIMITS.length;
  for (const language of LANGUAGES) {
    const { word, most } = settingsCommandTexts[language];
    assert.match(word.description, new RegExp(`\\b${min}\\b.*\\b${max}\\b`));
    assert.match(most.description, new RegExp(`^${REQUEST_LIMITS.steps.max}\\b`));
    assert.match(
      settingsCommandTexts[language].defaultProfile,
      new RegExp(`${riffTexts[language].profileNames[DEFAULT_PROFILE]}$`),
    );
    for (const name of PROFILE_NAMES)
      assert.match(
        riffTexts[language].profiles[name],
        new RegExp(`^${riffTexts[language].profileNames[name]}\\s?: `),
      );
  }
});

test('labels of forms and buttons fit', () => {
  for (const language of LANGUAGES) {
    const { retextForm, extendForm, promptLabel, newPromptLabel, negativeLabel, secondsLabel, atLabel } =
      riffTexts[language];
    for (const label of [
      retextForm,
      extendForm,
      promptLabel,
      newPromptLabel,
      negativeLabel,
      secondsLabel,
      atLabel,
    ])
      assert.ok(label.length <= 45, label);
    for (const label of Object.values(buttonTexts[language]))
      assert.ok(String(label).length <= 80, String(label));
  }
});

test('no two commands or options of one level share a name, in any language', () => {
  const commands = COMMANDS.map(({ definition }) => definition as Option);
  const levels = [commands, ...commands.flatMap(everyOption).map(({ options = [] }) => options)];
  for (const level of levels) {
    for (const locale of ['en', ...LOCALES]) {
      const names = level.map(({ name, name_localizations }) => name_localizations?.[locale] ?? name);
      assert.deepEqual(names, [...new Set(names)], locale);
    }
  }
});

test('what is for moderators is offered to moderators, and only in servers', () => {
  const gates = { queue: 1n << 13n, settings: 1n << 5n };
  for (const [name, permission] of Object.entries(gates)) {
    const command = COMMANDS.find(({ definition }) => definition.name === name);
    assert.equal(command?.definition.default_member_permissions, String(permission));
    assert.deepEqual(command?.definition.contexts, [0]);
  }
});

test('every button has exactly one handler', () => {
  for (const action of COMPONENT_ACTIONS) {
    assert.equal(COMMANDS.filter(({ components }) => components?.[action]).length, 1, action);
  }
});

function everyOption(option: Option): Option[] {
  return [option, ...(option.options ?? []).flatMap(everyOption)];
}

function namesOf({ name, name_localizations = {} }: Named): readonly string[] {
  return [name, ...Object.values(name_localizations)];
}

function descriptionsOf({ description, description_localizations = {} }: Option): readonly string[] {
  return [description, ...Object.values(description_localizations)];
}

/** Discord counts names, descriptions and values, each in its longest language. */
function sizeOf(definition: Option): number {
  const longest = (texts: readonly string[]): number => Math.max(...texts.map(({ length }) => length));
  return everyOption(definition)
    .map((option) => {
      const choices = (option.choices ?? []).map((choice) => longest(namesOf(choice)) + choice.value.length);
      return longest(namesOf(option)) + longest(descriptionsOf(option)) + choices.reduce((a, b) => a + b, 0);
    })
    .reduce((a, b) => a + b, 0);
}
