import { channelMention } from 'discord.js';
import { oggBytesOf } from '../audio/ogg-opus.ts';
import { within } from '../clock.ts';
import { messageOf, UserError } from '../errors.ts';
import { inLocale, type Language } from '../messages/languages.ts';
import { noticeText } from '../messages/notices.ts';
import { refusalTexts } from '../messages/refusals.ts';
import { shortened } from '../messages/shortened.ts';
import { guildLimits, type QueueLimits } from '../queue/admission.ts';
import type { GuildSettings } from '../queue/guild-settings.ts';
import type { Accepted, Admission, Job, JobDraft, Refused, ReplyTarget } from '../queue/job.ts';
import { randomId } from '../queue/random-id.ts';
import { completeRequest } from '../render/profiles.ts';
import { findBlockedPattern } from '../riff/blocked-words.ts';
import { type EngineDescription, uploadName } from '../riff/engine.ts';
import { type RequestOf, remixed } from '../riff/follow-up.ts';
import { FILE_NAME_LENGTH, type Source, textsOf, type Upload } from '../riff/origin.ts';
import { DEFAULT_PROFILE, type RiffRequest } from '../riff/request.ts';
import { checkAbilities, soundLengthMs } from '../riff/score.ts';
import { clipMsOf } from '../riff/tempo.ts';
import type { ButtonMessage } from './buttons.ts';
import type { BotParts } from './command.ts';
import type { AttachmentFile } from './fetch-attachment.ts';
import { ALREADY_ACKNOWLEDGED, isRefusedWith, UNKNOWN_INTERACTION } from './message-api.ts';
import {
  type AnswerableInteraction,
  answerPrivately,
  canAttach,
  FIRST_ANSWER_MS,
  replyTarget,
} from './reply.ts';
import { steadyEstimate, waitingCard } from './riff-card.ts';
import { punctuated, quotedText, relativeTime } from './text.ts';

const REASON_LENGTH = 500;
const MINUTE_MS = 60_000;

/** Where it has to look something up first. */
export type MaybeLater<Of extends (...args: never) => unknown> = (
  ...args: Parameters<Of>
) => ReturnType<Of> | Promise<ReturnType<Of>>;

/**
 * Turns an interaction into a waiting job: checks the channel and the server's settings, enqueues the job, and
 * answers last. So a refusal is the first and only response, and the position in line, or "thinking…" where storing takes
 * long, means that the job is stored: a crash in between loses no acknowledged job.
 * `parentJobId`: the riff this one was made from. Throws UserError with the sentence for the user.
 */
export async function submitRiff(
  interaction: AnswerableInteraction,
  requestOf: MaybeLater<RequestOf>,
  parentJobId: string | null,
  bot: BotParts,
): Promise<void> {
  const deciding = enqueue(interaction, requestOf, parentJobId, bot);
  await answerWith(interaction, deciding, (accepted) => acknowledge(interaction, accepted, bot), bot);
}

/** A sound of the user's own, and how much of it is made anew: 0 … 1. */
export interface UserSound {
  readonly file: AttachmentFile;
  /** Undefined: where the most happens. */
  readonly startSeconds: number | undefined;
  readonly strength: number;
}

/** The same for a riff that goes on from a sound, which is fetched, cut and kept with the job. */
export async function submitSound(
  interaction: AnswerableInteraction,
  sound: UserSound,
  words: Partial<RiffRequest>,
  bot: BotParts,
): Promise<void> {
  const deciding = enqueueSound(interaction, sound, words, bot);
  await answerWith(interaction, deciding, (accepted) => acknowledge(interaction, accepted, bot), bot);
}

/** Says "thinking…" where deciding takes long, and answers a refusal to this user alone. */
export async function answerWith<Is extends { readonly kind: 'accepted' }>(
  interaction: AnswerableInteraction,
  deciding: Promise<Is | Refused>,
  acknowledge: (accepted: Is) => Promise<void>,
  bot: BotParts,
): Promise<void> {
  if (!(await within(deciding, FIRST_ANSWER_MS, bot.clock))) await interaction.deferReply();
  const admission = await deciding;
  if (admission.kind === 'accepted') return acknowledge(admission);
  await answerPrivately(interaction, refusalText(admission, bot.clock.now(), interaction.locale));
}

