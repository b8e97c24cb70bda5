import { type APIApplicationCommandSubcommandOption, ApplicationCommandOptionType } from 'discord.js';
import { choiceOption } from '../../src/discord/options.ts';
import { PROFILES } from '../../src/render/profiles.ts';
import { DEFAULT_PROFILE, PROFILE_NAMES } from '../../src/riff/request.ts';
import type { SettingsVerb } from './settings-verb.ts';

const BOTS_OWN = 'default';

export const profileOption = {
  type: ApplicationCommandOptionType.Subcommand,
  name: 'profile',
  description: 'Quality or speed of riffs in this server; without options: show',
  options: [
    {
      type: ApplicationCommandOptionType.String,
      name: 'name',
      description: 'The profile for requests that name none',
      choices: [
        ...PROFILE_NAMES.map((name) => ({ name: `${name}: ${PROFILES[name].summary}`, value: name })),
        { name: `${BOTS_OWN}: the bot's own choice, ${DEFAULT_PROFILE}`, value: BOTS_OWN },
      ],
    },
  ],
} satisfies APIApplicationCommandSubcommandOption;

export const profileVerbs = {
  profile: (interaction) => {
    const name = choiceOption(interaction, 'name', [...PROFILE_NAMES, BOTS_OWN]);
    return name === null ? {} : { profile: name === BOTS_OWN ? null : name };
  },
} satisfies Record<string, SettingsVerb>;
