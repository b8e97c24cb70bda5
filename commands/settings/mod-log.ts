import {
  type APIApplicationCommandSubcommandGroupOption,
  ApplicationCommandOptionType,
  ChannelType,
} from 'discord.js';
import { channelOf, channelOption } from './channels.ts';
import type { SettingsVerb } from './settings-verb.ts';

const { Subcommand, SubcommandGroup } = ApplicationCommandOptionType;

export const modLogOption = {
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

export const modLogVerbs = {
  'mod-log set': (interaction) => ({ modLogChannelId: channelOf(interaction) }),
  'mod-log off': () => ({ modLogChannelId: null }),
} satisfies Record<string, SettingsVerb>;
