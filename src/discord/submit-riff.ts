import { channelMention } from 'discord.js';
import { UserError } from '../errors.ts';
import { findBlockedPattern } from '../moderation/blocked-words.ts';
import type { GuildSettings } from '../queue/guild-settings.ts';
import type { ReplyTarget } from '../queue/job.ts';
import { defaultsOf } from '../render/profiles.ts';
import { DEFAULT_PROFILE, parseRiffRequest, type RiffDefaults, type RiffRequest } from '../riff/request.ts';
import type { AnswerableInteraction, BotParts } from './command.ts';
import { answerPrivately } from './private-answer.ts';
import { refusalText } from './refusal.ts';
import { canAttach, replyTarget } from './reply-target.ts';

const MEBIBYTE = 1024 * 1024;

/**
 * From an interaction to a waiting job: acknowledged first, checked against the place and the server's settings, then
 * given to the queue, which says yes or no. `parentJobId`: the riff this one was made from.
 * Throws UserError with the sentence for the person.
 */
export async function submitRiff(
  interaction: AnswerableInteraction,
  input: Partial<RiffRequest>,
  parentJobId: string | null,
  bot: BotParts,
): Promise<void> {
  await interaction.deferReply();
  const { guildId, user } = interaction;
  const settings = guildId === null ? null : bot.guildSettings.get(guildId);
  const target = replyTarget(interaction);
  checkPlace(interaction, target, settings, bot.engineDescription.wavBytes);
  const profile = input.profile ?? settings?.profile ?? DEFAULT_PROFILE;
  const defaults = defaultsWithin(defaultsOf(profile, bot.engineDescription.defaults), settings);
  const request = parseRiffRequest({ ...input, profile }, defaults, bot.newSeed());
  checkRequest(request, settings);
  const admission = await bot.queue.enqueue({ request, userId: user.id, guildId, target, parentJobId });
  if (admission.kind === 'accepted') {
    bot.live.follow(admission.job, admission.place);
    return;
  }
  await answerPrivately(interaction, refusalText(admission, bot.clock.now()));
}

function checkPlace(
  interaction: AnswerableInteraction,
  target: ReplyTarget,
  settings: GuildSettings | null,
  wavBytes: number,
): void {
  if (!canAttach(interaction)) {
    throw new UserError(
      'I need the permissions **Attach Files** and **Embed Links** here to answer with a riff.',
    );
  }
  if (wavBytes > target.maxFileBytes) {
    throw new UserError(
      `A riff of this model has ${inMebibytes(wavBytes)} MiB; this place takes ${inMebibytes(target.maxFileBytes)} MiB. Try a server that takes larger files.`,
    );
  }
  const channelIds = settings?.allowedChannelIds ?? [];
  const parentId = interaction.channel?.isThread() ? interaction.channel.parentId : null;
  if (
    channelIds.length > 0 &&
    !channelIds.includes(target.channelId) &&
    !channelIds.includes(parentId ?? '')
  ) {
    throw new UserError(`In this server I answer in ${channelIds.map(channelMention).join(', ')}.`);
  }
}

function checkRequest(request: RiffRequest, settings: GuildSettings | null): void {
  if (settings === null) return;
  if (settings.maxSteps !== null && request.steps > settings.maxSteps) {
    throw new UserError(`steps: this server allows at most ${settings.maxSteps}, got ${request.steps}.`);
  }
  const blocked = findBlockedPattern([request.prompt, request.negativePrompt], settings.blockedWords);
  // Which word it was is not said: the list is the moderators' own.
  if (blocked !== null)
    throw new UserError('This server has blocked a word of this prompt. Please choose others.');
}

/** A server with fewer steps than the model proposes gets fewer by default, too. */
function defaultsWithin(defaults: RiffDefaults, settings: GuildSettings | null): RiffDefaults {
  return { ...defaults, steps: Math.min(defaults.steps, settings?.maxSteps ?? defaults.steps) };
}

function inMebibytes(bytes: number): string {
  return (bytes / MEBIBYTE).toFixed(1);
}
