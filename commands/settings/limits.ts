import {
  type APIApplicationCommandIntegerOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
} from 'discord.js';
import { integerOption } from '../../src/discord/options.ts';
import { GUILD_LIMIT_RANGES, type GuildSettings } from '../../src/queue/guild-settings.ts';
import type { SettingsVerb } from './settings-verb.ts';

/** 0 restores the bot's own limit, which no server can exceed. */
const BOTS_OWN = 0;

const LIMITS = [
  { name: 'per-user', field: 'perUserWaiting', description: 'Riffs that one user may have waiting' },
  { name: 'per-server', field: 'perGuildWaiting', description: 'Riffs that this server may have waiting' },
  { name: 'per-hour', field: 'perUserPerHour', description: 'Riffs that one user may ask for in an hour' },
] as const;

const options = LIMITS.map(
  ({ name, field, description }): APIApplicationCommandIntegerOption => ({
    type: ApplicationCommandOptionType.Integer,
    name,
    description: `${description}; 0: the bot's own limit`,
    min_value: BOTS_OWN,
    max_value: GUILD_LIMIT_RANGES[field].max,
  }),
);

export const limitsOption = {
  type: ApplicationCommandOptionType.Subcommand,
  name: 'limits',
  description: 'How much may wait here; without options: show',
  options,
} satisfies APIApplicationCommandSubcommandOption;

export const limitVerbs = {
  limits: (interaction) => {
    const changes: { -readonly [Field in keyof GuildSettings]?: GuildSettings[Field] } = {};
    for (const { name, field } of LIMITS) {
      const limit = integerOption(interaction, name, { min: BOTS_OWN, max: GUILD_LIMIT_RANGES[field].max });
      if (limit !== null) changes[field] = limit === BOTS_OWN ? null : limit;
    }
    return changes;
  },
} satisfies Record<string, SettingsVerb>;
