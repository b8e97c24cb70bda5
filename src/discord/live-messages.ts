import { throttle, within } from '../clock.ts';
import type { Job, ReplyTarget } from '../queue/job.ts';
import type { ResultStore } from '../queue/ports.ts';
import type { RiffQueue } from '../queue/riff-queue.ts';
import { BatchMessages } from './batch-messages.ts';
import { EndNotifier, type EndNotifierParts } from './end-notifier.ts';
import { finishedRiff } from './finished-riff.ts';
import { type FirstText, type KnownAnswer, LiveCard, type LiveCardParts } from './live-card.ts';
import { answerIsOpen } from './reply.ts';
import { SendBudget } from './send-budget.ts';

export interface LiveMessageParts extends Omit<EndNotifierParts, 'budget'> {
  readonly queue: RiffQueue;
  readonly results: Pick<ResultStore, 'read'>;
}

/** A part of the 50 requests a second that Discord allows; the rest is for all other answers. */
const FIRST_TEXT_BUDGET = { perSecond: 30, atOnce: 30 };
const CARD_BUDGET = { perSecond: 10, atOnce: 10 };
const STOP_LIMIT_MS = 3000;
/** The least time between two looks at the positions. */
const REVIEW_MS = 1000;

type Done = Extract<Job['state'], { readonly kind: 'done' }>;

const NOTHING_KNOWN: FirstText = { content: null, position: null, readyAt: null };
const EDITED: KnownAnswer = { ...NOTHING_KNOWN, isEdited: true };

/**
 * Keeps the answers of waiting and running jobs up to date: one card each, within Discord's rate limits, and never delaying
 * an answer. Stops when delivery begins, so that no late edit overwrites the result. Jobs that share an answer have a
 * message of their own kind.
 */
export class LiveMessages {
  readonly #parts: LiveMessageParts;
  readonly #cards = new Map<string, LiveCard>();
  readonly #cardParts: LiveCardParts;
  readonly #endNotifier: EndNotifier;
  readonly #batches: BatchMessages;
  readonly #unsubscribe: (() => void)[];
  /** Updates the positions on all waiting cards, once for any number of changes. */
  readonly #review: ReturnType<typeof throttle>;

  constructor(parts: LiveMessageParts) {
    this.#parts = parts;
    const { queue, clock } = parts;
    const budget = new SendBudget(CARD_BUDGET, clock);
    this.#cardParts = {
      ...parts,
      firstTexts: new SendBudget(FIRST_TEXT_BUDGET, clock),
      budget,
      onEnded: (job) => this.#onEnded(job),
      onClosed: (card) => this.#forget(card),
      onExpired: (expiredAt) => this.#closeOlder(expiredAt),
    };
    this.#review = throttle(() => void this.#reviewCards(), REVIEW_MS, clock);
    this.#batches = new BatchMessages({ ...parts, budget });
    this.#endNotifier = new EndNotifier({ ...parts, budget, batches: this.#batches });
    const update = (job: Job): void => this.#update(job);
    const end = (job: Job): void => this.#onEnded(job);
    this.#unsubscribe = [
      queue.on('changed', () => this.#onChanged()),
      queue.on('adopted', (job) => this.#adopt(job)),
      queue.on('started', update),
      queue.on('progress', update),
      queue.on('preview', (job, jpeg) => this.#cards.get(job.id)?.showPreview(job, jpeg)),
      queue.on('retrying', update),
      queue.on('rendered', end),
      queue.on('done', end),
      queue.on('failed', end),
      queue.on('cancelled', end),
    ];
  }

  /**
   * Updates the job's answer from now on. `job.target` may be a newer interaction than the stored one; `known` is what the
   * answer shows already, or which position saves reading the queue for its first text.
   */
  follow(job: Job, known: FirstText = NOTHING_KNOWN): void {
    if (job.target.batch) {
      this.#batches.touch(job);
      return;
    }
    // The next job may be running already; of any other the positions tell within a second.
    const isNext = (known.position?.number ?? 1) <= 1;
    const card = this.#open(job, isNext ? { ...known, position: null } : known);
    if (isNext || known.content === null) card.touch();
    // The queue may have changed before this card was registered.
    this.#onChanged();
  }

  /** The job's result goes into the answer to this newer interaction. */
  answerIn(jobId: string, target: ReplyTarget): void {
    this.#endNotifier.answerIn(jobId, target);
  }

  /** Stops all messages about this job: another process answered its interaction. */
  disown(jobId: string): void {
    this.#cards.get(jobId)?.close();
    this.#endNotifier.disown(jobId);
  }

  /** Resolves when the requests under way have ended, or after 3 s. */
  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#review.stop();
    for (const card of [...this.#cards.values()]) card.close();
    this.#batches.stop();
    const { firstTexts, budget } = this.#cardParts;
    await within(Promise.all([firstTexts.stop(), budget.stop()]), STOP_LIMIT_MS, this.#parts.clock);
  }

  /** Continues the card of another process. It already shows a text, so no edit is urgent. */
  #adopt(job: Job): void {
    const { kind } = job.state;
    if (kind === 'failed' || kind === 'cancelled') this.#endNotifier.notify(job);
    if (job.target.batch) this.#batches.touch(job);
    else if (kind === 'waiting') this.#open(job, EDITED);
    else if (kind === 'running') this.#open(job, EDITED).touch();
  }

  #open(job: Job, known: KnownAnswer): LiveCard {
    const { preview = null } = this.#cards.get(job.id) ?? {};
    this.#cards.get(job.id)?.close();
    const card = new LiveCard(job, { ...known, preview }, this.#cardParts);
    this.#cards.set(job.id, card);
    return card;
  }

  #forget(card: LiveCard): void {
    if (this.#cards.get(card.job.id) === card) this.#cards.delete(card.job.id);
  }

  #update(job: Job): void {
    if (job.target.batch) this.#batches.touch(job);
    else this.#cards.get(job.id)?.update(job);
  }

  #onChanged(): void {
    if (this.#cards.values().some(({ job }) => job.state.kind === 'waiting')) this.#review.call();
  }

  async #reviewCards(): Promise<void> {
    // An edit that needs a position reports the same fault.
    const positions = await this.#parts.queue.positions().catch(() => null);
    if (positions === null) return;
    for (const card of this.#cards.values())
      if (card.job.state.kind === 'waiting') card.moveTo(positions.get(card.job.id) ?? null);
  }

  /** The clock is right: answers that closed earlier than one that is closed are not tried, each in vain. */
  #closeOlder(expiredAt: number): void {
    for (const card of this.#cards.values()) if (card.job.target.tokenExpiresAt <= expiredAt) card.close();
  }

  /** The job neither waits nor runs any more. */
  #onEnded(job: Job): void {
    const card = this.#cards.get(job.id) ?? null;
    switch (job.state.kind) {
      case 'rendered':
        card?.hide(job);
        break;
      case 'done':
        this.#finish(job, job.state, card);
        break;
      case 'failed':
      case 'cancelled':
        card?.close();
        this.#endNotifier.notify(card ? { ...job, target: card.job.target } : job);
        break;
      case 'waiting':
      case 'running':
    }
  }

  /** Sends a collected riff: its user pressed Collect, so there is a new answer to edit. */
  #finish(job: Job, { files, messageId }: Done, card: LiveCard | null): void {
    this.#endNotifier.forget(job.id);
    if (job.target.batch) this.#batches.touch(job);
    if (card && messageId === null && answerIsOpen(card.job.target, this.#parts.clock.now()))
      card.closeWith(() => finishedRiff(job, files, this.#parts.results));
    else card?.close();
  }
}
