import { channelMention } from 'discord.js';
import { oggBytesOf } from '../audio/ogg-opus.ts';
import { within } from '../clock.ts';
import { messageOf, UserError } from '../errors.ts';
import { findBlockedPattern } from '../moderation/blocked-words.ts';
import { guildLimits } from '../queue/admission.ts';
import type { GuildSettings } from '../queue/guild-settings.ts';
import type { Admission, Job, Refused, ReplyTarget } from '../queue/job.ts';
import { defaultsOf } from '../render/profiles.ts';
import type { EngineDescription } from '../riff/engine.ts';
import type { RequestOf } from '../riff/follow-up.ts';
import { sectionsOf } from '../riff/origin.ts';
import { DEFAULT_PROFILE, parseRiffRequest, type RiffDefaults, type RiffRequest } from '../riff/request.ts';
import { checkAbilities, requestFacts } from '../riff/score.ts';
import { inMebibytes } from '../wording.ts';
import { unfinishedButtons } from './buttons.ts';
import type { BotParts } from './command.ts';
import { steadyEstimate } from './live-card.ts';
import { ALREADY_ACKNOWLEDGED, isRefusedWith, UNKNOWN_INTERACTION } from './message-api.ts';
import {
  type AnswerableInteraction,
  answerPrivately,
  canAttach,
  FIRST_ANSWER_MS,
  replyTarget,
} from './reply.ts';
import { waitingCard } from './riff-card.ts';
import { punctuated, quotedText, relativeTime } from './text.ts';

const REASON_LENGTH = 500;
const MINUTE_MS = 60_000;

/** Where it has to look something up first. */
type MaybeLater<Of extends (...args: never) => unknown> = (
  ...args: Parameters<Of>
) => ReturnType<Of> | Promise<ReturnType<Of>>;

type Accepted = Extract<Admission, { readonly kind: 'accepted' }>;

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
  if (!(await within(deciding, FIRST_ANSWER_MS, bot.clock))) await interaction.deferReply();
  const admission = await deciding;
  if (admission.kind === 'accepted') return acknowledge(interaction, admission, bot);
  await answerPrivately(interaction, refusalText(admission, bot.clock.now()));
}

async function enqueue(
  interaction: AnswerableInteraction,
  requestOf: MaybeLater<RequestOf>,
  parentJobId: string | null,
  bot: BotParts,
): Promise<Admission> {
  const { guildId, user } = interaction;
  const { engineDescription: engine } = bot;
  const settings = await bot.guildSettings.get(guildId);
  const target = replyTarget(interaction, bot.clock.now());
  checkChannel(interaction, settings, target);
  const freshSeed = bot.newSeed();
  const complete = (input: Partial<RiffRequest>): RiffRequest => {
    const profile = input.profile ?? settings.profile ?? DEFAULT_PROFILE;
    const defaults = defaultsWithin(defaultsOf(profile, engine.defaults, input), settings);
    return parseRiffRequest({ ...input, profile }, defaults, freshSeed);
  };
  const request = complete(await requestOf({ grid: engine.grid, freshSeed, complete }));
  checkRequest(request, settings);
  checkAbilities(request, engine);
  checkSize(request, engine, target);
  const draft = { request, userId: user.id, guildId, target, parentJobId };
  return bot.queue.enqueue(draft, guildLimits(bot.limits, settings));
}

/** The job may be rendered already: its answer is edited only once there is one. */
async function acknowledge(
  interaction: AnswerableInteraction,
  { job, position }: Accepted,
  bot: BotParts,
): Promise<void> {
  const unsaid = { content: null, position, readyAt: null };
  if (interaction.deferred) return bot.live.follow(job, unsaid);
  const readyAt = steadyEstimate(null, position, bot.clock.now());
  const { content } = waitingCard(job, position, readyAt);
  const acknowledgement = interaction.reply({
    content,
    components: unfinishedButtons(job.id, job.target.locale),
  });
  bot.messages.acknowledging(interaction.token, acknowledgement);
  try {
    await acknowledgement;
    bot.live.follow(job, { content, position, readyAt });
  } catch (error) {
    bot.log.warn({ jobId: job.id, error: messageOf(error) }, 'an accepted riff could not be acknowledged');
    if (isNobodys(job, error)) await withdraw(job, bot);
    else bot.live.follow(job, unsaid);
  }
}

