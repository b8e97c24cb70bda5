import {
  ApplicationCommandOptionType,
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  MessageFlags,
} from 'discord.js';
import { jobsSharing } from '../src/discord/batch-messages.ts';
import { jobChoices } from '../src/discord/choices.ts';
import {
  ANYWHERE,
  type BotParts,
  type Choice,
  type Command,
  type CommandDefinition,
} from '../src/discord/command.ts';
import { localized } from '../src/discord/localized.ts';
import { mayControl, requireJob } from '../src/discord/permissions.ts';
import { recordAct } from '../src/discord/record-act.ts';
import { answerPrivately, type ComponentInteraction, replyTarget } from '../src/discord/reply.ts';
import { collectRiff, isUncollected } from '../src/discord/stored-riff.ts';
import { UserError } from '../src/errors.ts';
import { cancelTexts } from '../src/messages/cancel.ts';
import { inLocale } from '../src/messages/languages.ts';
import { type CancelResult, isUnfinished, type Job } from '../src/queue/job.ts';

const definition = {
  ...ANYWHERE,
  ...localized(cancelTexts, 'command'),
  options: [
    {
      ...localized(cancelTexts, 'job'),
      type: ApplicationCommandOptionType.String,
      autocomplete: true,
    },
  ],
} satisfies CommandDefinition;

export const cancel: Command = { definition, run, autocomplete, components: { cancel: cancelByButton } };

async function run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const text = inLocale(cancelTexts, interaction.locale);
  const jobs = await bot.queue.unfinishedOf(interaction.user.id);
  const wanted = interaction.options.getString('job');
  const job = wanted === null ? jobs[0] : jobs.find(({ id }) => id === wanted);
  if (!job) throw new UserError(jobs.length === 0 ? text.nothingToCancel : text.noSuchRiff);
  const result = await bot.queue.cancel(job.id, { by: interaction.user.id, reason: '/cancel' });
  await answerPrivately(interaction, cancelText(result, text));
}

async function autocomplete(interaction: AutocompleteInteraction, bot: BotParts): Promise<readonly Choice[]> {
  const jobs = await bot.queue.unfinishedOf(interaction.user.id);
  return jobChoices(jobs, interaction);
}

/** The requester, or a moderator, whose act is written down. */
async function cancelByButton(
  interaction: ComponentInteraction,
  jobId: string,
  bot: BotParts,
): Promise<void> {
  const job = await requireJob(interaction, jobId, bot);
  const actorId = interaction.user.id;
  const text = inLocale(cancelTexts, interaction.locale);
  if (!mayControl(interaction, job, bot)) {
    throw new UserError(text.notYours);
  }
  await interaction.deferUpdate();
  const result = await cancelAnswered(interaction, job, bot);
  if (result.kind === 'too_late' && isUncollected(result.job) && !job.target.batch)
    return collectRiff(interaction, result.job, bot);
  if (result.kind !== 'cancelled') return answerPrivately(interaction, cancelText(result, text));
  if (actorId !== job.userId) {
    const { guildLocale } = interaction;
    const act = { guildId: job.guildId, guildLocale, actorId, targetUserId: job.userId, jobId } as const;
    await recordAct(bot, { ...act, action: 'riff cancel' });
  }
}

/** Cancels every unfinished riff that shares the button's message; `cancelled` if at least one was cancelled. */
async function cancelAnswered(
  interaction: ComponentInteraction,
  { id: jobId, target: shown }: Job,
  bot: BotParts,
): Promise<CancelResult> {
  const { batch } = shown;
  const target = { ...replyTarget(interaction, bot.clock.now()), ...(batch && { batch }) };
  const together = await jobsSharing(shown, bot.queue);
  const unfinished = together.flatMap((job) => (job && isUnfinished(job) ? [job.id] : []));
  const results: CancelResult[] = [];
  // From the last to the first, so that none starts because an earlier one was cancelled.
  for (const id of unfinished.length > 0 ? unfinished.toReversed() : [jobId]) {
    bot.live.answerIn(id, target);
    results.push(await bot.queue.cancel(id, { by: interaction.user.id, reason: '' }));
  }
  return results.find(({ kind }) => kind === 'cancelled') ?? results[0] ?? { kind: 'unknown' };
}

export function cancelText(result: CancelResult, text: (typeof cancelTexts)['en']): string {
  if (result.kind === 'cancelled') return text.cancelled;
  if (result.kind === 'unknown') return text.unknown;
  switch (result.job.state.kind) {
    case 'cancelled':
      return text.alreadyCancelled;
    case 'failed':
      return text.alreadyFailed;
    default:
      return text.alreadyFinished;
  }
}
