import { type Interaction, MessageFlags, userMention } from 'discord.js';
import { refreshButton } from '../../src/discord/buttons.ts';
import type { BotParts } from '../../src/discord/command.ts';
import { isModerator } from '../../src/discord/permissions.ts';
import { answerPrivately, type ComponentInteraction, type PrivateAnswer } from '../../src/discord/reply.ts';
import { whyBlockedText } from '../../src/discord/riff-card.ts';
import { fittedLines, quotedText, relativeTime } from '../../src/discord/text.ts';
import { english } from '../../src/messages/wording.ts';
import { guildLimits } from '../../src/queue/admission.ts';
import type { QueueListing } from '../../src/queue/contract.ts';
import type { Job, QueuePosition, QueueScope } from '../../src/queue/job.ts';
import { counted } from '../../src/wording.ts';
import { limitsText } from '../limits-text.ts';

const SHOWN = 10;
const PROMPT_LENGTH = 60;

/**
 * The running and waiting riffs of this server, or of this user in a DM. Users see all positions but only their own prompts;
 * moderators see those of their server. Jobs from elsewhere are only counted.
 */
export async function show(interaction: Interaction, bot: BotParts): Promise<PrivateAnswer> {
  const { guildId, user } = interaction;
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
    return lineOf(job, isOpen, positions.get(job.id) ?? null, bot.clock.now());
  });
  const rest = jobs.length > SHOWN ? [`… and ${jobs.length - SHOWN} more`] : [];
  const crashed = mayReadAll ? here.deadLetters.map(deadLetterLine) : [];
  const body = fittedLines([...lines, ...rest, ...crashed]);
  const content = [
    headOf(all, jobs.length, here, interaction.locale),
    body,
    limitsText(guildLimits(bot.limits, settings), guildId),
  ]
    .filter((part) => part !== '')
    .join('\n');
  return { content, components: refreshButton(interaction.locale) };
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

function headOf(all: QueueListing, count: number, { pause, blocked }: QueueListing, locale: string): string {
  const counts = `${all.running.length} running and ${all.waiting.length} waiting in all, ${count} of them from here`;
  const paused = pause && ` · **${whyBlockedText({ kind: 'paused', reason: pause.reason }, locale)}**`;
  const stopped =
    blocked && ` · **nothing is started** since ${relativeTime(blocked.since)}: ${blocked.reason}`;
  return `**Queue:** ${counts}${paused ?? ''}${stopped ?? ''}`;
}

function lineOf(
  { state, userId, request }: Job,
  isOpen: boolean,
  position: QueuePosition | null,
  now: number,
): string {
  const where =
    state.kind === 'running' ? 'running' : position ? english.ordinal(position.number) : 'waiting';
  const eta = position?.etaMs == null ? '' : `, ready ${relativeTime(now + position.etaMs)}`;
  const prompt = isOpen ? ` “${quotedText(request.prompt, PROMPT_LENGTH)}”` : '';
  return `- ${where}: ${userMention(userId)}${prompt}${eta}`;
}

function deadLetterLine({ attempts, userId, request }: Job): string {
  return `- given up, it crashed the music engine ${counted(attempts, 'time')}: ${userMention(userId)} “${quotedText(request.prompt, PROMPT_LENGTH)}”`;
}
