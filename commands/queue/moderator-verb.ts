import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  type ChatInputCommandInteraction,
} from 'discord.js';
import type { BotParts } from '../../src/discord/command.ts';
import { localized, localizedChoice } from '../../src/discord/localized.ts';
import { chosenName } from '../../src/discord/options.ts';
import { requireOwner } from '../../src/discord/permissions.ts';
import type { PrivateAnswer } from '../../src/discord/reply.ts';
import { plainText } from '../../src/discord/text.ts';
import { inLocale } from '../../src/messages/languages.ts';
import { queueTexts } from '../../src/messages/queue.ts';

/** A verb of /queue for the guild's moderators; it returns the private answer. */
export type ModeratorVerb = (
  interaction: ChatInputCommandInteraction,
  guildId: string,
  bot: BotParts,
) => Promise<string | PrivateAnswer>;

const REASON_LENGTH = 300;

export const reasonOption = {
  ...localized(queueTexts, 'reason'),
  type: ApplicationCommandOptionType.String,
  max_length: REASON_LENGTH,
} as const satisfies APIApplicationCommandBasicOption;

/** Empty if none was given. Discord enforces the length, but a forged call may exceed it. */
export function reasonOf({ options }: ChatInputCommandInteraction): string {
  return plainText(options.getString('reason') ?? '', REASON_LENGTH);
}

const REACHES = ['here', 'everywhere'] as const;

export const reachOption = {
  ...localized(queueTexts, 'where'),
  type: ApplicationCommandOptionType.String,
  choices: [
    localizedChoice(queueTexts, 'hereChoice', REACHES[0]),
    localizedChoice(queueTexts, 'everywhereChoice', REACHES[1]),
  ],
} satisfies APIApplicationCommandBasicOption;

/** The guild that an act applies to; null: all guilds and DMs. Throws UserError unless the owner asks for that. */
export function reachOf(
  interaction: ChatInputCommandInteraction,
  guildId: string,
  bot: BotParts,
): string | null {
  if (chosenName(interaction, 'where', REACHES) !== 'everywhere') return guildId;
  requireOwner(interaction, bot);
  return null;
}

/** How an answer names what was reached. */
export function reachText(reach: string | null, locale: string | null): string {
  const text = inLocale(queueTexts, locale);
  return reach === null ? text.everywhere : text.here;
}
