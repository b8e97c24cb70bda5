import { UserError } from '../errors.ts';
import { inLocale } from '../messages/languages.ts';
import { noticeTexts } from '../messages/notices.ts';
import { refusalTexts } from '../messages/refusals.ts';
import { riffsTexts } from '../messages/riffs.ts';
import type { Job } from '../queue/job.ts';
import type { FinishedJob } from '../queue/ports.ts';
import type { RiffFiles } from '../riff/engine.ts';
import type { BotParts } from './command.ts';
import { finishedRiff } from './finished-riff.ts';
import type { MessageContent } from './message-api.ts';
import { type ComponentInteraction, replyTarget } from './reply.ts';
import { cancelledCard, failedCard } from './riff-card.ts';
import { checkChannel, checkWords } from './submit-riff.ts';

/** Rendered but not delivered: the token had expired and the bot may not post in that channel. */
export function isUncollected({ state }: Job): boolean {
  return state.kind === 'done' && state.messageId === null;
}

/**
 * Continues in the message of a pressed button, whose token is valid for another 15 minutes: sends the riff if it is ready,
 * shows its progress otherwise. Throws UserError for a failed or cancelled riff, and for one whose files are gone.
 */
export async function collectRiff(interaction: ComponentInteraction, job: Job, bot: BotParts): Promise<void> {
  const { state } = job;
  const target = replyTarget(interaction, bot.clock.now());
  switch (state.kind) {
    case 'waiting':
    case 'running':
      bot.live.follow({ ...job, target });
      return;
    case 'rendered':
    case 'done':
      await bot.messages.editAnswer(target, await readRiff(interaction, job, state.files, bot));
      return;
    case 'failed':
    case 'cancelled':
      throw new UserError((state.kind === 'failed' ? failedCard(job) : cancelledCard(job)).content);
  }
}

async function readRiff(
  { locale }: ComponentInteraction,
  job: Job,
  files: RiffFiles,
  bot: BotParts,
): Promise<MessageContent> {
  const riff = await finishedRiff(job, files, bot.results);
  if (riff !== null) return riff;
  throw new UserError(inLocale(refusalTexts, locale).filesGone(bot.mention('riff'), files.recipe.seed));
}

/** Posts the riff where the button was pressed, for everybody there, by the rules of that server. */
export async function repost(
  interaction: ComponentInteraction,
  job: FinishedJob,
  bot: BotParts,
): Promise<void> {
  const { guildId, user } = interaction;
  const target = replyTarget(interaction, bot.clock.now());
  const settings = await bot.guildSettings.get(guildId);
  checkChannel(interaction, settings);
  checkWords(job.request, settings, target.locale);
  if (await bot.blocks.find(user.id, guildId, bot.clock.now()))
    throw new UserError(noticeTexts[target.locale].blocked());
  await interaction.deferReply();
  // Made for this channel: its size limit, the user's language, and the moderators who may delete it.
  const riff = await finishedRiff({ ...job, guildId, target }, job.state.files, bot.results);
  if (riff === null) throw new UserError(riffsTexts[target.locale].filesGone);
  await bot.messages.editAnswer(target, riff);
}
