import { type ChatInputCommandInteraction, MessageFlags } from 'discord.js';
import { within } from '../src/clock.ts';
import { ANYWHERE, type BotParts, type Command, type CommandDefinition } from '../src/discord/command.ts';
import { isManager, isModerator } from '../src/discord/permissions.ts';
import { answerPrivately, FIRST_ANSWER_MS } from '../src/discord/reply.ts';
import { quotedText } from '../src/discord/text.ts';
import { guildLimits, type QueueLimits } from '../src/queue/admission.ts';
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
  await answerPrivately(interaction, helpText(interaction, guildLimits(bot.limits, await settings), bot));
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
    `${mention('morph')} begins as one thing and ends as another. The buttons under a riff vary it, extend it or make it a loop.`,
    `${mention('cancel')} stops your own riff. You may have ${perUserWaiting} waiting and ask for ${perUserPerHour} an hour.`,
    ...(isModerator(interaction, bot) ? [moderatorHelp(mention)] : []),
    ...(isManager(interaction, bot)
      ? [`Managers: ${mention('settings show')} and the other /settings.`]
      : []),
    `Privacy: this bot reads only what you type into its commands. ${mention('forget')} deletes your riffs, prompts and files.`,
  ].join('\n');
}

/** All options that a riff's answer shows. */
const REPEATABLE =
  'The same prompt, negative prompt, length, bpm, loop, seed, steps, guidance, scheduler and profile make the same riff again; ' +
  'a riff shows all of them, and its buttons keep what they do not change.';

function moderatorHelp(mention: BotParts['mention']): string {
  const verbs = ['show', 'pause', 'remove', 'block', 'log'].map((verb) => mention(`queue ${verb}`));
  return `Moderators: ${verbs.join(', ')} and the other /queue.`;
}
