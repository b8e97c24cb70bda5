import {
  type APIApplicationCommandChannelOption,
  type APIApplicationCommandSubcommandGroupOption,
  ApplicationCommandOptionType,
  ChannelType,
  type ChatInputCommandInteraction,
} from 'discord.js';
import { withEntry, withoutEntry } from './lists.ts';
import type { SettingsVerb } from './settings-verb.ts';

const MAX_CHANNELS = 50;

const { Channel, Subcommand, SubcommandGroup } = ApplicationCommandOptionType;

export const channelOption = {
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

export const channelsOption = {
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

export const channelVerbs = {
  'channels add': (interaction, { allowedChannelIds }) => ({
    allowedChannelIds: withEntry(allowedChannelIds, channelOf(interaction), MAX_CHANNELS, 'channels'),
  }),
  'channels remove': (interaction, { allowedChannelIds }) => ({
    allowedChannelIds: withoutEntry(allowedChannelIds, channelOf(interaction)),
  }),
  'channels clear': () => ({ allowedChannelIds: [] }),
} satisfies Record<string, SettingsVerb>;

export function channelOf({ options }: ChatInputCommandInteraction): string {
  return options.getChannel('channel', true).id;
}
