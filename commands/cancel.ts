import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  InteractionContextType,
  MessageFlags,
} from 'discord.js';
import { collectRiff, isUncollected } from '../src/discord/collect-riff.ts';
import type {
  BotParts,
  Choice,
  Command,
  CommandDefinition,
  ComponentInteraction,
} from '../src/discord/command.ts';
import { mayControl, requireJob } from '../src/discord/permissions.ts';
import { answerPrivately } from '../src/discord/private-answer.ts';
import { recordAct } from '../src/discord/record-act.ts';
import { replyTarget } from '../src/discord/reply-target.ts';
import { cancelledCard } from '../src/discord/riff-card.ts';
import { plainText } from '../src/discord/safe-text.ts';
import { UserError } from '../src/errors.ts';
import type { CancelResult, Job } from '../src/queue/job.ts';

const MAX_CHOICES = 25;
const BUTTON_REASON = 'Cancel button';

const definition = {
  type: ApplicationCommandType.ChatInput,
  name: 'cancel',
  description: 'Stop your own riff, waiting or running',
  integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
  contexts: [
    InteractionContextType.Guild,
    InteractionContextType.BotDM,
    InteractionContextType.PrivateChannel,
  ],
  options: [
    {
      type: ApplicationCommandOptionType.String,
      name: 'job',
      description: 'Which one; left out: the newest',
      autocomplete: true,
    },
  ],
} satisfies CommandDefinition;

export const cancel: Command = { definition, run, autocomplete, components: { cancel: cancelByButton } };

async function run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const jobs = await unfinishedOf(interaction.user.id, bot);
  const wanted = interaction.options.getString('job');
  const job = wanted === null ? jobs[0] : jobs.find(({ id }) => id === wanted);
  if (!job) throw new UserError('You have no such riff waiting or running.');
  const result = await bot.queue.cancel(job.id, { by: interaction.user.id, reason: '/cancel' });
  await answerPrivately(interaction, sentenceOf(result));
}

async function autocomplete(interaction: AutocompleteInteraction, bot: BotParts): Promise<readonly Choice[]> {
  const jobs = await unfinishedOf(interaction.user.id, bot);
  return jobs.map(({ id, request, state }) => ({
    name: plainText(`${state.kind}: ${request.prompt}`, 100),
    value: id,
  }));
}

/** The requester, or a moderator, whose act is written down. */
async function cancelByButton(
  interaction: ComponentInteraction,
  jobId: string,
  bot: BotParts,
): Promise<void> {
  const job = await requireJob(interaction, jobId, bot);
  const actorId = interaction.user.id;
  if (!mayControl(interaction, job, bot)) {
    throw new UserError('Only the person who asked for this riff, or a moderator, may cancel it.');
  }
  await interaction.deferUpdate();
  const result = await bot.queue.cancel(jobId, {
    by: actorId,
    reason: actorId === job.userId ? '' : BUTTON_REASON,
  });
  if (result.kind === 'too_late' && isUncollected(result.job))
    return collectRiff(interaction, result.job, bot);
  if (result.kind !== 'cancelled') return answerPrivately(interaction, sentenceOf(result));
  if (actorId !== job.userId && job.guildId !== null) {
    const target = { targetUserId: job.userId, jobId, reason: BUTTON_REASON };
    await recordAct(bot, { guildId: job.guildId, actorId, action: 'cancel button', ...target });
  }
  await bot.messages.editAnswer(replyTarget(interaction), cancelledCard(result.job));
}

async function unfinishedOf(userId: string, bot: BotParts): Promise<readonly Job[]> {
  const jobs = await bot.queue.recentOf(userId, MAX_CHOICES);
  return jobs.filter(({ state }) => state.kind === 'waiting' || state.kind === 'running');
}

function sentenceOf(result: CancelResult): string {
  if (result.kind === 'unknown') return 'I no longer know this riff.';
  return result.kind === 'cancelled'
    ? 'Cancelled.'
    : `Too late: this riff is already ${result.job.state.kind}.`;
}
