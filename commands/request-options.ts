import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandIntegerOption,
  type APIApplicationCommandNumberOption,
  ApplicationCommandOptionType,
  type ChatInputCommandInteraction,
} from 'discord.js';
import { choiceOption } from '../src/discord/options.ts';
import { PROFILES } from '../src/render/profiles.ts';
import type { Range } from '../src/riff/checks.ts';
import { PROFILE_NAMES, REQUEST_LIMITS, type RiffRequest, SCHEDULER_NAMES } from '../src/riff/request.ts';

/** Definitions of the options that make a request, with the ranges that it is checked by. */

/**
 * A text of prompts, which `promptChoices` completes. `min` above 0 holds only once something is typed: whether it must
 * be, `required` says.
 */
export function textOption(name: string, description: string, { min, max }: Range, required = false) {
  return {
    type: ApplicationCommandOptionType.String as const,
    name,
    description,
    ...(required && { required }),
    ...(min > 0 && { min_length: min }),
    max_length: max,
    autocomplete: true as const,
  };
}

export function numberOption(
  name: string,
  description: string,
  { min, max }: Range,
): APIApplicationCommandNumberOption {
  return {
    type: ApplicationCommandOptionType.Number,
    name,
    description,
    min_value: min,
    max_value: max,
  };
}

export function wholeNumberOption(
  name: string,
  description: string,
  { min, max }: Range,
): APIApplicationCommandIntegerOption {
  return {
    type: ApplicationCommandOptionType.Integer,
    name,
    description,
    min_value: min,
    max_value: max,
  };
}

export const PROFILE_CHOICES = PROFILE_NAMES.map((name) => ({
  name: `${name}: ${PROFILES[name].summary}`,
  value: name,
}));

const { promptLength, negativePromptLength, seed, steps, guidanceScale, lengthSeconds, bpm } = REQUEST_LIMITS;

/** Everything that a user may say of a riff that goes on from nothing. */
export const REQUEST_OPTIONS = [
  textOption('prompt', 'What the music should sound like, such as: jazz piano, slow, in a bar', promptLength),
  textOption('negative', 'What it should not sound like, such as: vocals, drums', negativePromptLength),
  numberOption('length', 'Seconds of music; left out: one clip of the model', lengthSeconds),
  numberOption('bpm', 'Beats per minute', bpm),
  {
    type: ApplicationCommandOptionType.Boolean,
    name: 'loop',
    description: 'Cut to whole bars, so that it can be repeated',
  },
  wholeNumberOption(
    'seed',
    'The same seed, prompt and options make the same riff; left out: a new seed',
    seed,
  ),
  wholeNumberOption('steps', 'More steps take longer and may sound better', steps),
  numberOption(
    'guidance',
    'How closely the prompt is followed; 1 ignores the negative prompt',
    guidanceScale,
  ),
  {
    type: ApplicationCommandOptionType.String,
    name: 'scheduler',
    description: 'The method that removes the noise; leave it out unless you know it',
    choices: SCHEDULER_NAMES.map((name) => ({ name, value: name })),
  },
  {
    type: ApplicationCommandOptionType.String,
    name: 'profile',
    description: "Quality or speed; left out: the server's own choice",
    choices: PROFILE_CHOICES,
  },
] satisfies APIApplicationCommandBasicOption[];

/** What the user chose of `REQUEST_OPTIONS`; not yet checked, but for names from a list. */
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
