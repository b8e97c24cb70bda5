import type { ChatInputCommandInteraction } from 'discord.js';
import { checked, integerBetween, oneOf, type Range } from '../riff/checks.ts';

/*
 * Discord's client keeps to the ranges and the choices of an option; a forged call need not.
 * Each throws UserError that says what was expected, and returns null where the option was left out.
 */

export function integerOption(
  { options }: ChatInputCommandInteraction,
  name: string,
  range: Range,
): number | null {
  const value = options.getInteger(name);
  return value === null ? null : checked(integerBetween(name, range), value);
}

export function choiceOption<const Names extends readonly string[]>(
  { options }: ChatInputCommandInteraction,
  name: string,
  names: Names,
): Names[number] | null {
  const value = options.getString(name);
  return value === null ? null : checked(oneOf(name, names), value);
}
