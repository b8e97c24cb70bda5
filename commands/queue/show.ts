import { type Interaction, MessageFlags, userMention } from 'discord.js';
import { refreshButton } from '../../src/discord/buttons.ts';
import type { BotParts } from '../../src/discord/command.ts';
import { isModerator } from '../../src/discord/permissions.ts';
import { actText } from '../../src/discord/record-act.ts';
import { answerPrivately, type ComponentInteraction, type PrivateAnswer } from '../../src/discord/reply.ts';
import { whyBlockedText } from '../../src/discord/riff-card.ts';
import { fittedLines, quotedText, relativeTime } from '../../src/discord/text.ts';
import { inLocale, type Language, languageOf } from '../../src/messages/languages.ts';
import { queueTexts } from '../../src/messages/queue.ts';
import { reasonText } from '../../src/messages/reasons.ts';
import { guildLimits } from '../../src/queue/admission.ts';
import type { QueueListing } from '../../src/queue/contract.ts';
import type { Job, QueuePosition, QueueScope } from '../../src/queue/job.ts';
import { type ModeratorVerb, reachOf, reachText } from './moderator-verb.ts';

const SHOWN = 10;
const ACTS_SHOWN = 20;
const PROMPT_LENGTH = 60;

/**
 * The running and waiting riffs of this server, or of this user in a DM. Users see all positions but only their own prompts;
 * moderators see those of their server. Jobs from elsewhere are only counted.
 */
export async function show(interaction: Interaction, bot: BotParts): Promise<PrivateAnswer> {
  const { guildId, user, locale } = interaction;
  const language = languageOf(locale);
  const text = queueTexts[language];
  const scope: QueueScope = guildId === null ? { kind: 'user', userId: user.id } : { kind: 'guild', guildId };
  const [all, here, positions, settings] = await Promise.all([
    bot.queue.list({ kind: 'all' }),
    bot.queue.list(scope),
    bot.queue.positions(),
    bot.guildSettings.get(guildId),
  ]);
  const jobs = [...here.running, ...here.waiting];
  const mayReadAll = isModerator(interaction, bot);
  const lines = jobs.slice(0, SHOWN).map((job) => {
    const isOpen = mayReadAll || job.userId === user.id;
    return lineOf(job, isOpen, positions.get(job.id) ?? null, bot.clock.now(), text);
  });
  const rest = jobs.length > SHOWN ? [text.more(jobs.length - SHOWN)] : [];
  const crashed = mayReadAll ? here.deadLetters.map((job) => deadLetterLine(job, text)) : [];
  const body = fittedLines([...lines, ...rest, ...crashed], text.more);
  const content = [
    headOf(all, jobs.length, here, language),
    body,
    text.limits(guildLimits(bot.limits, settings), guildId !== null),
  ]
    .filter((part) => part !== '')
    .join('\n');
  return { content, components: refreshButton(language) };
}

/** The same view for users who do not have the command. */
export async function showByButton(
  interaction: ComponentInteraction,
  _jobId: string,
  bot: BotParts,
): Promise<void> {
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  await answerPrivately(interaction, await show(interaction, bot));
}

export async function refresh(
  interaction: ComponentInteraction,
  _subject: string,
  bot: BotParts,
): Promise<void> {
  await interaction.deferUpdate();
  const { content, components = [] } = await show(interaction, bot);
  await interaction.editReply({ content, components, allowedMentions: { parse: [] } });
}

/** Lists what moderators and managers did, newest first, in the server's language like the mod log. */
export const log: ModeratorVerb = async (interaction, guildId, bot) => {
  const { guildLocale: locale } = interaction;
  const text = inLocale(queueTexts, locale);
  const reach = reachOf(interaction, guildId, bot);
  const entries = await bot.auditTrail.newest(reach, ACTS_SHOWN);
  if (entries.length === 0) return text.nothingRecorded(reachText(reach, locale));
  const lines = entries.map((entry) => `- ${relativeTime(entry.at)} ${actText(entry, locale)}`);
  return `${text.newestActs(reachText(reach, locale))}\n${fittedLines(lines, text.more)}`;
};

function headOf(
  all: QueueListing,
  count: number,
  { pause, blocked }: QueueListing,
  language: Language,
): string {
  const text = queueTexts[language];
  const parts = [text.counts(all.running.length, all.waiting.length, count)];
  if (pause) parts.push(`**${whyBlockedText({ kind: 'paused', reason: pause.reason }, language)}**`);
  if (blocked) parts.push(text.stopped(relativeTime(blocked.since), reasonText(blocked.reason, language)));
  return parts.join(' · ');
}

type QueueTexts = (typeof queueTexts)['en'];

function lineOf(
  { state, userId, request }: Job,
  isOpen: boolean,
  position: QueuePosition | null,
  now: number,
  text: QueueTexts,
): string {
  const inLine = position ? text.place(position.number) : text.waiting;
  const where = state.kind === 'running' ? text.running : inLine;
  const eta = position?.etaMs == null ? '' : text.ready(relativeTime(now + position.etaMs));
  const prompt = isOpen ? ` ${text.titled(quotedText(request.prompt, PROMPT_LENGTH))}` : '';
  return `- ${where}: ${userMention(userId)}${prompt}${eta}`;
}

function deadLetterLine({ attempts, userId, request }: Job, text: QueueTexts): string {
  const title = text.titled(quotedText(request.prompt, PROMPT_LENGTH));
  return `- ${text.crashed(attempts)}: ${userMention(userId)} ${title}`;
}
