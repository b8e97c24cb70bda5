import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  ChannelType,
  type ChatInputCommandInteraction,
  InteractionContextType,
  MessageFlags,
  PermissionFlagsBits,
} from 'discord.js';
import type { BotParts, Command, CommandDefinition } from '../src/discord/command.ts';
import { requireManager } from '../src/discord/permissions.ts';
import { answerPrivately } from '../src/discord/private-answer.ts';
import { recordAct } from '../src/discord/record-act.ts';
import { quotedText } from '../src/discord/safe-text.ts';
import { UserError } from '../src/errors.ts';
import { BLOCKED_PATTERN_LIMITS, checkPattern } from '../src/moderation/blocked-words.ts';
import type { GuildSettings } from '../src/queue/guild-settings.ts';
import { PROFILES } from '../src/render/profiles.ts';
import { DEFAULT_PROFILE, PROFILE_NAMES, type ProfileName, REQUEST_LIMITS } from '../src/riff/request.ts';
import { LIMIT_OPTIONS, limitChanges, limitsText } from './queue/limits.ts';

const MAX_CHANNELS = 50;
const WORDS_LENGTH = 1200;

const channelOption = {
  type: ApplicationCommandOptionType.Channel,
  name: 'channel',
  description: 'The channel; its threads come with it',
  required: true,
  channel_types: [
    ChannelType.GuildText,
    ChannelType.GuildAnnouncement,
    ChannelType.GuildVoice,
    ChannelType.GuildForum,
  ],
} satisfies APIApplicationCommandBasicOption;

const wordOption = {
  type: ApplicationCommandOptionType.String,
  name: 'word',
  description: 'A word or phrase; * stands for any letters, ? for one',
  required: true,
  min_length: BLOCKED_PATTERN_LIMITS.length.min,
  max_length: BLOCKED_PATTERN_LIMITS.length.max,
} as const;

const { Subcommand, SubcommandGroup } = ApplicationCommandOptionType;

const definition = {
  type: ApplicationCommandType.ChatInput,
  name: 'settings',
  description: 'What this server allows the bot to do',
  integration_types: [ApplicationIntegrationType.GuildInstall],
  contexts: [InteractionContextType.Guild],
  default_member_permissions: String(PermissionFlagsBits.ManageGuild),
  options: [
    { type: Subcommand, name: 'show', description: 'Show all settings of this server' },
    {
      type: SubcommandGroup,
      name: 'channels',
      description: 'Where the bot answers',
      options: [
        {
          type: Subcommand,
          name: 'add',
          description: 'Answer here (and no longer everywhere)',
          options: [channelOption],
        },
        { type: Subcommand, name: 'remove', description: 'No longer answer here', options: [channelOption] },
        { type: Subcommand, name: 'clear', description: 'Answer in every channel again' },
      ],
    },
    {
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
    },
    { type: Subcommand, name: 'limits', description: 'How much may wait here', options: LIMIT_OPTIONS },
    {
      type: Subcommand,
      name: 'steps',
      description: 'The most diffusion steps a riff may take here',
      options: [
        {
          type: ApplicationCommandOptionType.Integer,
          name: 'most',
          description: 'Left out: no limit of this server',
          min_value: REQUEST_LIMITS.steps.min,
          max_value: REQUEST_LIMITS.steps.max,
        },
      ],
    },
    {
      type: Subcommand,
      name: 'profile',
      description: 'Between the exact picture and the quick one, for riffs that are asked for here',
      options: [
        {
          type: ApplicationCommandOptionType.String,
          name: 'name',
          description: `Left out: ${DEFAULT_PROFILE}`,
          choices: PROFILE_NAMES.map((name) => ({
            name: `${name}: ${PROFILES[name].summary}`,
            value: name,
          })),
        },
      ],
    },
    {
      type: Subcommand,
      name: 'mod-log',
      description: 'Where moderators read what moderators did',
      options: [{ ...channelOption, description: 'Left out: nowhere', required: false }],
    },
    { type: Subcommand, name: 'reset', description: 'Forget all settings of this server' },
  ],
} satisfies CommandDefinition;

