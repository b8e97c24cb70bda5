import {
  type APIApplicationCommandStringOption,
  type APIApplicationCommandSubcommandGroupOption,
  ApplicationCommandOptionType,
  type ChatInputCommandInteraction,
} from 'discord.js';
import { UserError } from '../../src/errors.ts';
import { BLOCKED_PATTERN_LIMITS, checkPattern } from '../../src/moderation/blocked-words.ts';
import { withEntry, withoutEntry } from './lists.ts';
import type { SettingsVerb } from './settings-verb.ts';

const { String: Text, Subcommand, SubcommandGroup } = ApplicationCommandOptionType;

const { count, length } = BLOCKED_PATTERN_LIMITS;

const wordOption = {
  type: Text,
  name: 'word',
  description: `A word or phrase of ${length.min} to ${length.max} characters; * stands for any letters, ? for one`,
  required: true,
  min_length: length.min,
  max_length: length.max,
} satisfies APIApplicationCommandStringOption;

export const wordsOption = {
  type: SubcommandGroup,
  name: 'words',
  description: 'Words that no prompt here may contain',
  options: [
    { type: Subcommand, name: 'add', description: 'Block a word or pattern', options: [wordOption] },
    {
      type: Subcommand,
      name: 'remove',
      description: 'Allow a word or pattern again',
      options: [wordOption],
    },
    { type: Subcommand, name: 'clear', description: 'Allow all words again' },
  ],
} satisfies APIApplicationCommandSubcommandGroupOption;

export const wordVerbs = {
  'words add': (interaction, { blockedWords }) => ({
    blockedWords: withEntry(blockedWords, wordOf(interaction), count, 'words'),
  }),
  'words remove': (interaction, { blockedWords }) => ({
    blockedWords: withoutEntry(blockedWords, wordOf(interaction)),
  }),
  'words clear': () => ({ blockedWords: [] }),
} satisfies Record<string, SettingsVerb>;

function wordOf({ options }: ChatInputCommandInteraction): string {
  const check = checkPattern(options.getString('word', true));
  if (check.kind === 'refused') throw new UserError(check.message);
  return check.pattern;
}
