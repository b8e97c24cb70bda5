import {
  ApplicationCommandOptionType,
  type ChatInputCommandInteraction,
  MessageFlags,
  PermissionFlagsBits,
} from 'discord.js';
import { type BotParts, type Command, type CommandDefinition, IN_SERVERS } from '../src/discord/command.ts';
import { localized } from '../src/discord/localized.ts';
import { requireManager } from '../src/discord/permissions.ts';
import { answerPrivately, type PrivateAnswer } from '../src/discord/reply.ts';
import { quotedText } from '../src/discord/text.ts';
import { UserError } from '../src/errors.ts';
import { inLocale } from '../src/messages/languages.ts';
import { settingsCommandTexts, settingsTexts } from '../src/messages/settings.ts';
import { applyChange, askToReset, resetConfirmed } from './settings/change.ts';
import { SETTING_OPTIONS, VERBS } from './settings/verbs.ts';

const { Subcommand } = ApplicationCommandOptionType;

const definition = {
  ...IN_SERVERS,
  ...localized(settingsCommandTexts, 'command'),
  default_member_permissions: String(PermissionFlagsBits.ManageGuild),
  options: [
    { ...localized(settingsCommandTexts, 'show'), type: Subcommand },
    ...SETTING_OPTIONS,
    { ...localized(settingsCommandTexts, 'reset'), type: Subcommand },
  ],
} satisfies CommandDefinition;

export const settings: Command = { definition, run, components: { reset: resetConfirmed } };

async function run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const guildId = requireManager(interaction, bot);
  const { options } = interaction;
  const verb = [options.getSubcommandGroup(), options.getSubcommand()]
    .filter((part) => part !== null)
    .join(' ');
  await answerPrivately(interaction, await answerTo(verb, interaction, guildId, bot));
}

async function answerTo(
  verb: string,
  interaction: ChatInputCommandInteraction,
  guildId: string,
  bot: BotParts,
): Promise<string | PrivateAnswer> {
  if (verb === 'reset') return askToReset(interaction, guildId, bot);
  const changeOf = VERBS.get(verb);
  if (!changeOf)
    throw new UserError(inLocale(settingsTexts, interaction.locale).noSuchSetting(quotedText(verb, 60)));
  return applyChange(interaction, guildId, changeOf(interaction, await bot.guildSettings.get(guildId)), bot);
}
