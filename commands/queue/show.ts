import { type Interaction, MessageFlags } from 'discord.js';
import type { BotParts, ComponentInteraction } from '../../src/discord/command.ts';
import { isModerator } from '../../src/discord/permissions.ts';
import { answerPrivately } from '../../src/discord/private-answer.ts';
import { quotedText } from '../../src/discord/safe-text.ts';
import { relativeTime } from '../../src/discord/text.ts';
import type { QueueListing } from '../../src/queue/contract.ts';
import type { Job, QueueScope } from '../../src/queue/job.ts';

const SHOWN = 10;
const PROMPT_LENGTH = 60;

/**
 * What runs and waits in this server, or of this person in a DM. Everybody sees positions; prompts only their own, and
 * moderators those of their server. Jobs from elsewhere are numbers.
 */
export async function show(interaction: Interaction, bot: BotParts): Promise<string> {
  const { guildId, user } = interaction;
  const scope: QueueScope = guildId === null ? { kind: 'user', userId: user.id } : { kind: 'guild', guildId };
  const [all, here] = await Promise.all([bot.queue.list({ kind: 'all' }), bot.queue.list(scope)]);
  const jobs = [...here.running, ...here.waiting];
  const isOpenTo = (job: Job): boolean => job.userId === user.id || isModerator(interaction, bot);
  const lines = await Promise.all(jobs.slice(0, SHOWN).map((job) => lineOf(job, isOpenTo(job), bot)));
  const rest = jobs.length > SHOWN ? [`… and ${jobs.length - SHOWN} more`] : [];
  const crashed = isModerator(interaction, bot) ? here.quarantined.map(quarantinedLine) : [];
  return [headOf(all, jobs.length, here), ...lines, ...rest, ...crashed].join('\n');
}

/** The same view for those whom the command itself is not shown to. */
export async function showByButton(
  interaction: ComponentInteraction,
  _jobId: string,
  bot: BotParts,
): Promise<void> {
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  await answerPrivately(interaction, await show(interaction, bot));
}

function headOf(all: QueueListing, count: number, { pause, hold }: QueueListing): string {
  const counts = `${all.running.length} running and ${all.waiting.length} waiting in all, ${count} of them from here`;
  const held =
    hold && ` · **held** since ${relativeTime(hold.since)}: the music engine is out of order, ${hold.reason}`;
  return `**Queue:** ${counts}${pause ? ' · **paused**' : ''}${held ?? ''}`;
}

async function lineOf(job: Job, isOpen: boolean, bot: BotParts): Promise<string> {
  const place = await bot.queue.place(job.id);
  const isRunning = job.state.kind === 'running';
  const where = isRunning ? 'running' : `number ${place?.position ?? '?'}`;
  const eta = place?.etaMs == null ? '' : `, ${relativeTime(bot.clock.now() + place.etaMs)}`;
  const prompt = isOpen ? ` “${quotedText(job.request.prompt, PROMPT_LENGTH)}”` : '';
  return `- ${where}: <@${job.userId}>${prompt}${eta}`;
}

function quarantinedLine(job: Job): string {
  return `- given up after ${job.attempts} crashes: <@${job.userId}> “${quotedText(job.request.prompt, PROMPT_LENGTH)}”`;
}
