import { ApplicationCommandOptionType, type ChatInputCommandInteraction } from 'discord.js';
import { ANYWHERE, type BotParts, type Command, type CommandDefinition } from '../src/discord/command.ts';
import { submitRiff } from '../src/discord/submit-riff.ts';
import { morphed } from '../src/riff/follow-up.ts';
import { REQUEST_LIMITS } from '../src/riff/request.ts';

const { promptLength, negativePromptLength, lengthSeconds, bpm, seed } = REQUEST_LIMITS;

const definition = {
  ...ANYWHERE,
  name: 'morph',
  description: 'Music that begins as one thing and ends as another',
  options: [
    {
      type: ApplicationCommandOptionType.String,
      name: 'from',
      description: 'What it begins as, such as: solo piano',
      required: true,
      min_length: promptLength.min,
      max_length: promptLength.max,
    },
    {
      type: ApplicationCommandOptionType.String,
      name: 'to',
      description: 'What it ends as, such as: techno',
      required: true,
      min_length: promptLength.min,
      max_length: promptLength.max,
    },
    {
      type: ApplicationCommandOptionType.Number,
      name: 'length',
      description: 'Seconds of music; left out: three clips of the model',
      min_value: lengthSeconds.min,
      max_value: lengthSeconds.max,
    },
    {
      type: ApplicationCommandOptionType.String,
      name: 'negative',
      description: 'What it should not sound like, such as: vocals',
      max_length: negativePromptLength.max,
    },
    {
      type: ApplicationCommandOptionType.Number,
      name: 'bpm',
      description: 'Beats per minute',
      min_value: bpm.min,
      max_value: bpm.max,
    },
    {
      type: ApplicationCommandOptionType.Integer,
      name: 'seed',
      description: 'The same seed and options make the same riff; left out: a new seed',
      min_value: seed.min,
      max_value: seed.max,
    },
  ],
} satisfies CommandDefinition;

export const morph: Command = { definition, run };

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
