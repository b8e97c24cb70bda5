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
import { applyChange } from './settings/apply-change.ts';
import { channelsOption, channelVerbs } from './settings/channels.ts';
import { limitsOption, limitVerbs } from './settings/limits.ts';
import { modLogOption, modLogVerbs } from './settings/mod-log.ts';
import { profileOption, profileVerbs } from './settings/profile.ts';
import { askToReset, resetConfirmed } from './settings/reset.ts';
import type { SettingsVerb } from './settings/settings-verb.ts';
import { stepsOption, stepVerbs } from './settings/steps.ts';
import { wordsOption, wordVerbs } from './settings/words.ts';

const { Subcommand } = ApplicationCommandOptionType;

const definition = {
  ...IN_SERVERS,
  name: 'settings',
  description: "This server's rules for the bot",
  default_member_permissions: String(PermissionFlagsBits.ManageGuild),
  options: [
    { type: Subcommand, name: 'show', description: 'Show all settings of this server' },
    channelsOption,
    wordsOption,
    limitsOption,
    stepsOption,
    profileOption,
    modLogOption,
    {
      type: Subcommand,
      name: 'reset',
      description: 'Reset all settings of this server; asks before it does',
    },
  ],
} satisfies CommandDefinition;

export const settings: Command = { definition, run, components: { reset: resetConfirmed } };

/** A map: `constructor` and the like, which every object has, are no verbs. */
const VERBS: ReadonlyMap<string, SettingsVerb> = new Map(
  Object.entries<SettingsVerb>({
    show: () => ({}),
    ...channelVerbs,
    ...wordVerbs,
    ...limitVerbs,
    ...stepVerbs,
    ...profileVerbs,
    ...modLogVerbs,
  }),
);

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
