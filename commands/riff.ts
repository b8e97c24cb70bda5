import type { AutocompleteInteraction, ChatInputCommandInteraction } from 'discord.js';
import { promptChoices } from '../src/discord/choices.ts';
import {
  ANYWHERE,
  type BotParts,
  type Choice,
  type Command,
  type CommandDefinition,
} from '../src/discord/command.ts';
import { localized } from '../src/discord/localized.ts';
import {
  chosenInteger,
  chosenOptions,
  OTHER_OPTIONS,
  PROMPT_OPTION,
  wholeNumberOption,
} from '../src/discord/options.ts';
import { BATCH_LIMITS, submitBatch } from '../src/discord/submit-batch.ts';
import { submitRiff } from '../src/discord/submit-riff.ts';
import { batchTexts } from '../src/messages/batch.ts';
import { riffTexts } from '../src/messages/riff.ts';
import { presetChoices, presetOption, requirePreset } from './found-presets.ts';
import { pieceButtons } from './piece-buttons.ts';
import { riffButtons } from './riff-buttons.ts';

const definition = {
  ...ANYWHERE,
  ...localized(riffTexts, 'command'),
  options: [
    PROMPT_OPTION,
    ...OTHER_OPTIONS,
    presetOption(localized(riffTexts, 'preset')),
    wholeNumberOption(localized(batchTexts, 'count'), BATCH_LIMITS),
  ],
} satisfies CommandDefinition;

export const riff: Command = {
  definition,
  run,
  autocomplete,
  components: { ...riffButtons, ...pieceButtons },
};

async function run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  const options = chosenOptions(interaction);
  const name = interaction.options.getString('preset');
  const count = chosenInteger(interaction, 'count', BATCH_LIMITS);
  const requestOf = async () => ({
    ...(name !== null && (await requirePreset(interaction, name, bot))),
    ...options,
  });
  if (count === null) return submitRiff(interaction, requestOf, null, bot);
  await submitBatch(interaction, requestOf, count, bot);
}

function autocomplete(interaction: AutocompleteInteraction, bot: BotParts): Promise<readonly Choice[]> {
  const isPreset = interaction.options.getFocused(true).name === 'preset';
  return isPreset ? presetChoices(interaction, bot) : promptChoices(interaction, bot);
}
