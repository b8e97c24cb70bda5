import type { AutocompleteInteraction, ChatInputCommandInteraction } from 'discord.js';
import { componentId } from '../src/discord/buttons.ts';
import {
  ANYWHERE,
  type BotParts,
  type Choice,
  type Command,
  type CommandDefinition,
} from '../src/discord/command.ts';
import { localized } from '../src/discord/localized.ts';
import type { ComponentInteraction } from '../src/discord/reply.ts';
import { submitRiff } from '../src/discord/submit-riff.ts';
import { UserError } from '../src/errors.ts';
import { inLocale } from '../src/messages/languages.ts';
import { riffTexts } from '../src/messages/riff.ts';
import { pieceButtons } from './piece-buttons.ts';
import { presetChoices, presetOption, requirePreset } from './preset/choose.ts';
import { promptChoices } from './prompt-choices.ts';
import { chosenOptions, REQUEST_OPTIONS } from './request-options.ts';
import { riffButtons } from './riff-buttons.ts';
import { voiceButton } from './voice-button.ts';
import { wordsForm, wordsOf } from './words-form.ts';

const definition = {
  ...ANYWHERE,
  ...localized(riffTexts, 'command'),
  options: [...REQUEST_OPTIONS, presetOption(localized(riffTexts, 'preset'))],
} satisfies CommandDefinition;

export const riff: Command = {
  definition,
  run,
  autocomplete,
  components: { ...riffButtons, ...pieceButtons, ...voiceButton, describe },
};

/** The name of the form's only subject. */
const NEW_RIFF = 'riff';

/** Without any option: a form that asks for the words. */
async function run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  const options = chosenOptions(interaction);
  const presetName = interaction.options.getString('preset');
  if (presetName === null && Object.keys(options).length === 0) {
    await interaction.showModal(wordsForm(componentId('describe', NEW_RIFF), 'whatForm', interaction.locale));
    return;
  }
  const requestOf = async () => {
    const preset = presetName === null ? {} : await requirePreset(interaction, presetName, bot);
    const request = { ...preset, ...options };
    if (request.prompt === undefined) throw new UserError(inLocale(riffTexts, interaction.locale).noPrompt);
    return request;
  };
  await submitRiff(interaction, requestOf, null, bot);
}

/** The form was sent. */
async function describe(interaction: ComponentInteraction, _subject: string, bot: BotParts): Promise<void> {
  if (!interaction.isModalSubmit()) return;
  const words = wordsOf(interaction);
  await submitRiff(interaction, () => words, null, bot);
}

function autocomplete(interaction: AutocompleteInteraction, bot: BotParts): Promise<readonly Choice[]> {
  const isPreset = interaction.options.getFocused(true).name === 'preset';
  return isPreset ? presetChoices(interaction, bot) : promptChoices(interaction, bot);
}
