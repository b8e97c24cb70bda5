import {
  ApplicationCommandOptionType,
  type ChatInputCommandInteraction,
  MessageFlags,
  PermissionFlagsBits,
} from 'discord.js';
import { type BotParts, type Command, type CommandDefinition, IN_SERVERS } from '../src/discord/command.ts';
import { requireManager } from '../src/discord/permissions.ts';
import { answerPrivately, type PrivateAnswer } from '../src/discord/reply.ts';
import { quotedText } from '../src/discord/text.ts';
import { UserError } from '../src/errors.ts';
import { applyChange, askToReset, resetConfirmed } from './settings/change.ts';
import { SETTING_OPTIONS, VERBS } from './settings/verbs.ts';

const { Subcommand } = ApplicationCommandOptionType;

const definition = {
  ...IN_SERVERS,
  name: 'settings',
  description: "This server's rules for the bot",
  default_member_permissions: String(PermissionFlagsBits.ManageGuild),
  options: [
    { type: Subcommand, name: 'show', description: 'Show all settings of this server' },
    ...SETTING_OPTIONS,
    {
      type: Subcommand,
      name: 'reset',
      description: 'Reset all settings of this server; asks before it does',
    },
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
  if (verb === 'reset') return askToReset(guildId, bot);
  const changeOf = VERBS.get(verb);
  if (!changeOf) throw new UserError(`There is no setting called ${quotedText(verb, 60)}.`);
  return applyChange(interaction, guildId, changeOf(interaction, await bot.guildSettings.get(guildId)), bot);
}
