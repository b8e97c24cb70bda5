import {
  type APIApplicationCommandChannelOption,
  type APIApplicationCommandIntegerOption,
  type APIApplicationCommandStringOption,
  type APIApplicationCommandSubcommandGroupOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  ChannelType,
  type ChatInputCommandInteraction,
} from 'discord.js';
import { localized, localizedChoice } from '../../src/discord/localized.ts';
import { choiceOption, integerOption } from '../../src/discord/options.ts';
import { UserError } from '../../src/errors.ts';
import { inLocale } from '../../src/messages/languages.ts';
import { settingsCommandTexts, settingsTexts } from '../../src/messages/settings.ts';
import { GUILD_LIMIT_RANGES, type GuildSettings } from '../../src/queue/guild-settings.ts';
import { BLOCKED_PATTERN_LIMITS, checkPattern } from '../../src/riff/blocked-words.ts';
import { PROFILE_NAMES, REQUEST_LIMITS } from '../../src/riff/request.ts';
import { PROFILE_CHOICES } from '../request-options.ts';

const { Channel, Integer, String: Text, Subcommand, SubcommandGroup } = ApplicationCommandOptionType;

const MAX_CHANNELS = 50;
/** Restores the bot's own limit, which no server can exceed. */
const BOTS_OWN_LIMIT = 0;
const BOTS_OWN_PROFILE = 'default';
const { steps } = REQUEST_LIMITS;
const words = BLOCKED_PATTERN_LIMITS;

/** A verb of /settings: what it sets, in the order of its options. An empty object shows and changes nothing. */
type SettingsVerb = (interaction: ChatInputCommandInteraction, now: GuildSettings) => Partial<GuildSettings>;

const channelOption = {
  ...localized(settingsCommandTexts, 'channel'),
  type: Channel,
  required: true,
  channel_types: [
    ChannelType.GuildText,
    ChannelType.GuildAnnouncement,
    ChannelType.GuildVoice,
    ChannelType.GuildForum,
  ],
} satisfies APIApplicationCommandChannelOption;

const channelsOption = {
  ...localized(settingsCommandTexts, 'channels'),
  type: SubcommandGroup,
  options: [
    { ...localized(settingsCommandTexts, 'channelsAdd'), type: Subcommand, options: [channelOption] },
    { ...localized(settingsCommandTexts, 'channelsRemove'), type: Subcommand, options: [channelOption] },
    { ...localized(settingsCommandTexts, 'channelsClear'), type: Subcommand },
  ],
} satisfies APIApplicationCommandSubcommandGroupOption;

function channelOf({ options }: ChatInputCommandInteraction): string {
  return options.getChannel('channel', true).id;
}

const wordOption = {
  ...localized(settingsCommandTexts, 'word'),
  type: Text,
  required: true,
  min_length: words.length.min,
  max_length: words.length.max,
} satisfies APIApplicationCommandStringOption;

const wordsOption = {
  ...localized(settingsCommandTexts, 'words'),
  type: SubcommandGroup,
  options: [
    { ...localized(settingsCommandTexts, 'wordsAdd'), type: Subcommand, options: [wordOption] },
    { ...localized(settingsCommandTexts, 'wordsRemove'), type: Subcommand, options: [wordOption] },
    { ...localized(settingsCommandTexts, 'wordsClear'), type: Subcommand },
  ],
} satisfies APIApplicationCommandSubcommandGroupOption;

function wordOf({ options }: ChatInputCommandInteraction): string {
  const check = checkPattern(options.getString('word', true));
  if (check.kind === 'refused') throw new UserError([check.fault]);
  return check.pattern;
}

const LIMITS = [
  { name: 'per-user', field: 'perUserWaiting', row: 'perUser' },
  { name: 'per-server', field: 'perGuildWaiting', row: 'perServer' },
  { name: 'per-hour', field: 'perUserPerHour', row: 'perHour' },
] as const;

const limitOptions = LIMITS.map(
  ({ field, row }): APIApplicationCommandIntegerOption => ({
    ...localized(settingsCommandTexts, row),
    type: Integer,
    min_value: BOTS_OWN_LIMIT,
    max_value: GUILD_LIMIT_RANGES[field].max,
  }),
);

const limitsOption = {
  ...localized(settingsCommandTexts, 'limits'),
  type: Subcommand,
  options: limitOptions,
} satisfies APIApplicationCommandSubcommandOption;

