import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  type ChatInputCommandInteraction,
} from 'discord.js';
import type { BotParts } from '../../src/discord/command.ts';
import { choiceOption } from '../../src/discord/options.ts';
import { requireOwner } from '../../src/discord/permissions.ts';
import type { PrivateAnswer } from '../../src/discord/private-answer.ts';
import { plainText } from '../../src/discord/safe-text.ts';

/** A verb of /queue for moderators of the guild; what it did, or asks, is the answer that they read. */
export type ModeratorVerb = (
  interaction: ChatInputCommandInteraction,
  guildId: string,
  bot: BotParts,
) => Promise<string | PrivateAnswer>;

export const REASON_LENGTH = 300;

export const reasonOption = {
  type: ApplicationCommandOptionType.String,
  name: 'reason',
  description: 'Why; it is recorded and shown to everybody concerned',
  max_length: REASON_LENGTH,
} as const satisfies APIApplicationCommandBasicOption;

/** Empty where none was given. Discord keeps to the length, a forged call need not. */
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

/** The guild an act reaches; null: all guilds and DMs. Throws UserError where only the owner may do that. */
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
