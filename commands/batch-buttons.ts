import { numberInBatch } from '../src/discord/batch-card.ts';
import type { BotParts, Command } from '../src/discord/command.ts';
import { requireJob } from '../src/discord/permissions.ts';
import type { ComponentInteraction } from '../src/discord/reply.ts';
import { UserError } from '../src/errors.ts';
import { batchTexts } from '../src/messages/batch.ts';
import { inLocale } from '../src/messages/languages.ts';
import { repost } from './repost.ts';

/** Under a message of several riffs. */
export const batchButtons = { pick } satisfies Command['components'];

/** Any user may press it, since everybody here can hear what it posts anyway. */
async function pick(interaction: ComponentInteraction, jobId: string, bot: BotParts): Promise<void> {
  const job = await requireJob(interaction, jobId, bot);
  const { state } = job;
  if (state.kind === 'done') return repost(interaction, { ...job, state }, bot);
  const text = inLocale(batchTexts, interaction.locale);
  const number = numberInBatch(job);
  const isOver = state.kind === 'failed' || state.kind === 'cancelled';
  throw new UserError(isOver ? text.notThere(number) : text.notReady(number));
}
