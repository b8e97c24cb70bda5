import {
  ApplicationCommandOptionType,
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  MessageFlags,
} from 'discord.js';
import { collectRiff, isUncollected } from '../src/discord/collect-riff.ts';
import {
  ANYWHERE,
  type BotParts,
  type Choice,
  type Command,
  type CommandDefinition,
} from '../src/discord/command.ts';
import { jobChoices } from '../src/discord/options.ts';
import { mayControl, requireJob } from '../src/discord/permissions.ts';
import { recordAct } from '../src/discord/record-act.ts';
import { answerPrivately, type ComponentInteraction, replyTarget } from '../src/discord/reply.ts';
import { UserError } from '../src/errors.ts';
import type { CancelResult, Job } from '../src/queue/job.ts';

const definition = {
  ...ANYWHERE,
  name: 'cancel',
  description: 'Stop your own riff, waiting or running',
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
  const jobs = await bot.queue.unfinishedOf(interaction.user.id);
  const wanted = interaction.options.getString('job');
  const job = wanted === null ? jobs[0] : jobs.find(({ id }) => id === wanted);
  if (!job) throw new UserError(jobs.length === 0 ? NOTHING_TO_CANCEL : NO_SUCH_RIFF);
  const result = await bot.queue.cancel(job.id, { by: interaction.user.id, reason: '/cancel' });
  await answerPrivately(interaction, cancelText(result));
}

export const NOTHING_TO_CANCEL = 'You have no waiting or running riff.';
const NO_SUCH_RIFF = 'You have no such waiting or running riff; choose one from the list.';

async function autocomplete(interaction: AutocompleteInteraction, bot: BotParts): Promise<readonly Choice[]> {
  const jobs = await bot.queue.unfinishedOf(interaction.user.id);
  return jobChoices(jobs, interaction.options.getFocused());
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
    throw new UserError('Only the user who asked for this riff, or a moderator, may cancel it.');
  }
  await interaction.deferUpdate();
  bot.live.answerIn(jobId, replyTarget(interaction, bot.clock.now()));
  const result = await bot.queue.cancel(jobId, { by: actorId, reason: '' });
  if (result.kind === 'too_late' && isUncollected(result.job))
    return collectRiff(interaction, result.job, bot);
  if (result.kind !== 'cancelled') return answerPrivately(interaction, cancelText(result));
  if (actorId !== job.userId) {
    const act = { guildId: job.guildId, actorId, targetUserId: job.userId, jobId } as const;
    await recordAct(bot, { ...act, action: 'riff cancel' });
  }
}

export function cancelText(result: CancelResult): string {
  if (result.kind === 'cancelled') return 'Cancelled.';
  return result.kind === 'unknown' ? 'I no longer know this riff.' : tooLateText(result.job);
}

function tooLateText({ state }: Job): string {
  switch (state.kind) {
    case 'cancelled':
      return 'This riff was already cancelled.';
    case 'failed':
      return 'Too late: this riff failed.';
    default:
      return 'Too late: this riff is finished.';
  }
}
