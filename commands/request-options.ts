import {
  type APIApplicationCommandIntegerOption,
  type APIApplicationCommandNumberOption,
  type APIApplicationCommandStringOption,
  ApplicationCommandOptionType,
} from 'discord.js';
import { PROFILES } from '../src/render/profiles.ts';
import type { Range } from '../src/riff/checks.ts';
import { PROFILE_NAMES } from '../src/riff/request.ts';

/** Definitions of the options that make a request, with the ranges that it is checked by. */

/** `min` above 0 holds only once something is typed: whether it must be, `required` says. */
export function textOption(
  name: string,
  description: string,
  { min, max }: Range,
  required = false,
): APIApplicationCommandStringOption {
  return {
    type: ApplicationCommandOptionType.String,
    name,
    description,
    ...(required && { required }),
    ...(min > 0 && { min_length: min }),
    max_length: max,
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
