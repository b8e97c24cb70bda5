import type { ChatInputCommandInteraction } from 'discord.js';
import type { Job } from '../queue/job.ts';
import { checked, integerBetween, oneOf, type Range } from '../riff/checks.ts';
import type { Choice } from './command.ts';
import { plainText } from './text.ts';

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

/** Discord's limit on suggestions. */
const MAX_CHOICES = 25;
const NAME_LENGTH = 100;

/** Suggestions: the jobs whose name contains the typed text. */
export function jobChoices(jobs: readonly Job[], typed: string): readonly Choice[] {
  return jobs
    .map(({ id, request, state }) => ({
      name: plainText(`${state.kind}: ${request.prompt}`, NAME_LENGTH),
      value: id,
    }))
    .filter(({ name }) => name.toLowerCase().includes(typed.toLowerCase()))
    .slice(0, MAX_CHOICES);
}
