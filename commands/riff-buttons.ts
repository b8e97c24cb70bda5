import { userMention } from 'discord.js';
import { jobsSharing } from '../src/discord/batch-messages.ts';
import { componentId } from '../src/discord/buttons.ts';
import { collectRiff } from '../src/discord/collect-riff.ts';
import type { BotParts, Command } from '../src/discord/command.ts';
import { findJob, isModerator, requireJob } from '../src/discord/permissions.ts';
import { recordAct } from '../src/discord/record-act.ts';
import type { ComponentInteraction } from '../src/discord/reply.ts';
import { submitRiff } from '../src/discord/submit-riff.ts';
import { UserError } from '../src/errors.ts';
import { inLocale } from '../src/messages/languages.ts';
import { riffTexts } from '../src/messages/riff.ts';
import type { Job } from '../src/queue/job.ts';
import { type RequestOf, reworded } from '../src/riff/follow-up.ts';
import { requestAgain } from './riff-again.ts';
import { wordsForm, wordsOf } from './words-form.ts';

/** Under a riff. */
export const riffButtons = { again, retext, delete: deleteRiff, collect } satisfies Command['components'];

/**
 * Any user may press it; the new riff counts against their limits. A riff that nobody has heard, because
 * it was cancelled or failed, keeps its seed.
 */
async function again(interaction: ComponentInteraction, jobId: string, bot: BotParts): Promise<void> {
  const job = await requireJob(interaction, jobId, bot);
  const request = requestAgain(job, interaction.locale);
  const isUnheard = job.state.kind === 'cancelled' || job.state.kind === 'failed';
  const seed = isUnheard ? request.seed : bot.newSeed();
  await submitRiff(interaction, () => ({ ...request, seed }), jobId, bot);
}

/** As a button it opens the form; as a form it asks for the same seed with other words. */
async function retext(interaction: ComponentInteraction, jobId: string, bot: BotParts): Promise<void> {
  const job = await requireJob(interaction, jobId, bot);
  if (interaction.isButton()) {
    await interaction.showModal(wordsForm(componentId('retext', jobId), interaction.locale, job.request));
    return;
  }
  const words = wordsOf(interaction);
  const riff = requestAgain(job, interaction.locale);
  const request: RequestOf = (context) => ({ ...riff, ...reworded(riff, words, context) });
  await submitRiff(interaction, request, jobId, bot);
}

/** The requester is the user whom Discord names on the message, or the stored one if it was sent without a command. */
async function deleteRiff(interaction: ComponentInteraction, jobId: string, bot: BotParts): Promise<void> {
  const { message, user } = interaction;
  const job = await findJob(interaction, jobId, bot);
  const isRiffOfJob = job !== null && isShownBy(job, message?.id);
  const requesterId = message?.interactionMetadata?.user.id ?? (isRiffOfJob ? job.userId : null);
  if (requesterId !== user.id && !isModerator(interaction, bot))
    throw new UserError(inLocale(riffTexts, interaction.locale).notYoursToDelete);
  await interaction.deferUpdate();
  await interaction.deleteReply();
  if (job && (isRiffOfJob || job.userId === requesterId)) {
    for (const shown of await jobsOn(job, message?.id, bot)) await forgetBehind(shown, message?.id, bot);
  }
  if (requesterId === null || requesterId === user.id) return;
  const { guildId, guildLocale } = interaction;
  const act = { guildId, guildLocale, actorId: user.id, targetUserId: requesterId, jobId } as const;
  await recordAct(bot, { ...act, action: 'riff delete' });
  await interaction.followUp({
    content: inLocale(riffTexts, job?.target.locale ?? guildLocale).deleted(userMention(requesterId)),
    allowedMentions: { parse: [], users: [requesterId] },
  });
}

/** All riffs that the message shows. */
async function jobsOn(job: Job, messageId: string | undefined, bot: BotParts): Promise<readonly Job[]> {
  const sharing = await jobsSharing(job.target, bot.queue);
  const shown = sharing.filter((other) => other !== null).filter((other) => isShownBy(other, messageId));
  return shown.length > 0 ? shown : [job];
}

/** Whether the message is the riff's own, not a copy that /riffs posted. */
function isShownBy({ state }: Job, messageId: string | undefined): boolean {
  return state.kind === 'done' && state.messageId === messageId;
}

/** Deletes the stored riffs of a deleted message, unless it is a copy that /riffs posted or the riff is a favourite. */
async function forgetBehind(job: Job, messageId: string | undefined, bot: BotParts): Promise<void> {
  const { id, userId, state } = job;
  const isCopy = state.kind === 'done' && state.messageId !== null && state.messageId !== messageId;
  if (isCopy || (await bot.history.find(userId, { kind: 'at', jobId: id }, true))) return;
  await bot.retention.forgetRiff(userId, id);
}

async function collect(interaction: ComponentInteraction, jobId: string, bot: BotParts): Promise<void> {
  const job = await requireJob(interaction, jobId, bot);
  await interaction.deferUpdate();
  await collectRiff(interaction, job, bot);
}
