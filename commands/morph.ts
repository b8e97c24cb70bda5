import { ApplicationCommandOptionType, type ChatInputCommandInteraction } from 'discord.js';
import { ANYWHERE, type BotParts, type Command, type CommandDefinition } from '../src/discord/command.ts';
import { localized } from '../src/discord/localized.ts';
import { chosenOptions, numberOption, textOption, wholeNumberOption } from '../src/discord/options.ts';
import { submitRiff } from '../src/discord/submit-riff.ts';
import { morphEndTexts } from '../src/messages/morph-ends.ts';
import { riffTexts } from '../src/messages/riff.ts';
import { type MorphEnd, morphed } from '../src/riff/follow-up.ts';
import { REQUEST_LIMITS } from '../src/riff/request.ts';
import { endChoices, readEnd, type TypedEnd } from './morph-ends.ts';

const { promptLength, negativePromptLength, lengthSeconds, bpm, seed } = REQUEST_LIMITS;

const definition = {
  ...ANYWHERE,
  ...localized(riffTexts, 'morph'),
  options: [
    textOption(localized(riffTexts, 'from'), promptLength),
    textOption(localized(riffTexts, 'to'), promptLength),
    numberOption(localized(riffTexts, 'morphLength'), lengthSeconds),
    textOption(localized(riffTexts, 'negative'), negativePromptLength),
    numberOption(localized(riffTexts, 'bpm'), bpm),
    wholeNumberOption(localized(riffTexts, 'seed'), seed),
    { type: ApplicationCommandOptionType.Attachment, ...localized(morphEndTexts, 'fromFile') },
    { type: ApplicationCommandOptionType.Attachment, ...localized(morphEndTexts, 'toFile') },
  ],
} satisfies CommandDefinition;

export const morph: Command = { definition, run, autocomplete: endChoices };

async function run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  const { negativePrompt = '', lengthSeconds, bpm, ...chosen } = chosenOptions(interaction);
  await submitRiff(
    interaction,
    async ({ grid, freshSeed, complete }) => {
      const { seed = freshSeed } = chosen;
      // The words of a riff are its own, with what it keeps out.
      const completed = (end: TypedEnd): MorphEnd =>
        'words' in end ? { words: complete({ prompt: end.words, negativePrompt, seed }) } : end;
      const from = completed(await readEnd('from', interaction, bot));
      const to = completed(await readEnd('to', interaction, bot));
      return morphed([from, to], { lengthSeconds, bpm, seed }, grid);
    },
    null,
    bot,
  );
}
