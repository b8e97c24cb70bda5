import {
  type APIApplicationCommandChannelOption,
  type APIApplicationCommandStringOption,
  ApplicationCommandOptionType,
  ChannelType,
  type ChatInputCommandInteraction,
} from 'discord.js';
import { localized, localizedChoice } from '../../src/discord/localized.ts';
import { chosenInteger, chosenName, PROFILE_CHOICES, wholeNumberOption } from '../../src/discord/options.ts';
import { type Subcommands, subcommand, subcommandGroup } from '../../src/discord/subcommands.ts';
import { UserError } from '../../src/errors.ts';
import { inLocale } from '../../src/messages/languages.ts';
import { settingsCommandTexts as names, settingsTexts } from '../../src/messages/settings.ts';
import { GUILD_LIMIT_RANGES, type GuildSettings } from '../../src/queue/guild-settings.ts';
import { BLOCKED_PATTERN_LIMITS, checkPattern } from '../../src/riff/blocked-words.ts';
import { PROFILE_NAMES, REQUEST_LIMITS } from '../../src/riff/request.ts';

const { Channel, String: Text } = ApplicationCommandOptionType;
const { GuildText, GuildAnnouncement, GuildVoice, GuildForum } = ChannelType;

const MAX_CHANNELS = 50;
/** Restores the bot's own limit, which no server can exceed. */
const BOTS_OWN_LIMIT = 0;
const BOTS_OWN_PROFILE = 'default';
const { steps } = REQUEST_LIMITS;
const words = BLOCKED_PATTERN_LIMITS;

/** What a subcommand sets. An empty object shows and changes nothing. */
type Change = (interaction: ChatInputCommandInteraction, now: GuildSettings) => Partial<GuildSettings>;

const channelOption = {
  ...localized(names, 'channel'),
  type: Channel,
  required: true,
  channel_types: [GuildText, GuildAnnouncement, GuildVoice, GuildForum],
} satisfies APIApplicationCommandChannelOption;

const modLogOption = {
  ...channelOption,
  ...localized(names, 'modLogChannel'),
  // Nothing can be written into a forum itself.
  channel_types: [GuildText, GuildAnnouncement, GuildVoice],
} satisfies APIApplicationCommandChannelOption;

const wordOption = {
  ...localized(names, 'word'),
  type: Text,
  required: true,
  min_length: words.length.min,
  max_length: words.length.max,
} satisfies APIApplicationCommandStringOption;

const profileOption = {
  ...localized(names, 'profileName'),
  type: Text,
  choices: [...PROFILE_CHOICES, localizedChoice(names, 'defaultProfile', BOTS_OWN_PROFILE)],
} satisfies APIApplicationCommandStringOption;

const LIMITS = (
  [
    { field: 'perUserWaiting', row: 'perUser' },
    { field: 'perGuildWaiting', row: 'perServer' },
    { field: 'perUserPerHour', row: 'perHour' },
  ] as const
).map(({ field, row }) => {
  const range = { min: BOTS_OWN_LIMIT, max: GUILD_LIMIT_RANGES[field].max };
  return { field, range, option: wholeNumberOption(localized(names, row), range) };
});

function channelOf({ options }: ChatInputCommandInteraction): string {
  return options.getChannel('channel', true).id;
}

function wordOf({ options }: ChatInputCommandInteraction): string {
  const check = checkPattern(options.getString('word', true));
  if (check.kind === 'refused') throw new UserError([check.fault]);
  return check.pattern;
}

const addChannel: Change = (interaction, { allowedChannelIds: list }) => {
  const { tooManyChannels } = inLocale(settingsTexts, interaction.locale);
  return { allowedChannelIds: withEntry(list, channelOf(interaction), MAX_CHANNELS, tooManyChannels) };
};

const removeChannel: Change = (interaction, { allowedChannelIds: list }) => ({
  allowedChannelIds: withoutEntry(list, channelOf(interaction)),
});

const addWord: Change = (interaction, { blockedWords: list }) => {
  const { tooManyWords } = inLocale(settingsTexts, interaction.locale);
  return { blockedWords: withEntry(list, wordOf(interaction), words.count, tooManyWords) };
};

const removeWord: Change = (interaction, { blockedWords: list }) => ({
  blockedWords: withoutEntry(list, wordOf(interaction)),
});

const setLimits: Change = (interaction) => {
  const changes: { -readonly [Field in keyof GuildSettings]?: GuildSettings[Field] } = {};
  for (const { field, range, option } of LIMITS) {
    const limit = chosenInteger(interaction, option.name, range);
    if (limit !== null) changes[field] = limit === BOTS_OWN_LIMIT ? null : limit;
  }
  return changes;
};

const setSteps: Change = (interaction) => {
  const most = chosenInteger(interaction, 'most', steps);
  return most === null ? {} : { maxSteps: most === steps.max ? null : most };
};

const setProfile: Change = (interaction) => {
  const name = chosenName(interaction, 'name', [...PROFILE_NAMES, BOTS_OWN_PROFILE]);
  return name === null ? {} : { profile: name === BOTS_OWN_PROFILE ? null : name };
};

/** Without options, those that have any show the settings. */
export const SETTINGS: Subcommands<Change> = [
  subcommand(localized(names, 'show'), () => ({})),
  subcommandGroup<Change>(
    localized(names, 'channels'),
    subcommand(localized(names, 'channelsAdd'), addChannel, channelOption),
    subcommand(localized(names, 'channelsRemove'), removeChannel, channelOption),
    subcommand(localized(names, 'channelsClear'), () => ({ allowedChannelIds: [] })),
  ),
  subcommandGroup<Change>(
    localized(names, 'words'),
    subcommand(localized(names, 'wordsAdd'), addWord, wordOption),
    subcommand(localized(names, 'wordsRemove'), removeWord, wordOption),
    subcommand(localized(names, 'wordsClear'), () => ({ blockedWords: [] })),
  ),
  subcommand(localized(names, 'limits'), setLimits, ...LIMITS.map(({ option }) => option)),
  subcommand(localized(names, 'steps'), setSteps, wholeNumberOption(localized(names, 'most'), steps)),
  subcommand(localized(names, 'profile'), setProfile, profileOption),
  subcommandGroup<Change>(
    localized(names, 'modLog'),
    subcommand(
      localized(names, 'modLogSet'),
      (interaction) => ({ modLogChannelId: channelOf(interaction) }),
      modLogOption,
    ),
    subcommand(localized(names, 'modLogOff'), () => ({ modLogChannelId: null })),
  ),
];

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
