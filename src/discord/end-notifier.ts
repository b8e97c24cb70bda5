import { userMention } from 'discord.js';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Job, ReplyTarget } from '../queue/job.ts';
import type { JobStore } from '../queue/job-store.ts';
import { URGENCY } from './live-card.ts';
import { faultOf, type MessageApi, type MessageContent } from './message-api.ts';
import { answerIsOpen } from './reply.ts';
import { cancelledCard, failedCard } from './riff-card.ts';
import type { SendBudget } from './send-budget.ts';

export interface EndNotifierParts {
  readonly notices: Pick<JobStore, 'markNotified'>;
  readonly messages: MessageApi;
  readonly clock: Clock;
  readonly log: Log;
  readonly budget: SendBudget;
}

interface Parts extends EndNotifierParts {
  /** For the answers that several jobs share. */
  readonly batches: { show(job: Job): Promise<void> };
}

/**
 * Notifies users that their job failed or was cancelled: edits the answer, or posts a message if it cannot be edited.
 * Retries after temporary faults until it succeeds, also after a restart.
 */
export class EndNotifier {
  readonly #parts: Parts;
  readonly #targets = new Map<string, ReplyTarget>();
  readonly #disowned = new Set<string>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** `job` failed or was cancelled. */
  notify(job: Job): void {
    const { budget, log } = this.#parts;
    const told = { ...job, target: this.#targets.get(job.id) ?? job.target };
    budget.insist(
      URGENCY.end,
      () => this.#notifyOnce(told),
      (error, retry) => {
        const facts = { jobId: job.id, ...retry, error: messageOf(error) };
        log.warn(facts, 'a user could not be notified yet');
        return true;
      },
    );
  }

  /** The job's end will be shown in the answer to this newer interaction. */
  answerIn(jobId: string, target: ReplyTarget): void {
    this.#targets.set(jobId, target);
  }

  /** The job was delivered, so no notice is needed. */
  forget(jobId: string): void {
    this.#targets.delete(jobId);
    this.#disowned.delete(jobId);
  }

  /** Sends no notice when this job ends. */
  disown(jobId: string): void {
    this.#disowned.add(jobId);
  }

  async #notifyOnce(job: Job): Promise<void> {
    const { notices, clock } = this.#parts;
    if (!this.#disowned.has(job.id)) await this.#notify(job);
    await notices.markNotified(job.id, clock.now());
    this.forget(job.id);
  }

  /** Rejects on a temporary fault; gives up if the user cannot be reached. */
  async #notify(job: Job): Promise<void> {
    const { messages, batches, clock, log } = this.#parts;
    const message = job.state.kind === 'failed' ? failedCard(job) : cancelledCard(job);
    try {
      await (job.target.batch ? batches.show(job) : messages.editAnswer(job.target, message));
    } catch (error) {
      if (faultOf(error) === 'passing' && answerIsOpen(job.target, clock.now())) throw error;
      if (!job.target.canPost) return;
      await this.#post(job, message).catch((postError: unknown) => {
        if (faultOf(postError) === 'passing') throw postError;
        log.warn({ jobId: job.id, error: messageOf(postError) }, 'a user cannot be notified');
      });
    }
  }

  async #post(job: Job, message: MessageContent): Promise<void> {
    const { messages } = this.#parts;
    const { channelId } = job.target;
    const content = `${userMention(job.userId)} ${message.content}`;
    const isTold = ({ content: said }: { readonly content: string }): boolean => said === content;
    if ((await messages.findOwn(channelId, isTold, job.createdAt)) !== null) return;
    await messages.post(channelId, { content, pingUserId: job.userId, nonce: job.id });
  }
}
