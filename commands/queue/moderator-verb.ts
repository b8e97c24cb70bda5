import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  type ChatInputCommandInteraction,
} from 'discord.js';
import type { BotParts } from '../../src/discord/command.ts';
import { choiceOption } from '../../src/discord/options.ts';
import { requireOwner } from '../../src/discord/permissions.ts';
import type { PrivateAnswer } from '../../src/discord/reply.ts';
import { plainText } from '../../src/discord/text.ts';

/** A verb of /queue for the guild's moderators; it returns the private answer. */
export type ModeratorVerb = (
  interaction: ChatInputCommandInteraction,
  guildId: string,
  bot: BotParts,
) => Promise<string | PrivateAnswer>;

const REASON_LENGTH = 300;

export const reasonOption = {
  type: ApplicationCommandOptionType.String,
  name: 'reason',
  description: 'Why; recorded, and shown to the users concerned',
  max_length: REASON_LENGTH,
} as const satisfies APIApplicationCommandBasicOption;

/** Empty if none was given. Discord enforces the length, but a forged call may exceed it. */
export function reasonOf({ options }: ChatInputCommandInteraction): string {
  return plainText(options.getString('reason') ?? '', REASON_LENGTH);
}

const REACHES = ['here', 'everywhere'] as const;

export const reachOption = {
  type: ApplicationCommandOptionType.String,
  name: 'where',
  description: "Left out: this server; everywhere is for the bot's owner alone",
  choices: REACHES.map((name) => ({ name, value: name })),
} satisfies APIApplicationCommandBasicOption;

/** The guild that an act applies to; null: all guilds and DMs. Throws UserError unless the owner asks for that. */
export function reachOf(
  interaction: ChatInputCommandInteraction,
  guildId: string,
  bot: BotParts,
): string | null {
  if (choiceOption(interaction, 'where', REACHES) !== 'everywhere') return guildId;
  requireOwner(interaction, bot);
  return null;
}

/** How an answer names what was reached. */
export function reachText(reach: string | null): string {
  return reach === null ? 'everywhere' : 'in this server';
}
