import { UserError } from '../errors.ts';
import { inLocale } from '../messages/languages.ts';
import { refusalTexts } from '../messages/refusals.ts';
import type { Job } from '../queue/job.ts';
import type { RiffFiles } from '../riff/engine.ts';
import type { BotParts } from './command.ts';
import type { MessageContent } from './message-api.ts';
import { type ComponentInteraction, replyTarget } from './reply.ts';
import { cancelledCard, failedCard, finishedRiff } from './riff-card.ts';

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
