import {
  type APIModalInteractionResponseCallbackData,
  ApplicationCommandOptionType,
  type Attachment,
  type ChatInputCommandInteraction,
  type MessageContextMenuCommandInteraction,
} from 'discord.js';
import { componentId } from '../src/discord/buttons.ts';
import { promptChoices } from '../src/discord/choices.ts';
import {
  ANYWHERE,
  type BotParts,
  type Command,
  type CommandDefinition,
  type MessageCommand,
  ON_MESSAGES,
} from '../src/discord/command.ts';
import { choiceField, chosenIn, negativeField, promptField, wordsOf } from '../src/discord/form-fields.ts';
import { localized, localizedChoice, localizedName } from '../src/discord/localized.ts';
import {
  chosenName,
  chosenOptions,
  numberOption,
  textOption,
  wholeNumberOption,
} from '../src/discord/options.ts';
import type { ComponentInteraction } from '../src/discord/reply.ts';
import { submitSound } from '../src/discord/submit-riff.ts';
import { UserError } from '../src/errors.ts';
import { inLocale } from '../src/messages/languages.ts';
import { remixTexts, strengthTexts } from '../src/messages/remix.ts';
import { REMIX_STRENGTHS } from '../src/riff/follow-up.ts';
import { START_SECONDS } from '../src/riff/origin.ts';
import { REQUEST_LIMITS } from '../src/riff/request.ts';

const { promptLength, negativePromptLength, bpm, seed } = REQUEST_LIMITS;

/** The first one is the default. */
const STRENGTHS = ['beat', 'tune', 'little'] as const satisfies readonly (keyof typeof REMIX_STRENGTHS)[];

const definition = {
  ...ANYWHERE,
  ...localized(remixTexts, 'command'),
  options: [
    { type: ApplicationCommandOptionType.Attachment, ...localized(remixTexts, 'audio'), required: true },
    textOption(localized(remixTexts, 'prompt'), promptLength, true),
    {
      type: ApplicationCommandOptionType.String,
      ...localized(remixTexts, 'strength'),
      choices: STRENGTHS.map((name) => localizedChoice(strengthTexts, name, name)),
    },
    numberOption(localized(remixTexts, 'start'), START_SECONDS),
    textOption(localized(remixTexts, 'negative'), negativePromptLength),
    numberOption(localized(remixTexts, 'bpm'), bpm),
    wholeNumberOption(localized(remixTexts, 'seed'), seed),
  ],
} satisfies CommandDefinition;

/** Makes a riff from a sound of the user's own. */
export const remix: Command = { definition, run, autocomplete: promptChoices };

/** The same for the sound of a message; a form asks for the words. */
export const remixThis: MessageCommand = {
  definition: { ...ON_MESSAGES, ...localizedName(remixTexts, 'menu') },
  runOn,
  components: { remix: sendForm },
};

async function run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  const { options } = interaction;
  const strength = chosenName(interaction, 'strength', STRENGTHS) ?? STRENGTHS[0];
  const sound = {
    file: options.getAttachment('audio', true),
    startSeconds: options.getNumber('start') ?? undefined,
    strength: REMIX_STRENGTHS[strength],
  };
  await submitSound(interaction, sound, chosenOptions(interaction), bot);
}

async function runOn(interaction: MessageContextMenuCommandInteraction, bot: BotParts): Promise<void> {
  const file = interaction.targetMessage.attachments.find(isSound);
  if (!file) throw new UserError(inLocale(remixTexts, interaction.locale).noSound);
  bot.heldFiles.hold(interaction.id, file);
  await interaction.showModal(formOf(interaction.id, interaction.locale));
}

async function sendForm(interaction: ComponentInteraction, subject: string, bot: BotParts): Promise<void> {
  const file = bot.heldFiles.find(subject);
  if (!file || !interaction.isModalSubmit())
    throw new UserError(inLocale(remixTexts, interaction.locale).formTooOld);
  const strength = chosenIn(interaction, 'strength', STRENGTHS);
  const sound = { file, startSeconds: undefined, strength: REMIX_STRENGTHS[strength] };
  await submitSound(interaction, sound, wordsOf(interaction), bot);
}

/** A first check by type or name; the bytes are checked later. */
function isSound({ name, contentType }: Attachment): boolean {
  return contentType?.startsWith('audio/') === true || /\.(wav|mp3|og[ga]|opus|flac|m4a|webm)$/i.test(name);
}

function formOf(subject: string, locale: string): APIModalInteractionResponseCallbackData {
  const text = inLocale(remixTexts, locale);
  const strengths = inLocale(strengthTexts, locale);
  return {
    custom_id: componentId('remix', subject),
    title: text.form,
    components: [
      promptField(text.formPrompt, ''),
      choiceField(
        'strength',
        text.formStrength,
        STRENGTHS.map((name) => [name, strengths[name]] as const),
      ),
      negativeField(text.formNegative, ''),
    ],
  };
}