export const settings: Command = { definition, run };

type Change = Partial<GuildSettings>;

async function run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const guildId = requireManager(interaction, bot);
  const verb = [interaction.options.getSubcommandGroup(), interaction.options.getSubcommand()]
    .filter((part) => part !== null)
    .join(' ');
  if (verb !== 'show') await change(interaction, guildId, verb, bot);
  await answerPrivately(interaction, settingsText(guildId, bot));
}

async function change(
  interaction: ChatInputCommandInteraction,
  guildId: string,
  verb: string,
  bot: BotParts,
): Promise<void> {
  const { guildSettings } = bot;
  const { modLogChannelId } = guildSettings.get(guildId);
  if (verb === 'reset') guildSettings.reset(guildId);
  else guildSettings.update(guildId, changeOf(interaction, verb, guildSettings.get(guildId)));
  const act = { action: `settings ${verb}`, targetUserId: null, jobId: null, reason: '' };
  // The channel of before: taking the mod log away is told there, too.
  await recordAct(bot, { ...act, guildId, actorId: interaction.user.id }, modLogChannelId);
}

function changeOf(interaction: ChatInputCommandInteraction, verb: string, now: GuildSettings): Change {
  switch (verb) {
    case 'channels add':
      return {
        allowedChannelIds: added(now.allowedChannelIds, channelOf(interaction), MAX_CHANNELS, 'channels'),
      };
    case 'channels remove':
      return { allowedChannelIds: without(now.allowedChannelIds, channelOf(interaction)) };
    case 'channels clear':
      return { allowedChannelIds: [] };
    case 'words add':
      return {
        blockedWords: added(now.blockedWords, wordOf(interaction), BLOCKED_PATTERN_LIMITS.count, 'words'),
      };
    case 'words remove':
      return { blockedWords: without(now.blockedWords, wordOf(interaction)) };
    case 'words clear':
      return { blockedWords: [] };
    case 'limits':
      return limitChanges(interaction);
    case 'steps':
      return { maxSteps: interaction.options.getInteger('most') };
    case 'profile':
      // Discord lets only the choices through.
      return { profile: interaction.options.getString('name') as ProfileName | null };
    case 'mod-log':
      return { modLogChannelId: interaction.options.getChannel('channel')?.id ?? null };
    default:
      throw new UserError(`I know no setting called ${quotedText(verb, 60)}.`);
  }
}

function channelOf({ options }: ChatInputCommandInteraction): string {
  return options.getChannel('channel', true).id;
}

function wordOf({ options }: ChatInputCommandInteraction): string {
  const check = checkPattern(options.getString('word', true));
  if (check.kind === 'refused') throw new UserError(check.message);
  return check.pattern;
}

function added(list: readonly string[], entry: string, max: number, what: string): string[] {
  if (!list.includes(entry) && list.length >= max) {
    throw new UserError(`${what}: expected at most ${max}; remove one before adding another.`);
  }
  return [...new Set([...list, entry])];
}

function without(list: readonly string[], entry: string): string[] {
  return list.filter((one) => one !== entry);
}

function settingsText(guildId: string, bot: BotParts): string {
  const { allowedChannelIds, blockedWords, maxSteps, modLogChannelId, profile } =
    bot.guildSettings.get(guildId);
  const channels = allowedChannelIds.map((id) => `<#${id}>`).join(', ');
  return [
    `**Channels:** ${channels || 'everywhere'}`,
    `**Limits:** ${limitsText(guildId, bot)}`,
    `**Most steps:** ${maxSteps ?? `${REQUEST_LIMITS.steps.max} (no limit of this server)`}`,
    `**Profile:** ${profile ?? `${DEFAULT_PROFILE} (the bot's own)`}`,
    `**Blocked words:** ${blockedWords.length === 0 ? 'none' : quotedText(blockedWords.join(', '), WORDS_LENGTH)}`,
    `**Mod log:** ${modLogChannelId === null ? 'none' : `<#${modLogChannelId}>`}`,
  ].join('\n');
}