async function enqueue(
  interaction: AnswerableInteraction,
  requestOf: MaybeLater<RequestOf>,
  parentJobId: string | null,
  bot: BotParts,
): Promise<Admission> {
  const { draftOf, limits } = await readRules(interaction, parentJobId, bot);
  return bot.queue.enqueue(await draftOf(requestOf), limits);
}

/** Everything that can refuse the request is asked before the sound is fetched, and again with what it turned out to be. */
async function enqueueSound(
  interaction: AnswerableInteraction,
  { file, startSeconds, strength }: UserSound,
  words: Partial<RiffRequest>,
  bot: BotParts,
): Promise<Admission> {
  const { draftOf, limits } = await readRules(interaction, null, bot);
  const id = randomId();
  const from = (of: Source<RiffRequest>): Promise<JobDraft> => draftOf(() => remixed(of, words, strength));
  const cutAt = (start: number): Upload => ({
    upload: uploadName(id),
    startSeconds: 0,
    cutFrom: { name: shortened(file.name, FILE_NAME_LENGTH), startSeconds: start },
  });
  const refused = await bot.queue.earlyRefusal(await from(cutAt(startSeconds ?? 0)), limits);
  if (refused) return refused;
  const clipSeconds = clipMsOf(bot.engineDescription.grid) / 1000;
  const sound = await bot.attachments.soundIn(file, { clipSeconds, startSeconds });
  if ('riff' in sound) return bot.queue.enqueue(await from(sound), limits);
  const draft = await from(cutAt(sound.startSeconds));
  return bot.queue.enqueue({ ...draft, id, upload: sound.wav }, limits);
}

interface Rules {
  /** Completes and checks. Throws UserError. */
  readonly draftOf: (requestOf: MaybeLater<RequestOf>) => Promise<JobDraft>;
  readonly limits: QueueLimits;
}

/** What holds for the user, the channel and the server. Throws UserError where riffs are not answered. */
export async function readRules(
  interaction: AnswerableInteraction,
  parentJobId: string | null,
  bot: BotParts,
): Promise<Rules> {
  const { guildId, user } = interaction;
  const { engineDescription: engine } = bot;
  const settings = await bot.guildSettings.get(guildId);
  checkChannel(interaction, settings);
  const target = replyTarget(interaction, bot.clock.now());
  const freshSeed = bot.newSeed();
  const complete = (input: Partial<RiffRequest>): RiffRequest => {
    const profile = input.profile ?? settings.profile ?? DEFAULT_PROFILE;
    // A server with fewer steps than the model proposes gets fewer by default, too.
    const mostSteps = settings.maxSteps ?? undefined;
    return completeRequest({ ...input, profile }, engine.defaults, { freshSeed, mostSteps });
  };
  const draftOf = async (requestOf: MaybeLater<RequestOf>): Promise<JobDraft> => {
    const request = complete(await requestOf({ grid: engine.grid, freshSeed, complete }));
    checkRequest(request, settings, target.locale);
    checkAbilities(request, engine);
    checkSize(soundLengthMs(request, engine), engine, target);
    return { request, userId: user.id, guildId, target, parentJobId };
  };
  return { draftOf, limits: guildLimits(bot.limits, settings) };
}

async function acknowledge(
  interaction: AnswerableInteraction,
  { job, position }: Accepted,
  bot: BotParts,
): Promise<void> {
  const unsaid = { content: null, position, readyAt: null };
  if (interaction.deferred) return bot.live.follow(job, unsaid);
  const readyAt = steadyEstimate(null, position, bot.clock.now());
  const card = waitingCard(job, position, readyAt);
  const outcome = await answerAccepted(interaction, job, card, bot);
  if (outcome === 'nobodys') return withdraw(job, bot);
  bot.live.follow(job, outcome === 'said' ? { content: card.content, position, readyAt } : unsaid);
}

