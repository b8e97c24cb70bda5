import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandIntegerOption,
  type APIApplicationCommandNumberOption,
  ApplicationCommandOptionType,
  type ChatInputCommandInteraction,
} from 'discord.js';
import { type LocalizedWords, localized, localizedChoice } from '../src/discord/localized.ts';
import { choiceOption } from '../src/discord/options.ts';
import { riffTexts } from '../src/messages/riff.ts';
import type { Range } from '../src/riff/checks.ts';
import { PROFILE_NAMES, REQUEST_LIMITS, type RiffRequest, SCHEDULER_NAMES } from '../src/riff/request.ts';

/** Definitions of the options that make a request, with the ranges that it is checked by. */

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
  return {
    ...words,
    type: ApplicationCommandOptionType.Number,
    min_value: min,
    max_value: max,
  };
}

export function wholeNumberOption(
  words: LocalizedWords,
  { min, max }: Range,
): APIApplicationCommandIntegerOption {
  return {
    ...words,
    type: ApplicationCommandOptionType.Integer,
    min_value: min,
    max_value: max,
  };
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
  { ...localized(riffTexts, 'loop'), type: ApplicationCommandOptionType.Boolean },
  wholeNumberOption(localized(riffTexts, 'seed'), seed),
  wholeNumberOption(localized(riffTexts, 'steps'), steps),
  numberOption(localized(riffTexts, 'guidance'), guidanceScale),
  {
    ...localized(riffTexts, 'scheduler'),
    type: ApplicationCommandOptionType.String,
    choices: SCHEDULER_NAMES.map((name) => ({ name, value: name })),
  },
  {
    ...localized(riffTexts, 'profile'),
    type: ApplicationCommandOptionType.String,
    choices: PROFILE_CHOICES,
  },
] satisfies APIApplicationCommandBasicOption[];

/**
 * What the user chose of `PROMPT_OPTION` and `OTHER_OPTIONS`, as far as the command has them; not yet checked, but for names
 * from a list.
 */
export function chosenOptions(interaction: ChatInputCommandInteraction): Partial<RiffRequest> {
  const { options } = interaction;
  return given({
    prompt: options.getString('prompt'),
    negativePrompt: options.getString('negative'),
    seed: options.getInteger('seed'),
    steps: options.getInteger('steps'),
    guidanceScale: options.getNumber('guidance'),
    scheduler: choiceOption(interaction, 'scheduler', SCHEDULER_NAMES),
    // The profile proposes the other defaults, so it is checked before parseRiffRequest checks the rest.
    profile: choiceOption(interaction, 'profile', PROFILE_NAMES),
    lengthSeconds: options.getNumber('length'),
    bpm: options.getNumber('bpm'),
    loop: options.getBoolean('loop'),
    // What follows a riff has commands and buttons of its own.
    variations: null,
    from: null,
  });
}

/** The options that were named; parseRiffRequest completes the others. The type asks for every one, so that none is forgotten. */
function given(
  options: { readonly [Key in keyof RiffRequest]-?: RiffRequest[Key] | null },
): Partial<RiffRequest> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
}
