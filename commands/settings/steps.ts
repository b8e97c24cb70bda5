import { type APIApplicationCommandSubcommandOption, ApplicationCommandOptionType } from 'discord.js';
import { integerOption } from '../../src/discord/options.ts';
import { REQUEST_LIMITS } from '../../src/riff/request.ts';
import type { SettingsVerb } from './settings-verb.ts';

const { min, max } = REQUEST_LIMITS.steps;

export const stepsOption = {
  type: ApplicationCommandOptionType.Subcommand,
  name: 'steps',
  description: 'The most diffusion steps a riff may take here; without options: show',
  options: [
    {
      type: ApplicationCommandOptionType.Integer,
      name: 'most',
      description: `${max}: as many as the bot allows`,
      min_value: min,
      max_value: max,
    },
  ],
} satisfies APIApplicationCommandSubcommandOption;

export const stepVerbs = {
  steps: (interaction) => {
    const most = integerOption(interaction, 'most', REQUEST_LIMITS.steps);
    return most === null ? {} : { maxSteps: most === max ? null : most };
  },
} satisfies Record<string, SettingsVerb>;
