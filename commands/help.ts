import { type APIEmbed, type ChatInputCommandInteraction, MessageFlags } from 'discord.js';
import { within } from '../src/clock.ts';
import { surpriseButton } from '../src/discord/buttons.ts';
import { ANYWHERE, type BotParts, type Command, type CommandDefinition } from '../src/discord/command.ts';
import { isManager, isModerator } from '../src/discord/permissions.ts';
import { answerPrivately, FIRST_ANSWER_MS } from '../src/discord/reply.ts';
import { quotedText } from '../src/discord/text.ts';
import { guildLimits, type QueueLimits } from '../src/queue/admission.ts';
import type { PromptWords } from '../src/riff/prompt-words.ts';
import { REQUEST_LIMITS } from '../src/riff/request.ts';
import { counted } from '../src/wording.ts';

const definition = {
  ...ANYWHERE,
  name: 'help',
  description: 'What this bot does, and what it reads',
} satisfies CommandDefinition;

export const help: Command = { definition, run };

async function run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  const settings = bot.guildSettings.get(interaction.guildId);
  const isQuick = await within(settings, FIRST_ANSWER_MS, bot.clock);
  if (!isQuick) await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const content = helpText(interaction, guildLimits(bot.limits, await settings), bot);
  const embeds = wordsEmbeds(bot.engineDescription.promptWords);
  await answerPrivately(interaction, { content, embeds, components: surpriseButton(interaction.locale) });
}

/** Shows only the commands that the user may use here. */
function helpText(
  interaction: ChatInputCommandInteraction,
  { perUserWaiting, perUserPerHour }: QueueLimits,
  bot: BotParts,
): string {
  const { mention, engineDescription } = bot;
  const { model, clipMs, defaults } = engineDescription;
  return [
    `${mention('riff')} turns a description into ${(clipMs / 1000).toFixed(1)} seconds of music, or up to ${REQUEST_LIMITS.lengthSeconds.max}, with the spectrogram it was painted as.`,
    `The model is ${quotedText(model, 100)}; it takes ${counted(defaults.steps, 'step')} unless you say otherwise. ${REPEATABLE}`,
    `${mention('riffs')} shows what you made. ${mention('surprise')} chooses the words for you. ${mention('preset save')} keeps options under a name, for ${mention('riff')} at \`preset\`.`,
    `${mention('morph')} begins as one thing and ends as another. The buttons under a riff vary it, extend it or make it a loop.`,
    `${mention('cancel')} stops your own riff. You may have ${perUserWaiting} waiting and ask for ${perUserPerHour} an hour.`,
    ...(isModerator(interaction, bot) ? [moderatorHelp(mention)] : []),
    ...(isManager(interaction, bot)
      ? [`Managers: ${mention('settings show')} and the other /settings.`]
      : []),
    `Privacy: this bot reads only what you type into its commands and the sounds that you give them. ${mention('forget')} deletes your riffs, prompts, files and presets.`,
  ].join('\n');
}

const WORDS_TITLE = 'Words that the model knows';
const WORDS_HINT = 'Combine them in any order; more are proposed while you type a prompt.';
/** Words of each kind; Discord takes 1,024 characters of them. */
const SHOWN_WORDS = 40;
const FIELD_LENGTH = 1000;

/** Empty for a model that does not say. */
export function wordsEmbeds({ styles, instruments, tempo, moods }: PromptWords): readonly APIEmbed[] {
  const kinds = {
    Styles: styles,
    Instruments: instruments,
    Tempo: tempo.slice(0, 12),
    Moods: moods.slice(0, 24),
  };
  const fields = Object.entries(kinds)
    .filter(([, words]) => words.length > 0)
    .map(([name, words]) => ({
      name,
      value: quotedText(words.slice(0, SHOWN_WORDS).join(', '), FIELD_LENGTH),
    }));
  return fields.length === 0 ? [] : [{ title: WORDS_TITLE, description: WORDS_HINT, fields }];
}

/** All options that a riff's answer shows. */
const REPEATABLE =
  'The same prompt, negative prompt, length, bpm, loop, seed, steps, guidance, scheduler and profile make the same riff again; ' +
  'a riff shows all of them, and its buttons keep what they do not change.';

function moderatorHelp(mention: BotParts['mention']): string {
  const verbs = ['show', 'pause', 'remove', 'block', 'log'].map((verb) => mention(`queue ${verb}`));
  return `Moderators: ${verbs.join(', ')} and the other /queue.`;
}
