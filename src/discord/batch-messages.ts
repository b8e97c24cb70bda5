import { throttle } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { isUnfinished, type Job, type ReplyTarget } from '../queue/job.ts';
import type { RiffQueue } from '../queue/riff-queue.ts';
import { batchCard, type ShownPosition } from './batch-card.ts';
import type { EndNotifierParts } from './end-notifier.ts';
import { lateWordInMs, RUNNING_PACE_MS, URGENCY, WAITING_PACE_MS } from './live-card.ts';
import { faultOf, type MessageContent } from './message-api.ts';
import { answerIsOpen } from './reply.ts';
import { steadyEstimate } from './riff-card.ts';

export interface BatchMessagesParts extends Pick<EndNotifierParts, 'messages' | 'clock' | 'log' | 'budget'> {
  readonly queue: RiffQueue;
}

const HAVE_ENDED: ReadonlySet<Job['state']['kind']> = new Set(['done', 'failed', 'cancelled']);

/** The jobs that share an answer, in their order; null: deleted. Empty where the answer is one job's alone. */
export async function jobsSharing(
  { batch = [] }: ReplyTarget,
  queue: Pick<RiffQueue, 'get'>,
): Promise<readonly (Job | null)[]> {
  return Promise.all(batch.map((id) => queue.get(id)));
}

/** The message of one batch, while it can be edited. */
interface BatchMessage {
  readonly target: ReplyTarget;
  /** The text that this process has put there last. */
  shown: string;
  readyAt: ReadonlyMap<string, number | null>;
  readonly edit: ReturnType<typeof throttle>;
  readonly cancelLateWord: () => void;
}

/**
 * Keeps the messages of batches up to date. What a message says is made of the stored jobs alone, so any process writes the
 * same; the files come with the deliveries.
 */
export class BatchMessages {
  readonly #parts: BatchMessagesParts;
  readonly #messages = new Map<string, BatchMessage>();
  /** While there are messages. */
  #unsubscribe: (() => void) | null = null;
  readonly #review: ReturnType<typeof throttle>;

  constructor(parts: BatchMessagesParts) {
    this.#parts = parts;
    this.#review = throttle(() => this.#reviewAll(), WAITING_PACE_MS, parts.clock);
  }

  /** Something about this job of a batch has changed. */
  touch({ target }: Job): void {
    if (this.#isOpen(target)) this.#messageAt(target).edit.call();
  }

  /** Brings the message up to date now. Rejects where it cannot be edited. */
  async show({ target }: Job): Promise<void> {
    await this.#update(this.#messageAt(target));
  }

  stop(): void {
    this.#review.stop();
    for (const message of [...this.#messages.values()]) this.#drop(message);
  }

  #isOpen(target: ReplyTarget): boolean {
    return answerIsOpen(target, this.#parts.clock.now());
  }

  #messageAt(target: ReplyTarget): BatchMessage {
    const known = this.#messages.get(target.interactionToken);
    if (known) return known;
    const { queue, clock, budget } = this.#parts;
    this.#unsubscribe ??= queue.on('changed', () => this.#review.call());
    const edit = (): void => void budget.schedule(URGENCY.running, () => this.#tryUpdate(message));
    const message: BatchMessage = {
      target,
      shown: '',
      readyAt: new Map(),
      edit: throttle(edit, RUNNING_PACE_MS, clock),
      cancelLateWord: clock.after(lateWordInMs(target, clock.now()), () => message.edit.call()),
    };
    this.#messages.set(target.interactionToken, message);
    return message;
  }

  #reviewAll(): void {
    for (const message of this.#messages.values())
      if (this.#isOpen(message.target)) message.edit.call();
      else this.#drop(message);
  }

  /** Resolves true when a request was made. */
  async #tryUpdate(message: BatchMessage): Promise<boolean> {
    try {
      return await this.#update(message);
    } catch (error) {
      this.#parts.log.warn({ error: messageOf(error) }, 'the message of a batch was not updated');
      // Nothing else may change for long.
      if (faultOf(error) === 'passing' && this.#isOpen(message.target)) message.edit.call();
      return true;
    }
  }

  async #update(message: BatchMessage): Promise<boolean> {
    const { jobs, card } = await this.#compose(message);
    const wanted = JSON.stringify(card);
    const isNews = wanted !== message.shown;
    if (isNews) await this.#parts.messages.editAnswer(message.target, card);
    message.shown = wanted;
    if (jobs.every((job) => job === null || HAVE_ENDED.has(job.state.kind))) this.#drop(message);
    return isNews;
  }

  async #compose(
    message: BatchMessage,
  ): Promise<{ readonly jobs: readonly (Job | null)[]; readonly card: MessageContent }> {
    const { queue, clock } = this.#parts;
    const { target } = message;
    const jobs = await jobsSharing(target, queue);
    const positions = await this.#positionsOf(jobs, message);
    return { jobs, card: batchCard({ target, jobs, positions, now: clock.now() }) };
  }

  async #positionsOf(
    jobs: readonly (Job | null)[],
    message: BatchMessage,
  ): Promise<ReadonlyMap<string, ShownPosition>> {
    const shown = new Map<string, ShownPosition>();
    if (!jobs.some((job) => job && isUnfinished(job))) return shown;
    const positions = await this.#parts.queue.positions();
    for (const id of message.target.batch ?? []) {
      const position = positions.get(id);
      if (!position) continue;
      const before = message.readyAt.get(id) ?? null;
      shown.set(id, { ...position, readyAt: steadyEstimate(before, position, this.#parts.clock.now()) });
    }
    message.readyAt = new Map([...shown].map(([id, { readyAt }]) => [id, readyAt]));
    return shown;
  }

  #drop(message: BatchMessage): void {
    message.edit.stop();
    message.cancelLateWord();
    this.#messages.delete(message.target.interactionToken);
    if (this.#messages.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }
}
