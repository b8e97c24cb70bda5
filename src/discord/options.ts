import type { ChatInputCommandInteraction } from 'discord.js';
import { inLocale } from '../messages/languages.ts';
import { queueTexts } from '../messages/queue.ts';
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
export const MAX_CHOICES = 25;
const NAME_LENGTH = 100;

/** Suggestions: the jobs whose name contains the typed text. */
export function jobChoices(jobs: readonly Job[], typed: string, locale: string): readonly Choice[] {
  const text = inLocale(queueTexts, locale);
  const named = jobs.map(({ id, request, state }) => ({
    name: `${state.kind === 'running' ? text.running : text.waiting}: ${request.prompt}`,
    value: id,
  }));
  return namedChoices(named, typed);
}

/** Suggestions: those whose name contains the typed text; a long name is cut. */
export function namedChoices(choices: readonly Choice[], typed: string): readonly Choice[] {
  return choices
    .map(({ name, value }) => ({ name: plainText(name, NAME_LENGTH), value }))
    .filter(({ name }) => name.toLowerCase().includes(typed.toLowerCase()))
    .slice(0, MAX_CHOICES);
}

/** Suggestions: the texts themselves, the first of those that fit and are allowed. */
export function textChoices(
  texts: readonly string[],
  isAllowed: (text: string) => boolean,
): readonly Choice[] {
  return texts
    .values()
    .filter((text) => text.length <= NAME_LENGTH && plainText(text, NAME_LENGTH) !== '' && isAllowed(text))
    .take(MAX_CHOICES)
    .map((text) => ({ name: plainText(text, NAME_LENGTH), value: text }))
    .toArray();
}
