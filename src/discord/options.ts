import type { ChatInputCommandInteraction } from 'discord.js';
import { checked, integerBetween, oneOf, type Range } from '../riff/checks.ts';

/*
 * Discord's client enforces the ranges and choices of an option; a forged call may break them.
 * Each returns null for an option that was left out and throws UserError, saying what was expected, for a bad value.
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