/** Another process has answered this interaction, or its user can no longer receive the riff. */
function isNobodys({ target }: Job, error: unknown): boolean {
  return (
    isRefusedWith(error, ALREADY_ACKNOWLEDGED) ||
    (isRefusedWith(error, UNKNOWN_INTERACTION) && !target.canPost)
  );
}

async function withdraw({ id, userId }: Job, { live, queue }: BotParts): Promise<void> {
  live.disown(id);
  await queue.cancel(id, { by: userId, reason: 'not acknowledged' });
}

function checkChannel(
  interaction: AnswerableInteraction,
  settings: GuildSettings,
  target: ReplyTarget,
): void {
  if (!canAttach(interaction)) {
    throw new UserError(
      'I need the permissions **Attach Files** and **Embed Links** here to answer with a riff.',
    );
  }
  const channelIds = settings.allowedChannelIds;
  const parentId = interaction.channel?.isThread() ? interaction.channel.parentId : null;
  if (
    channelIds.length > 0 &&
    !channelIds.includes(target.channelId) &&
    !channelIds.includes(parentId ?? '')
  ) {
    throw new UserError(`In this server I answer in ${channelIds.map(channelMention).join(', ')}.`);
  }
}

function checkSize(
  request: RiffRequest,
  { wavBytes, clipMs, grid }: EngineDescription,
  { maxFileBytes }: ReplyTarget,
): void {
  const { soundMs } = requestFacts(request, grid);
  const bytes = Math.ceil(Math.min((wavBytes * soundMs) / clipMs, oggBytesOf(soundMs)));
  if (bytes <= maxFileBytes) return;
  const hint = bytes > wavBytes ? 'Ask for a shorter one, or try' : 'Try';
  throw new UserError(
    `This riff has ${inMebibytes(bytes)} MiB; this channel takes ${inMebibytes(maxFileBytes)} MiB. ${hint} a server that takes larger files.`,
  );
}

function checkRequest(request: RiffRequest, settings: GuildSettings): void {
  if (settings.maxSteps !== null && request.steps > settings.maxSteps) {
    throw new UserError(`steps: this server allows at most ${settings.maxSteps}, got ${request.steps}.`);
  }
  const texts = sectionsOf(request).flatMap(({ prompt, negativePrompt }) => [prompt, negativePrompt]);
  const blocked = findBlockedPattern(texts, settings.blockedWords);
  // The word is not named: the list is for moderators only.
  if (blocked !== null)
    throw new UserError('This server has blocked a word of this prompt. Please choose others.');
}

/** A server with fewer steps than the model proposes gets fewer by default, too. */
function defaultsWithin(defaults: RiffDefaults, settings: GuildSettings): RiffDefaults {
  return { ...defaults, steps: Math.min(defaults.steps, settings.maxSteps ?? defaults.steps) };
}

/** The refusal as a sentence, with the moderator's reason if there is one and the time to try again. */
export function refusalText({ message, moderatorReason, retryAfterMs }: Refused, now: number): string {
  const reason =
    moderatorReason === '' ? '' : ` ${punctuated(`Reason: ${quotedText(moderatorReason, REASON_LENGTH)}`)}`;
  return `${message}${reason}${retryText(retryAfterMs, now)}`;
}

/** A short wait shows no time: the timestamp would soon read "20 seconds ago". */
function retryText(retryAfterMs: number | null, now: number): string {
  if (retryAfterMs === null) return '';
  return retryAfterMs < MINUTE_MS
    ? ' Try again in a moment.'
    : ` Try again ${relativeTime(now + retryAfterMs)}.`;
}
