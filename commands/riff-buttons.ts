import { type APIModalInteractionResponseCallbackData, userMention } from 'discord.js';
import { numberInBatch } from '../src/discord/batch-card.ts';
import { jobsSharing } from '../src/discord/batch-messages.ts';
import { componentId } from '../src/discord/buttons.ts';
import type { BotParts, Command } from '../src/discord/command.ts';
import { negativeField, promptField, wordsOf } from '../src/discord/form-fields.ts';
import { findJob, isModerator, requireJob } from '../src/discord/permissions.ts';
import { recordAct } from '../src/discord/record-act.ts';
import type { ComponentInteraction } from '../src/discord/reply.ts';
import { collectRiff, repost } from '../src/discord/stored-riff.ts';
import { submitRiff } from '../src/discord/submit-riff.ts';
import { answerWithVoice } from '../src/discord/voice-message.ts';
import { UserError } from '../src/errors.ts';
import { batchTexts } from '../src/messages/batch.ts';
import { inLocale } from '../src/messages/languages.ts';
import { remixTexts } from '../src/messages/remix.ts';
import { riffTexts } from '../src/messages/riff.ts';
import { soundTexts } from '../src/messages/sound.ts';
import { filesOf, type Job } from '../src/queue/job.ts';
import { requestOfRecipe } from '../src/render/recipe-file.ts';
import { type RequestOf, reworded } from '../src/riff/follow-up.ts';
import { uploadOf } from '../src/riff/origin.ts';
import type { RiffRequest } from '../src/riff/request.ts';

/** Under a riff, and under a message of several. Any user may press all but *Delete*. */
export const riffButtons = {
  again,
  retext,
  voice,
  pick,
  collect,
  delete: deleteRiff,
} satisfies Command['components'];

/** The new riff counts against the limits of the user. A riff that nobody has heard keeps its seed. */
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
    await interaction.showModal(retextForm(job, interaction.locale));
    return;
  }
  const words = wordsOf(interaction);
  const riff = requestAgain(job, interaction.locale);
  const request: RequestOf = (context) => ({ ...riff, ...reworded(riff, words, context) });
  await submitRiff(interaction, request, jobId, bot);
}

function retextForm({ id, request }: Job, locale: string): APIModalInteractionResponseCallbackData {
  const text = inLocale(riffTexts, locale);
  return {
    custom_id: componentId('retext', id),
    title: text.retextForm,
    components: [
      promptField(text.promptLabel, request.prompt),
      negativeField(text.negativeLabel, request.negativePrompt),
    ],
  };
}

/**
 * The request that makes the same riff again. For a rendered riff it comes from the recipe, which holds the latents of an
 * uploaded sound. Throws UserError, in the reader's language, if it was not rendered and its sound is gone.
 */
function requestAgain(job: Job, locale: string): RiffRequest {
  const files = filesOf(job);
  if (files) return requestOfRecipe(files.recipe);
  if (uploadOf(job.request)) throw new UserError(inLocale(remixTexts, locale).soundGone);
  return job.request;
}

/** Sends the sound as a voice message, but not too often: everybody here can hear it already. */
async function voice(interaction: ComponentInteraction, jobId: string, bot: BotParts): Promise<void> {
  const job = await requireJob(interaction, jobId, bot);
  const files = filesOf(job);
  const text = inLocale(soundTexts, interaction.locale);
  if (!files) throw new UserError(text.notReady);
  const press = `${interaction.user.id} ${jobId}`;
  const isSent = await bot.voiceCooldown.run(press, () => answerWithVoice(interaction, job, files, bot));
  if (!isSent) throw new UserError(text.justSent);
}

/** Posts one riff of several by itself. */
async function pick(interaction: ComponentInteraction, jobId: string, bot: BotParts): Promise<void> {
  const job = await requireJob(interaction, jobId, bot);
  const { state } = job;
  if (state.kind === 'done') return repost(interaction, { ...job, state }, bot);
  const text = inLocale(batchTexts, interaction.locale);
  const number = numberInBatch(job);
  const isOver = state.kind === 'failed' || state.kind === 'cancelled';
  throw new UserError(isOver ? text.notThere(number) : text.notReady(number));
}

async function collect(interaction: ComponentInteraction, jobId: string, bot: BotParts): Promise<void> {
  const job = await requireJob(interaction, jobId, bot);
  await interaction.deferUpdate();
  await collectRiff(interaction, job, bot);
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
