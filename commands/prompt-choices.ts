import type { AutocompleteInteraction } from 'discord.js';
import type { BotParts, Choice } from '../src/discord/command.ts';
import { textChoices } from '../src/discord/options.ts';
import { findBlockedPattern } from '../src/riff/blocked-words.ts';
import { completePrompt } from '../src/riff/complete-prompt.ts';

/** How many of a user's requests are looked through, and how many prompts of theirs are shown. */
const LOOKED_THROUGH = 30;
const SHOWN = 10;

/** Completes a text of a request by words that the model knows and, for a prompt, by the user's recent ones. */
export async function promptChoices(
  { guildId, user, options }: AutocompleteInteraction,
  { engineDescription, guildSettings, history }: BotParts,
): Promise<readonly Choice[]> {
  const { name, value } = options.getFocused(true);
  const isNegative = name === 'negative';
  const [{ blockedWords }, requests] = await Promise.all([
    guildSettings.get(guildId),
    isNegative ? [] : history.recentRequests(user.id, LOOKED_THROUGH),
  ]);
  // The prompt of a riff that goes on from others was not typed by anybody.
  const recent = new Set(requests.filter(({ from }) => !from).map(({ prompt }) => prompt));
  const completed = completePrompt(value, engineDescription.promptWords, [...recent].slice(0, SHOWN));
  return textChoices(completed, (text) => findBlockedPattern([text], blockedWords) === null);
}
