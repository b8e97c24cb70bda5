import { type APIEmbed, type ChatInputCommandInteraction, MessageFlags } from 'discord.js';
import { within } from '../src/clock.ts';
import { surpriseButton } from '../src/discord/buttons.ts';
import { ANYWHERE, type BotParts, type Command, type CommandDefinition } from '../src/discord/command.ts';
import { localized } from '../src/discord/localized.ts';
import { isManager, isModerator } from '../src/discord/permissions.ts';
import { answerPrivately, FIRST_ANSWER_MS } from '../src/discord/reply.ts';
import { BATCH_LIMITS } from '../src/discord/submit-batch.ts';
import { quotedText } from '../src/discord/text.ts';
import { helpTexts } from '../src/messages/help.ts';
import { inLocale, languageOf } from '../src/messages/languages.ts';
import { guildLimits, type QueueLimits } from '../src/queue/admission.ts';
import type { PromptWords } from '../src/riff/prompt-words.ts';
import { REQUEST_LIMITS } from '../src/riff/request.ts';

const definition = {
  ...ANYWHERE,
  ...localized(helpTexts, 'help'),
} satisfies CommandDefinition;

export const help: Command = { definition, run };

async function run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  const settings = bot.guildSettings.get(interaction.guildId);
  const isQuick = await within(settings, FIRST_ANSWER_MS, bot.clock);
  if (!isQuick) await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const content = helpText(interaction, guildLimits(bot.limits, await settings), bot);
  const embeds = wordsEmbeds(bot.engineDescription.promptWords, interaction.locale);
  const components = surpriseButton(languageOf(interaction.locale));
  await answerPrivately(interaction, { content, embeds, components });
}

/** Shows only the commands that the user may use here. */
function helpText(
  interaction: ChatInputCommandInteraction,
  { perUserWaiting, perUserPerHour }: QueueLimits,
  bot: BotParts,
): string {
  const { mention, engineDescription } = bot;
  const { model, clipMs, defaults } = engineDescription;
  const text = inLocale(helpTexts, interaction.locale);
  return [
    `${text.riff(mention('riff'), clipMs, REQUEST_LIMITS.lengthSeconds.max)} ${text.count(BATCH_LIMITS.max)}`,
    `${text.model(quotedText(model, 100), defaults.steps)} ${text.repeatable}`,
    text.history(mention('riffs')),
    text.surprise(mention('surprise'), mention('preset save'), mention('riff')),
    text.morph(mention('morph')),
    text.cancel(mention('cancel'), perUserWaiting, perUserPerHour),
    ...(isModerator(interaction, bot) ? [text.moderators(moderatorCommands(mention))] : []),
    ...(isManager(interaction, bot) ? [text.managers(mention('settings show'))] : []),
    text.privacy(mention('forget')),
  ].join('\n');
}

/** The most words of each kind; a field of Discord holds 1,024 characters. */
const SHOWN_WORDS = 40;
const FIELD_LENGTH = 1000;

/** The words that the model knows; empty if it lists none. */
export function wordsEmbeds(
  { styles, instruments, tempo, moods }: PromptWords,
  locale: string,
): readonly APIEmbed[] {
  const text = inLocale(helpTexts, locale);
  const words = { styles, instruments, tempo: tempo.slice(0, 12), moods: moods.slice(0, 24) };
  const fields = KINDS.filter((kind) => words[kind].length > 0).map((kind) => ({
    name: text.kinds[kind],
    value: quotedText(words[kind].slice(0, SHOWN_WORDS).join(', '), FIELD_LENGTH),
  }));
  return fields.length === 0 ? [] : [{ title: text.wordsTitle, description: text.wordsHint, fields }];
}

const KINDS = ['styles', 'instruments', 'tempo', 'moods'] as const;

function moderatorCommands(mention: BotParts['mention']): string {
  return ['show', 'pause', 'remove', 'block', 'log'].map((verb) => mention(`queue ${verb}`)).join(', ');
}
