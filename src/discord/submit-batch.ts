import type { BatchAdmission, JobDraft } from '../queue/job.ts';
import { randomId } from '../queue/random-id.ts';
import type { RequestOf } from '../riff/follow-up.ts';
import { REQUEST_LIMITS } from '../riff/request.ts';
import { batchCard } from './batch-card.ts';
import type { BotParts } from './command.ts';
import type { AnswerableInteraction } from './reply.ts';
import { steadyEstimate } from './riff-card.ts';
import { answerAccepted, answerWith, type MaybeLater, readRules, withdraw } from './submit-riff.ts';

/** Two pictures and two sounds at least; Discord allows ten files in a message. */
export const BATCH_LIMITS = { min: 2, max: 4 } as const;

type Accepted = Extract<BatchAdmission, { readonly kind: 'accepted' }>;

/**
 * Several riffs with seeds one after the other, in one message that fills up as they finish. Each is a job of its own, with
 * a turn of its own; all of them come in, or none. Throws UserError with the sentence for the user.
 */
export async function submitBatch(
  interaction: AnswerableInteraction,
  requestOf: MaybeLater<RequestOf>,
  count: number,
  bot: BotParts,
): Promise<void> {
  const deciding = enqueue(interaction, requestOf, count, bot);
  await answerWith(interaction, deciding, (accepted) => acknowledge(interaction, accepted, bot), bot);
}

async function enqueue(
  interaction: AnswerableInteraction,
  requestOf: MaybeLater<RequestOf>,
  count: number,
  bot: BotParts,
): Promise<BatchAdmission> {
  const { draftOf, limits } = await readRules(interaction, null, bot);
  return bot.queue.enqueueAll(draftsOf(await draftOf(requestOf), count), limits);
}

function draftsOf(draft: JobDraft, count: number): readonly JobDraft[] {
  const { request, target } = draft;
  const { min, max } = REQUEST_LIMITS.seed;
  const batch = Array.from({ length: count }, () => randomId());
  return batch.map((id, index) => {
    // Behind the last seed comes the first.
    const seed = min + ((request.seed - min + index) % (max - min + 1));
    return { ...draft, id, request: { ...request, seed }, target: { ...target, batch } };
  });
}

async function acknowledge(
  interaction: AnswerableInteraction,
  { all }: Accepted,
  bot: BotParts,
): Promise<void> {
  const jobs = all.map(({ job }) => job);
  const [first] = jobs;
  if (!first) return;
  if (interaction.deferred) return bot.live.follow(first);
  const now = bot.clock.now();
  const shown = all.map(
    ({ job, position }) => [job.id, { ...position, readyAt: steadyEstimate(null, position, now) }] as const,
  );
  const card = batchCard({ target: first.target, jobs, positions: new Map(shown), now });
  if ((await answerAccepted(interaction, first, card, bot)) !== 'nobodys') return bot.live.follow(first);
  for (const job of jobs) await withdraw(job, bot);
}