/**
 * The answer to an accepted request; `job`: the only or the first one. It may be rendered already: the answer is edited
 * only once there is one. `nobodys`: another process has answered, or the user can no longer receive the riff.
 */
export async function answerAccepted(
  interaction: AnswerableInteraction,
  job: Job,
  { content, components }: ButtonMessage,
  bot: BotParts,
): Promise<'said' | 'unsaid' | 'nobodys'> {
  const acknowledgement = interaction.reply({ content, components });
  bot.messages.acknowledging(interaction.token, acknowledgement);
  try {
    await acknowledgement;
    return 'said';
  } catch (error) {
    bot.log.warn({ jobId: job.id, error: messageOf(error) }, 'an accepted riff could not be acknowledged');
    const isOver = isRefusedWith(error, UNKNOWN_INTERACTION) && !job.target.canPost;
    return isOver || isRefusedWith(error, ALREADY_ACKNOWLEDGED) ? 'nobodys' : 'unsaid';
  }
}

export async function withdraw({ id, userId }: Job, { live, queue }: BotParts): Promise<void> {
  live.disown(id);
  await queue.cancel(id, { by: userId, reason: 'not acknowledged' });
}

/** Throws UserError where the bot may not answer with files, or not in this channel. */
export function checkChannel(interaction: AnswerableInteraction, settings: GuildSettings): void {
  const { channel, channelId, locale } = interaction;
  if (!canAttach(interaction)) throw new UserError(inLocale(refusalTexts, locale).cannotAttach);
  const { allowedChannelIds } = settings;
  const ids = [channelId, channel?.isThread() ? channel.parentId : null];
  if (allowedChannelIds.length === 0 || allowedChannelIds.some((id) => ids.includes(id))) return;
  const channels = allowedChannelIds.map(channelMention).join(', ');
  throw new UserError(inLocale(refusalTexts, locale).otherChannels(channels));
}

function checkSize(
  soundMs: number,
  { wavBytes, clipMs }: EngineDescription,
  { maxFileBytes, locale }: ReplyTarget,
): void {
  const bytes = Math.ceil(Math.min((wavBytes * soundMs) / clipMs, oggBytesOf(soundMs)));
  if (bytes <= maxFileBytes) return;
  const text = refusalTexts[locale];
  const hint = bytes > wavBytes ? text.shorterOrLarger : text.largerServer;
  throw new UserError(`${text.tooLarge(bytes, maxFileBytes)} ${hint}`);
}

function checkRequest(request: RiffRequest, settings: GuildSettings, locale: Language): void {
  if (settings.maxSteps !== null && request.steps > settings.maxSteps) {
    throw new UserError(refusalTexts[locale].tooManySteps(settings.maxSteps, request.steps));
  }
  checkWords(request, settings, locale);
}

/** Throws UserError where the server has blocked a word of the request or of what it goes on from. */
export function checkWords(request: RiffRequest, settings: GuildSettings, locale: Language): void {
  const blocked = findBlockedPattern(textsOf(request), settings.blockedWords);
  // The word is not named: the list is for moderators only.
  if (blocked !== null) throw new UserError(refusalTexts[locale].blockedWord);
}

/** The refusal as a sentence, with the moderator's reason if there is one and the time to try again. */
export function refusalText(
  { notice, moderatorReason, retryAfterMs }: Refused,
  now: number,
  locale: string,
): string {
  const text = inLocale(refusalTexts, locale);
  const parts = [noticeText(notice, locale)];
  if (moderatorReason !== '') parts.push(punctuated(text.reason(quotedText(moderatorReason, REASON_LENGTH))));
  // A short wait shows no time: the timestamp would soon read "20 seconds ago".
  if (retryAfterMs !== null)
    parts.push(retryAfterMs < MINUTE_MS ? text.soon : text.later(relativeTime(now + retryAfterMs)));
  return parts.join(' ');
}
