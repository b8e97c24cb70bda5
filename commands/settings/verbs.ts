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
import { choiceOption, integerOption } from '../../src/discord/options.ts';
import { UserError } from '../../src/errors.ts';
import { BLOCKED_PATTERN_LIMITS, checkPattern } from '../../src/moderation/blocked-words.ts';
import { GUILD_LIMIT_RANGES, type GuildSettings } from '../../src/queue/guild-settings.ts';
import { DEFAULT_PROFILE, PROFILE_NAMES, REQUEST_LIMITS } from '../../src/riff/request.ts';
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
  type: Channel,
  name: 'channel',
  description: 'The channel; its threads come with it',
  required: true,
  channel_types: [
    ChannelType.GuildText,
    ChannelType.GuildAnnouncement,
    ChannelType.GuildVoice,
    ChannelType.GuildForum,
  ],
} satisfies APIApplicationCommandChannelOption;

const channelsOption = {
  type: SubcommandGroup,
  name: 'channels',
  description: 'Where the bot answers',
  options: [
    {
      type: Subcommand,
      name: 'add',
      description: 'Answer in this channel, and in no channel that was not added',
      options: [channelOption],
    },
    {
      type: Subcommand,
      name: 'remove',
      description: 'Stop answering in this channel',
      options: [channelOption],
    },
    { type: Subcommand, name: 'clear', description: 'Answer in every channel again' },
  ],
} satisfies APIApplicationCommandSubcommandGroupOption;

function channelOf({ options }: ChatInputCommandInteraction): string {
  return options.getChannel('channel', true).id;
}

const wordOption = {
  type: Text,
  name: 'word',
  description: `A word or phrase of ${words.length.min} to ${words.length.max} characters; * stands for any letters, ? for one`,
  required: true,
  min_length: words.length.min,
  max_length: words.length.max,
} satisfies APIApplicationCommandStringOption;

const wordsOption = {
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
} satisfies APIApplicationCommandSubcommandGroupOption;

function wordOf({ options }: ChatInputCommandInteraction): string {
  const check = checkPattern(options.getString('word', true));
  if (check.kind === 'refused') throw new UserError(check.message);
  return check.pattern;
}

const LIMITS = [
  { name: 'per-user', field: 'perUserWaiting', description: 'Riffs that one user may have waiting' },
  { name: 'per-server', field: 'perGuildWaiting', description: 'Riffs that this server may have waiting' },
  { name: 'per-hour', field: 'perUserPerHour', description: 'Riffs that one user may ask for in an hour' },
] as const;

const limitOptions = LIMITS.map(
  ({ name, field, description }): APIApplicationCommandIntegerOption => ({
    type: Integer,
    name,
    description: `${description}; 0: the bot's own limit`,
    min_value: BOTS_OWN_LIMIT,
    max_value: GUILD_LIMIT_RANGES[field].max,
  }),
);

const limitsOption = {
  type: Subcommand,
  name: 'limits',
  description: 'How much may wait here; without options: show',
  options: limitOptions,
} satisfies APIApplicationCommandSubcommandOption;

const stepsOption = {
  type: Subcommand,
  name: 'steps',
  description: 'The most diffusion steps a riff may take here; without options: show',
  options: [
    {
      type: Integer,
      name: 'most',
      description: `${steps.max}: as many as the bot allows`,
      min_value: steps.min,
      max_value: steps.max,
    },
  ],
} satisfies APIApplicationCommandSubcommandOption;

const profileOption = {
  type: Subcommand,
  name: 'profile',
  description: 'Quality or speed of riffs in this server; without options: show',
  options: [
    {
      type: Text,
      name: 'name',
      description: 'The profile for requests that name none',
      choices: [
        ...PROFILE_CHOICES,
        { name: `${BOTS_OWN_PROFILE}: the bot's own choice, ${DEFAULT_PROFILE}`, value: BOTS_OWN_PROFILE },
      ],
    },
  ],
} satisfies APIApplicationCommandSubcommandOption;

const modLogOption = {
  type: SubcommandGroup,
  name: 'mod-log',
  description: 'The channel that shows what moderators did',
  options: [
    {
      type: Subcommand,
      name: 'set',
      description: 'Write it into this channel',
      options: [
        {
          ...channelOption,
          description: 'A channel that the bot may write to',
          // Nothing can be written into a forum itself.
          channel_types: [ChannelType.GuildText, ChannelType.GuildAnnouncement, ChannelType.GuildVoice],
        },
      ],
    },
    { type: Subcommand, name: 'off', description: 'Turn the mod log off' },
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

/** A map: `constructor` and the like, which every object has, are no verbs. */
export const VERBS: ReadonlyMap<string, SettingsVerb> = new Map(
  Object.entries<SettingsVerb>({
    show: () => ({}),
    'channels add': (interaction, { allowedChannelIds }) => ({
      allowedChannelIds: withEntry(allowedChannelIds, channelOf(interaction), MAX_CHANNELS, 'channels'),
    }),
    'channels remove': (interaction, { allowedChannelIds }) => ({
      allowedChannelIds: withoutEntry(allowedChannelIds, channelOf(interaction)),
    }),
    'channels clear': () => ({ allowedChannelIds: [] }),
    'words add': (interaction, { blockedWords }) => ({
      blockedWords: withEntry(blockedWords, wordOf(interaction), words.count, 'words'),
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
function withEntry(list: readonly string[], entry: string, max: number, name: string): string[] {
  if (list.includes(entry)) return [...list];
  if (list.length >= max)
    throw new UserError(`${name}: expected at most ${max}, got one more; remove one before adding another.`);
  return [...list, entry];
}

function withoutEntry(list: readonly string[], entry: string): string[] {
  return list.filter((other) => other !== entry);
}
