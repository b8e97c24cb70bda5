import { ApplicationCommandOptionType, type ChatInputCommandInteraction, MessageFlags } from 'discord.js';
import { ANYWHERE, type BotParts, type Command, type CommandDefinition } from '../src/discord/command.ts';
import { localized } from '../src/discord/localized.ts';
import { type AnswerableInteraction, type ComponentInteraction, replyTarget } from '../src/discord/reply.ts';
import { repost } from '../src/discord/stored-riff.ts';
import { UserError } from '../src/errors.ts';
import { inLocale } from '../src/messages/languages.ts';
import { riffsTexts } from '../src/messages/riffs.ts';
import type { HistoryStep } from '../src/queue/ports.ts';
import { deleteQuestion, pageAt, parseSubject } from './riffs-page.ts';

/** How many favourites a user may have: they are kept beyond the retention period. */
export const MOST_FAVOURITES = 25;

const definition = {
  ...ANYWHERE,
  ...localized(riffsTexts, 'command'),
  options: [{ ...localized(riffsTexts, 'favouritesOption'), type: ApplicationCommandOptionType.Boolean }],
} satisfies CommandDefinition;

/** Only the user sees the pages. What a button names is looked up among their riffs only. */
export const riffs: Command = {
  definition,
  run,
  components: {
    previous: (interaction, subject, bot) => turn(interaction, subject, 'newer', bot),
    next: (interaction, subject, bot) => turn(interaction, subject, 'older', bot),
    page: (interaction, subject, bot) => turn(interaction, subject, 'at', bot),
    favourite,
    repost: repostButton,
    discard,
    erase,
  },
};

async function run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const favouritesOnly = interaction.options.getBoolean('favourites') ?? false;
  await show(interaction, { kind: 'newest' }, favouritesOnly, bot);
}

async function turn(
  interaction: ComponentInteraction,
  subject: string,
  kind: 'newer' | 'older' | 'at',
  bot: BotParts,
): Promise<void> {
  await interaction.deferUpdate();
  const { jobId, favouritesOnly } = parseSubject(subject);
  await show(interaction, { kind, jobId }, favouritesOnly, bot);
}

/** Sets the star, or takes it off. */
async function favourite(interaction: ComponentInteraction, subject: string, bot: BotParts): Promise<void> {
  const { isFavourite, job } = await requireOwn(interaction, subject, bot);
  const since = isFavourite ? null : bot.clock.now();
  const result = await bot.history.setFavourite(job.userId, job.id, since, MOST_FAVOURITES);
  const text = inLocale(riffsTexts, interaction.locale);
  if (result === 'full') throw new UserError(text.favouritesFull(MOST_FAVOURITES));
  await turn(interaction, subject, 'at', bot);
}

async function repostButton(
  interaction: ComponentInteraction,
  subject: string,
  bot: BotParts,
): Promise<void> {
  const { job } = await requireOwn(interaction, subject, bot);
  await repost(interaction, job, bot);
}

async function discard(interaction: ComponentInteraction, subject: string, bot: BotParts): Promise<void> {
  await requireOwn(interaction, subject, bot);
  await interaction.deferUpdate();
  const target = replyTarget(interaction, bot.clock.now());
  await bot.messages.editAnswer(target, deleteQuestion(subject, target.locale));
}

/** Then shows the next older riff. */
async function erase(interaction: ComponentInteraction, subject: string, bot: BotParts): Promise<void> {
  const { jobId, favouritesOnly } = parseSubject(subject);
  const userId = interaction.user.id;
  await interaction.deferUpdate();
  const older = await bot.history.find(userId, { kind: 'older', jobId }, favouritesOnly);
  await bot.retention.forgetRiff(userId, jobId);
  const step: HistoryStep = older ? { kind: 'at', jobId: older.job.id } : { kind: 'newest' };
  await show(interaction, step, favouritesOnly, bot);
}

/** Throws UserError if the user has no such finished riff. */
async function requireOwn(interaction: ComponentInteraction, subject: string, { history }: BotParts) {
  const { jobId } = parseSubject(subject);
  const entry = await history.find(interaction.user.id, { kind: 'at', jobId }, false);
  if (entry) return entry;
  throw new UserError(inLocale(riffsTexts, interaction.locale).gone);
}

async function show(
  interaction: AnswerableInteraction,
  step: HistoryStep,
  favouritesOnly: boolean,
  bot: BotParts,
): Promise<void> {
  const target = replyTarget(interaction, bot.clock.now());
  const reader = { userId: interaction.user.id, target };
  await bot.messages.editAnswer(target, await pageAt(step, favouritesOnly, reader, bot));
}