const stepsOption = {
  ...localized(settingsCommandTexts, 'steps'),
  type: Subcommand,
  options: [
    {
      ...localized(settingsCommandTexts, 'most'),
      type: Integer,
      min_value: steps.min,
      max_value: steps.max,
    },
  ],
} satisfies APIApplicationCommandSubcommandOption;

const profileOption = {
  ...localized(settingsCommandTexts, 'profile'),
  type: Subcommand,
  options: [
    {
      ...localized(settingsCommandTexts, 'profileName'),
      type: Text,
      choices: [
        ...PROFILE_CHOICES,
        localizedChoice(settingsCommandTexts, 'defaultProfile', BOTS_OWN_PROFILE),
      ],
    },
  ],
} satisfies APIApplicationCommandSubcommandOption;

const modLogOption = {
  ...localized(settingsCommandTexts, 'modLog'),
  type: SubcommandGroup,
  options: [
    {
      ...localized(settingsCommandTexts, 'modLogSet'),
      type: Subcommand,
      options: [
        {
          ...channelOption,
          ...localized(settingsCommandTexts, 'modLogChannel'),
          // Nothing can be written into a forum itself.
          channel_types: [ChannelType.GuildText, ChannelType.GuildAnnouncement, ChannelType.GuildVoice],
        },
      ],
    },
    { ...localized(settingsCommandTexts, 'modLogOff'), type: Subcommand },
  ],
} satisfies APIApplicationCommandSubcommandGroupOption;

/** The subcommands that change a setting. */
export const SETTING_OPTIONS = [
  channelsOption,
  wordsOption,
  limitsOption,
  stepsOption,
  profileOption,
  modLogOption,
];

/** A map, so that `constructor` and the like, which every object has, are not verbs. */
export const VERBS: ReadonlyMap<string, SettingsVerb> = new Map(
  Object.entries<SettingsVerb>({
    show: () => ({}),
    'channels add': (interaction, { allowedChannelIds }) => ({
      allowedChannelIds: withEntry(
        allowedChannelIds,
        channelOf(interaction),
        MAX_CHANNELS,
        inLocale(settingsTexts, interaction.locale).tooManyChannels,
      ),
    }),
    'channels remove': (interaction, { allowedChannelIds }) => ({
      allowedChannelIds: withoutEntry(allowedChannelIds, channelOf(interaction)),
    }),
    'channels clear': () => ({ allowedChannelIds: [] }),
    'words add': (interaction, { blockedWords }) => ({
      blockedWords: withEntry(
        blockedWords,
        wordOf(interaction),
        words.count,
        inLocale(settingsTexts, interaction.locale).tooManyWords,
      ),
    }),
    'words remove': (interaction, { blockedWords }) => ({
      blockedWords: withoutEntry(blockedWords, wordOf(interaction)),
    }),
    'words clear': () => ({ blockedWords: [] }),
    limits: (interaction) => {
      const changes: { -readonly [Field in keyof GuildSettings]?: GuildSettings[Field] } = {};
      for (const { name, field } of LIMITS) {
        const limit = integerOption(interaction, name, {
          min: BOTS_OWN_LIMIT,
          max: GUILD_LIMIT_RANGES[field].max,
        });
        if (limit !== null) changes[field] = limit === BOTS_OWN_LIMIT ? null : limit;
      }
      return changes;
    },
    steps: (interaction) => {
      const most = integerOption(interaction, 'most', steps);
      return most === null ? {} : { maxSteps: most === steps.max ? null : most };
    },
    profile: (interaction) => {
      const name = choiceOption(interaction, 'name', [...PROFILE_NAMES, BOTS_OWN_PROFILE]);
      return name === null ? {} : { profile: name === BOTS_OWN_PROFILE ? null : name };
    },
    'mod-log set': (interaction) => ({ modLogChannelId: channelOf(interaction) }),
    'mod-log off': () => ({ modLogChannelId: null }),
  }),
);

/** Throws UserError if the list is full. */
function withEntry(
  list: readonly string[],
  entry: string,
  max: number,
  refusal: (most: number) => string,
): string[] {
  if (list.includes(entry)) return [...list];
  if (list.length >= max) throw new UserError(refusal(max));
  return [...list, entry];
}

function withoutEntry(list: readonly string[], entry: string): string[] {
  return list.filter((other) => other !== entry);
}
