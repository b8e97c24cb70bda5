import type { ChatInputCommandInteraction } from 'discord.js';
import { ANYWHERE, type BotParts, type Command, type CommandDefinition } from '../src/discord/command.ts';
import { localized } from '../src/discord/localized.ts';
import { submitRiff } from '../src/discord/submit-riff.ts';
import { riffTexts } from '../src/messages/riff.ts';
import { morphed } from '../src/riff/follow-up.ts';
import { REQUEST_LIMITS } from '../src/riff/request.ts';
import { promptChoices } from './prompt-choices.ts';
import { numberOption, textOption, wholeNumberOption } from './request-options.ts';

const { promptLength, negativePromptLength, lengthSeconds, bpm, seed } = REQUEST_LIMITS;

const definition = {
  ...ANYWHERE,
  ...localized(riffTexts, 'morph'),
  options: [
    textOption(localized(riffTexts, 'from'), promptLength, true),
    textOption(localized(riffTexts, 'to'), promptLength, true),
    numberOption(localized(riffTexts, 'morphLength'), lengthSeconds),
    textOption(localized(riffTexts, 'negative'), negativePromptLength),
    numberOption(localized(riffTexts, 'bpm'), bpm),
    wholeNumberOption(localized(riffTexts, 'seed'), seed),
  ],
} satisfies CommandDefinition;

export const morph: Command = { definition, run, autocomplete: promptChoices };

async function run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  const { options } = interaction;
  const negativePrompt = options.getString('negative') ?? '';
  const ends = [options.getString('from', true), options.getString('to', true)] as const;
  await submitRiff(
    interaction,
    ({ grid, freshSeed, complete }) => {
      const seed = options.getInteger('seed') ?? freshSeed;
      const [from, to] = ends.map((prompt) => ({ riff: complete({ prompt, negativePrompt, seed }) }));
      const lengthSeconds = options.getNumber('length') ?? undefined;
      const bpm = options.getNumber('bpm') ?? undefined;
      return morphed([from!, to!], { lengthSeconds, bpm, seed }, grid);
    },
    null,
    bot,
  );
}
