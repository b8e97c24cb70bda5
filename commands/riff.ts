import { ApplicationCommandOptionType, type ChatInputCommandInteraction } from 'discord.js';
import { ANYWHERE, type Command, type CommandDefinition } from '../src/discord/command.ts';
import { choiceOption } from '../src/discord/options.ts';
import { submitRiff } from '../src/discord/submit-riff.ts';
import { PROFILE_NAMES, REQUEST_LIMITS, type RiffRequest, SCHEDULER_NAMES } from '../src/riff/request.ts';
import { pieceButtons } from './piece-buttons.ts';
import { numberOption, PROFILE_CHOICES, textOption, wholeNumberOption } from './request-options.ts';
import { riffButtons } from './riff-buttons.ts';

const { promptLength, negativePromptLength, seed, steps, guidanceScale, lengthSeconds, bpm } = REQUEST_LIMITS;

const definition = {
  ...ANYWHERE,
  name: 'riff',
  description: 'Turn a description into a few seconds of music',
  options: [
    textOption(
      'prompt',
      'What the music should sound like, such as: jazz piano, slow, in a bar',
      promptLength,
      true,
    ),
    textOption('negative', 'What it should not sound like, such as: vocals, drums', negativePromptLength),
    numberOption('length', 'Seconds of music; left out: one clip of the model', lengthSeconds),
    numberOption('bpm', 'Beats per minute', bpm),
    {
      type: ApplicationCommandOptionType.Boolean,
      name: 'loop',
      description: 'Cut to whole bars, so that it can be repeated',
    },
    wholeNumberOption(
      'seed',
      'The same seed, prompt and options make the same riff; left out: a new seed',
      seed,
    ),
    wholeNumberOption('steps', 'More steps take longer and may sound better', steps),
    numberOption(
      'guidance',
      'How closely the prompt is followed; 1 ignores the negative prompt',
      guidanceScale,
    ),
    {
      type: ApplicationCommandOptionType.String,
      name: 'scheduler',
      description: 'The method that removes the noise; leave it out unless you know it',
      choices: SCHEDULER_NAMES.map((name) => ({ name, value: name })),
    },
    {
      type: ApplicationCommandOptionType.String,
      name: 'profile',
      description: "Quality or speed; left out: the server's own choice",
      choices: PROFILE_CHOICES,
    },
  ],
} satisfies CommandDefinition;

export const riff: Command = {
  definition,
  run: (interaction, bot) => submitRiff(interaction, () => requestOf(interaction), null, bot),
  components: { ...riffButtons, ...pieceButtons },
};

function requestOf(interaction: ChatInputCommandInteraction): Partial<RiffRequest> {
  const { options } = interaction;
  return given({
    prompt: options.getString('prompt', true),
    negativePrompt: options.getString('negative'),
    seed: options.getInteger('seed'),
    steps: options.getInteger('steps'),
    guidanceScale: options.getNumber('guidance'),
    scheduler: choiceOption(interaction, 'scheduler', SCHEDULER_NAMES),
    // The profile proposes the other defaults, so it is checked before parseRiffRequest checks the rest.
    profile: choiceOption(interaction, 'profile', PROFILE_NAMES),
    lengthSeconds: options.getNumber('length'),
    bpm: options.getNumber('bpm'),
    loop: options.getBoolean('loop'),
    // What follows a riff has commands and buttons of its own.
    variations: null,
    from: null,
  });
}

/** The options that were named; parseRiffRequest completes the others. The type asks for every one, so that none is forgotten. */
function given(
  options: { readonly [Key in keyof RiffRequest]-?: RiffRequest[Key] | null },
): Partial<RiffRequest> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
}
