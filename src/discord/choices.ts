import type { AutocompleteInteraction } from 'discord.js';
import { inLocale } from '../messages/languages.ts';
import { queueTexts } from '../messages/queue.ts';
import type { Job } from '../queue/job.ts';
import { findBlockedPattern } from '../riff/blocked-words.ts';
import { completePrompt } from '../riff/complete-prompt.ts';
import type { BotParts, Choice } from './command.ts';
import { plainText } from './text.ts';

/** Discord's limit on suggestions. */
export const MAX_CHOICES = 25;
const NAME_LENGTH = 100;

/** How many of a user's requests are looked through, and how many prompts of theirs are shown. */
const LOOKED_THROUGH = 30;
const SHOWN = 10;

/** Suggestions: those whose name contains the typed text; a long name is cut. */
export function namedChoices(choices: readonly Choice[], typed: string): readonly Choice[] {
  return choices
    .map(({ name, value }) => ({ name: plainText(name, NAME_LENGTH), value }))
    .filter(({ name }) => name.toLowerCase().includes(typed.toLowerCase()))
    .slice(0, MAX_CHOICES);
}

/** Suggestions: the jobs whose name contains what is typed. */
export function jobChoices(
  jobs: readonly Job[],
  { options, locale }: AutocompleteInteraction,
): readonly Choice[] {
  const text = inLocale(queueTexts, locale);
  const named = jobs.map(({ id, request, state }) => ({
    name: `${state.kind === 'running' ? text.running : text.waiting}: ${request.prompt}`,
    value: id,
  }));
  return namedChoices(named, options.getFocused());
}

/** Completes a text of a request by words that the model knows and, for a prompt, by the user's recent ones. */
export async function promptChoices(
  { guildId, user, options }: AutocompleteInteraction,
  { engineDescription, guildSettings, history }: BotParts,
): Promise<readonly Choice[]> {
  const { name, value } = options.getFocused(true);
  const [{ blockedWords }, requests] = await Promise.all([
    guildSettings.get(guildId),
    name === 'negative' ? [] : history.recentRequests(user.id, LOOKED_THROUGH),
  ]);
  // The prompt of a riff that goes on from others was not typed by anybody.
  const recent = new Set(requests.filter(({ from }) => !from).map(({ prompt }) => prompt));
  return completePrompt(value, engineDescription.promptWords, [...recent].slice(0, SHOWN))
    .values()
    .map((text) => ({ name: plainText(text, NAME_LENGTH), value: text }))
    .filter(({ name, value }) => name !== '' && value.length <= NAME_LENGTH)
    .filter(({ value }) => findBlockedPattern([value], blockedWords) === null)
    .take(MAX_CHOICES)
    .toArray();
}
