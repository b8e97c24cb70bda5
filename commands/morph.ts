import type { ChatInputCommandInteraction } from 'discord.js';
import { ANYWHERE, type BotParts, type Command, type CommandDefinition } from '../src/discord/command.ts';
import { submitRiff } from '../src/discord/submit-riff.ts';
import { morphed } from '../src/riff/follow-up.ts';
import { REQUEST_LIMITS } from '../src/riff/request.ts';
import { promptChoices } from './prompt-choices.ts';
import { numberOption, textOption, wholeNumberOption } from './request-options.ts';

const { promptLength, negativePromptLength, lengthSeconds, bpm, seed } = REQUEST_LIMITS;

const definition = {
  ...ANYWHERE,
  name: 'morph',
  description: 'Music that begins as one thing and ends as another',
  options: [
    textOption('from', 'What it begins as, such as: solo piano', promptLength, true),
    textOption('to', 'What it ends as, such as: techno', promptLength, true),
    numberOption('length', 'Seconds of music; left out: three clips of the model', lengthSeconds),
    textOption('negative', 'What it should not sound like, such as: vocals', negativePromptLength),
    numberOption('bpm', 'Beats per minute', bpm),
    wholeNumberOption('seed', 'The same seed and options make the same riff; left out: a new seed', seed),
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
