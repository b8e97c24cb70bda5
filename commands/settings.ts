import { type ChatInputCommandInteraction, MessageFlags, PermissionFlagsBits } from 'discord.js';
import { type BotParts, type Command, type CommandDefinition, IN_SERVERS } from '../src/discord/command.ts';
import { localized } from '../src/discord/localized.ts';
import { requireManager } from '../src/discord/permissions.ts';
import { answerPrivately, type PrivateAnswer } from '../src/discord/reply.ts';
import { chosenAct, subcommand } from '../src/discord/subcommands.ts';
import { settingsCommandTexts } from '../src/messages/settings.ts';
import { applyChange, askToReset, resetConfirmed } from './settings/change.ts';
import { SETTINGS } from './settings/verbs.ts';

const reset = subcommand(localized(settingsCommandTexts, 'reset'), askToReset);

const definition = {
  ...IN_SERVERS,
  ...localized(settingsCommandTexts, 'command'),
  default_member_permissions: String(PermissionFlagsBits.ManageGuild),
  options: [...SETTINGS, reset].map((subcommand) => subcommand.definition),
} satisfies CommandDefinition;

export const settings: Command = { definition, run, components: { reset: resetConfirmed } };

async function run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const guildId = requireManager(interaction, bot);
  await answerPrivately(interaction, await answerTo(interaction, guildId, bot));
}

async function answerTo(
  interaction: ChatInputCommandInteraction,
  guildId: string,
  bot: BotParts,
): Promise<string | PrivateAnswer> {
  if (interaction.options.getSubcommand() === reset.definition.name)
    return reset.act(interaction, guildId, bot);
  const changeOf = chosenAct(interaction, SETTINGS);
  return applyChange(interaction, guildId, changeOf(interaction, await bot.guildSettings.get(guildId)), bot);
}
