import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandIntegerOption,
  type APIApplicationCommandNumberOption,
  ApplicationCommandOptionType,
  type ChatInputCommandInteraction,
} from 'discord.js';
import type { Language } from '../messages/languages.ts';
import { riffTexts } from '../messages/riff.ts';
import { wordingIn } from '../messages/wording.ts';
import { checked, integerBetween, oneOf, type Range } from '../riff/checks.ts';
import { PROFILE_NAMES, REQUEST_LIMITS, type RiffRequest, SCHEDULER_NAMES } from '../riff/request.ts';
import { type LocalizedWords, localized, localizedChoice } from './localized.ts';

const { Boolean: Switch, Integer, Number: Decimal, String: Text } = ApplicationCommandOptionType;

/**
 * A text of prompts, which `promptChoices` completes. `min` above 0 holds only once something is typed: whether it must
 * be, `required` says.
 */
export function textOption(words: LocalizedWords, { min, max }: Range, required = false) {
  return {
    ...words,
    type: ApplicationCommandOptionType.String as const,
    ...(required && { required }),
    ...(min > 0 && { min_length: min }),
    max_length: max,
    autocomplete: true as const,
  };
}

export function numberOption(words: LocalizedWords, { min, max }: Range): APIApplicationCommandNumberOption {
  return { ...words, type: Decimal, min_value: min, max_value: max };
}

export function wholeNumberOption(
  words: LocalizedWords,
  { min, max }: Range,
): APIApplicationCommandIntegerOption {
  return { ...words, type: Integer, min_value: min, max_value: max };
}

/*
 * Discord's client enforces the ranges and choices of an option; a forged call may break them.
 * Both return null for an option that was left out and throw UserError, saying what was expected, for a bad value.
 */

export function chosenInteger(
  { options }: ChatInputCommandInteraction,
  name: string,
  range: Range,
): number | null {
  const value = options.getInteger(name);
  return value === null ? null : checked(integerBetween(name, range), value);
}

export function chosenName<const Names extends readonly string[]>(
  { options }: ChatInputCommandInteraction,
  name: string,
  names: Names,
): Names[number] | null {
  const value = options.getString(name);
  return value === null ? null : checked(oneOf(name, names), value);
}

export const PROFILE_CHOICES = PROFILE_NAMES.map((name) => {
  const { en, de, fr } = riffTexts;
  return localizedChoice({ en: en.profiles, de: de.profiles, fr: fr.profiles }, name, name);
});

const { promptLength, negativePromptLength, seed, steps, guidanceScale, lengthSeconds, bpm } = REQUEST_LIMITS;

export const PROMPT_OPTION = textOption(localized(riffTexts, 'prompt'), promptLength, true);

/** What else a user may say of a riff that goes on from nothing. */
export const OTHER_OPTIONS = [
  textOption(localized(riffTexts, 'negative'), negativePromptLength),
  numberOption(localized(riffTexts, 'length'), lengthSeconds),
  numberOption(localized(riffTexts, 'bpm'), bpm),
  { ...localized(riffTexts, 'loop'), type: Switch },
  wholeNumberOption(localized(riffTexts, 'seed'), seed),
  wholeNumberOption(localized(riffTexts, 'steps'), steps),
  numberOption(localized(riffTexts, 'guidance'), guidanceScale),
  {
    ...localized(riffTexts, 'scheduler'),
    type: Text,
    choices: SCHEDULER_NAMES.map((name) => ({ name, value: name })),
  },
  { ...localized(riffTexts, 'profile'), type: Text, choices: PROFILE_CHOICES },
] satisfies APIApplicationCommandBasicOption[];

/**
 * What the user chose of `PROMPT_OPTION` and `OTHER_OPTIONS`, as far as the command has them; not yet checked, but for names
 * from a list.
 */
export function chosenOptions(interaction: ChatInputCommandInteraction): Partial<RiffRequest> {
  const { options } = interaction;
  // The type asks for every option, so that none is forgotten.
  const chosen: { readonly [Key in keyof RiffRequest]-?: RiffRequest[Key] | null } = {
    prompt: options.getString('prompt'),
    negativePrompt: options.getString('negative'),
    seed: options.getInteger('seed'),
    steps: options.getInteger('steps'),
    guidanceScale: options.getNumber('guidance'),
    scheduler: chosenName(interaction, 'scheduler', SCHEDULER_NAMES),
    // The profile proposes the other defaults, so it is checked before parseRiffRequest checks the rest.
    profile: chosenName(interaction, 'profile', PROFILE_NAMES),
    lengthSeconds: options.getNumber('length'),
    bpm: options.getNumber('bpm'),
    loop: options.getBoolean('loop'),
    // What follows a riff has commands and buttons of its own.
    variations: null,
    from: null,
  };
  return Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== null));
}

/** An option by the name that it has in the command; without a value: a switch that is on. */
export interface ShownOption {
  readonly name: string;
  readonly value?: string;
}

/** The options among those of a riff, as a user of the language reads them. */
export function shownOptions(request: Partial<RiffRequest>, language: Language): readonly ShownOption[] {
  const text = riffTexts[language];
  const { lengthSeconds, bpm, profile } = request;
  const ofLength = lengthSeconds && wordingIn(language).seconds(lengthSeconds * 1000);
  // The type asks for every option, so that none is forgotten; null: it is told in words of its own.
  const values: Readonly<Record<keyof RiffRequest, readonly [{ readonly name: string }, unknown] | null>> = {
    prompt: null,
    negativePrompt: [text.negative, request.negativePrompt],
    lengthSeconds: [text.length, ofLength],
    bpm: [text.bpm, bpm?.toLocaleString(language)],
    loop: [text.loop, request.loop],
    seed: [text.seed, request.seed?.toString()],
    steps: [text.steps, request.steps],
    guidanceScale: [text.guidance, request.guidanceScale?.toLocaleString(language)],
    scheduler: [text.scheduler, request.scheduler],
    profile: [text.profile, profile && text.profileNames[profile]],
    variations: null,
    from: null,
  };
  return Object.values(values).flatMap((option) => {
    if (!option?.[1]) return [];
    const [{ name }, value] = option;
    return [value === true ? { name } : { name, value: String(value) }];
  });
}
