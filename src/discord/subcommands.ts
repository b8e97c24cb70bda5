import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandSubcommandGroupOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  type ChatInputCommandInteraction,
} from 'discord.js';
import { UserError } from '../errors.ts';
import { inLocale } from '../messages/languages.ts';
import { refusalTexts } from '../messages/refusals.ts';
import type { LocalizedWords } from './localized.ts';

/** A subcommand with what it does. */
export interface Subcommand<Act> {
  readonly definition: APIApplicationCommandSubcommandOption;
  readonly act: Act;
}

interface Group<Act> {
  readonly definition: APIApplicationCommandSubcommandGroupOption;
  readonly subcommands: readonly Subcommand<Act>[];
}

/** All subcommands of a command. */
export type Subcommands<Act> = readonly (Subcommand<Act> | Group<Act>)[];

export function subcommand<Act>(
  words: LocalizedWords,
  act: Act,
  ...options: APIApplicationCommandBasicOption[]
): Subcommand<Act> {
  return { definition: { ...words, type: ApplicationCommandOptionType.Subcommand, options }, act };
}

export function subcommandGroup<Act>(
  words: LocalizedWords,
  ...subcommands: readonly Subcommand<Act>[]
): Group<Act> {
  const options = subcommands.map(({ definition }) => definition);
  return {
    definition: { ...words, type: ApplicationCommandOptionType.SubcommandGroup, options },
    subcommands,
  };
}

/** What the chosen subcommand does. Throws UserError if there is none: the call is forged, or of another version's list. */
export function chosenAct<Act>({ options, locale }: ChatInputCommandInteraction, all: Subcommands<Act>): Act {
  const group = options.getSubcommandGroup(false);
  const name = options.getSubcommand();
  const siblings =
    group === null
      ? all.filter((entry) => 'act' in entry)
      : all.flatMap((entry) =>
          'subcommands' in entry && entry.definition.name === group ? entry.subcommands : [],
        );
  const found = siblings.find(({ definition }) => definition.name === name);
  if (found) return found.act;
  throw new UserError(inLocale(refusalTexts, locale).unknownCommand);
}
