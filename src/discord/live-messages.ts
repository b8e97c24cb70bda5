import { msSince, throttle, within } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { damagedJob } from '../queue/damaged-job.ts';
import type { Job, ReplyTarget } from '../queue/job.ts';
import type { ResultStore } from '../queue/result-store.ts';
import type { RiffQueue } from '../queue/riff-queue.ts';
import { BatchMessages } from './batch-messages.ts';
import { answerIsOpen } from './deliver.ts';
import { EndNotifier, type EndNotifierParts } from './end-notifier.ts';
import {
  type Card,
  type CardState,
  type FirstText,
  isUnanswered,
  lateWordInMs,
  newCard,
  noteJob,
  paceOf,
  steadyEstimate,
  URGENCY,
  urgencyOf,
} from './live-card.ts';
import { faultOf, type MessageContent } from './message-api.ts';
import { finishedRiff, lateCard, runningCard, waitingCard } from './riff-card.ts';
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

/**
 * Keeps the answers of waiting and running jobs up to date: one message each, edited only when its text changed, within
 * Discord's rate limits, and never delaying an answer. Stops when delivery begins, so that no late edit overwrites the
 * result.
 */
export class LiveMessages {
  readonly #parts: LiveMessageParts;
  readonly #cards = new Map<string, Card>();
  readonly #firstTexts: SendBudget;
  readonly #budget: SendBudget;
  readonly #endNotifier: EndNotifier;
  readonly #batches: BatchMessages;
  readonly #unsubscribe: (() => void)[];
  /** Updates the positions on all waiting cards, once for any number of changes. */
  readonly #review: ReturnType<typeof throttle>;

  constructor(parts: LiveMessageParts) {
    this.#parts = parts;
    const { queue, clock } = parts;
    this.#firstTexts = new SendBudget(FIRST_TEXT_BUDGET, clock);
    this.#budget = new SendBudget(CARD_BUDGET, clock);
    this.#review = throttle(() => void this.#reviewCards(), REVIEW_MS, clock);
    this.#batches = new BatchMessages({ ...parts, budget: this.#budget });
    this.#endNotifier = new EndNotifier({ ...parts, budget: this.#budget, batches: this.#batches });
    const update = (job: Job): void => this.#update(job);
    this.#unsubscribe = [
      queue.on('changed', () => this.#onChanged()),
      queue.on('adopted', (job) => this.#adopt(job)),
      queue.on('started', update),
      queue.on('progress', update),
      queue.on('preview', (job, jpeg) => this.#preview(job, jpeg)),
      queue.on('retrying', update),
      queue.on('rendered', (job) => this.#hide(job)),
      queue.on('done', (job) => this.#finish(job)),
      queue.on('failed', (job) => this.#close(job)),
      queue.on('cancelled', (job) => this.#close(job)),
    ];
  }

  /**
   * Updates the job's answer from now on. `job.target` may be a newer interaction than the stored one; `known` is what the
   * answer shows already, or which position saves reading the queue for its first text.
   */
  follow(job: Job, known: FirstText | null = null): void {
    if (job.target.batch) {
      this.#batches.touch(job);
      return;
    }
    // The next job may be running already; of any other the positions tell within a second.
    const isNext = (known?.position?.number ?? 1) <= 1;
    this.#open(job, { ...known, ...(isNext && { position: null }) });
    if (isNext || known?.content === null) this.#touch(this.#cards.get(job.id));
    // The queue may have changed before this card was registered.
    this.#onChanged();
  }

  /** The job's result goes into the answer to this newer interaction. */
  answerIn(jobId: string, target: ReplyTarget): void {
    this.#endNotifier.answerIn(jobId, target);
  }

  /** Stops all messages about this job: another process answered its interaction. */
  disown(jobId: string): void {
    this.#drop(jobId);
    this.#endNotifier.disown(jobId);
  }

  /** Resolves when the requests under way have ended, or after 3 s. */
  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#review.stop();
    for (const id of [...this.#cards.keys()]) this.#drop(id);
    this.#endNotifier.stop();
    this.#batches.stop();
    const stopped = Promise.all([this.#firstTexts.stop(), this.#budget.stop()]);
    await within(stopped, STOP_LIMIT_MS, this.#parts.clock);
  }

  /** Goes on where another process stopped. Its card already shows a text, so none is urgent. */
  #adopt(job: Job): void {
    const { kind } = job.state;
    if (kind === 'failed' || kind === 'cancelled') this.#endNotifier.notify(job);
    if (job.target.batch) return;
    if (kind === 'waiting' || kind === 'running') this.#open(job, { isEdited: true });
    if (kind === 'running') this.#touch(this.#cards.get(job.id));
  }

  #open(job: Job, known: Partial<FirstText & Pick<Card, 'isEdited'>>): void {
    const { preview = null } = this.#cards.get(job.id) ?? {};
    this.#drop(job.id);
    const { clock } = this.#parts;
    const card: Card = { ...newCard(job, clock.now()), ...known, preview };
    card.cancelLateWord = clock.after(lateWordInMs(job, clock.now()), () => this.#sayLate(card));
    this.#cards.set(job.id, card);
  }

  #update(job: Job): void {
    const card = this.#cards.get(job.id);
    if (!card) return;
    noteJob(card, job);
    this.#touch(card);
  }

  #preview(job: Job, jpeg: Uint8Array): void {
    const card = this.#cards.get(job.id);
    if (card) Object.assign(card, { preview: jpeg, showsPreview: false });
    this.#update(job);
  }

  /** Something about the card may have changed. */
  #touch(card: Card | undefined): void {
    switch (card?.state) {
      case 'sending':
        card.state = 'resend';
        break;
      case 'idle':
      case 'dirty':
        this.#plan(card);
        break;
    }
  }

  #plan(card: Card): void {
    card.cancelEdit();
    card.state = 'dirty';
    const edit = (): Promise<boolean> => this.#edit(card);
    const schedule = (): void => {
      card.cancelEdit = this.#budget.schedule(urgencyOf(card), edit);
    };
    const { clock } = this.#parts;
    const delayMs = paceOf(card) - msSince(card.editedAt, clock.now());
    if (isUnanswered(card)) card.cancelEdit = this.#firstTexts.schedule(0, edit);
    else if (delayMs <= 0) schedule();
    else card.cancelEdit = clock.after(delayMs, schedule);
  }

  #onChanged(): void {
    if (this.#cards.values().some(({ job }) => job.state.kind === 'waiting')) this.#review.call();
  }

  async #reviewCards(): Promise<void> {
    // An edit that needs a position reports the same fault.
    const positions = await this.#parts.queue.positions().catch(() => null);
    if (positions === null) return;
    for (const card of this.#cards.values()) {
      if (card.job.state.kind !== 'waiting') continue;
      // Null: it no longer waits and its event was missed; the edit reads its state.
      card.position = positions.get(card.job.id) ?? null;
      if (card.state !== 'dirty') this.#touch(card);
    }
  }

  /** Resolves true when a request was made. */
  async #edit(card: Card): Promise<boolean> {
    card.state = 'sending';
    const message = await this.#messageFor(card).catch((error: unknown) => this.#logged(card.job, error));
    const isOpen = (): boolean => this.#cards.get(card.job.id) === card;
    const isNews = message !== null && isOpen() && (message.content !== card.content || !!message.files);
    if (isNews) {
      card.content = message.content;
      card.showsPreview ||= message.files !== undefined;
      card.editedAt = this.#parts.clock.now();
      card.isEdited = true;
      await this.#send(card, message);
    }
    const hasChanged = (card.state as CardState) === 'resend';
    card.state = 'idle';
    if (hasChanged && isOpen()) this.#plan(card);
    return isNews;
  }

  /** Null: a job in this state has no card. */
  async #messageFor(card: Card): Promise<MessageContent | null> {
    // It may have been claimed before the card was registered.
    const job = noteJob(card, this.#parts.queue.live(card.job.id) ?? card.job);
    if (job.state.kind === 'running')
      return runningCard(job, job.state.progress, card.showsPreview ? 'shown' : card.preview);
    if (job.state.kind !== 'waiting') return null;
    // The next attempt paints it anew, and an edit without files takes the old one away.
    Object.assign(card, { preview: null, showsPreview: false });
    const isFirst = card.content === null && card.position !== null;
    const position = isFirst ? card.position : await this.#parts.queue.position(job.id);
    if (position === null || position.number === 0) return this.#catchUp(card);
    card.position = position;
    card.readyAt = steadyEstimate(card.readyAt, position, this.#parts.clock.now());
    return waitingCard(job, position, card.readyAt);
  }

  /** Reads the job's state again: it may have changed before the card was registered. */
  async #catchUp(card: Card): Promise<MessageContent | null> {
    const before = card.job;
    const job = await this.#parts.queue.get(card.job.id);
    // The job changed while its state was read; the card is sent again.
    if (card.job !== before) return null;
    if (job?.state.kind === 'running') return runningCard(noteJob(card, job), job.state.progress);
    if (job?.state.kind === 'done') this.#finish(job);
    else if (job?.state.kind === 'rendered') this.#hide(job);
    else if (job?.state.kind === 'failed' || job?.state.kind === 'cancelled') this.#close(job);
    else if (job === null) this.#close(damagedJob(card.job, this.#parts));
    return null;
  }

  async #send({ job }: Card, message: MessageContent): Promise<void> {
    try {
      await this.#parts.messages.editAnswer(job.target, message);
    } catch (error) {
      this.#logged(job, error);
      if (faultOf(error) !== 'passing') this.#drop(job.id);
      if (faultOf(error) === 'answer_gone' && !answerIsOpen(job, this.#parts.clock.now()))
        this.#dropOlder(job.target.tokenExpiresAt);
    }
  }

  /** The clock is right: answers that closed earlier than one that is closed are not tried, each in vain. */
  #dropOlder(expiredAt: number): void {
    for (const { job } of this.#cards.values())
      if (job.target.tokenExpiresAt <= expiredAt) this.#drop(job.id);
  }

  #sayLate(card: Card): void {
    this.#drop(card.job.id);
    this.#sendSoon(card, async () => lateCard(card.job));
  }

  /** Sends a collected riff: its user pressed Collect, so there is a new answer to edit. */
  #finish(job: Job): void {
    this.#endNotifier.forget(job.id);
    const card = this.#cards.get(job.id);
    this.#drop(job.id);
    if (!card || job.state.kind !== 'done' || job.state.messageId !== null) return;
    if (!answerIsOpen(card.job, this.#parts.clock.now())) return;
    const { files } = job.state;
    this.#sendSoon(card, () => finishedRiff(job, files, this.#parts.results));
  }

  #sendSoon(card: Card, compose: () => Promise<MessageContent | null>): void {
    this.#budget.schedule(URGENCY.end, async () => {
      const message = await compose().catch((error: unknown) => this.#logged(card.job, error));
      if (message !== null) await this.#send(card, message);
      return message !== null;
    });
  }

  /** The job failed or was cancelled. */
  #close(job: Job): void {
    const target = this.#cards.get(job.id)?.job.target ?? job.target;
    this.#drop(job.id);
    this.#endNotifier.notify({ ...job, target });
  }

  /** From here on `#messageFor` has nothing to show; the card only remembers where the answer is. */
  #hide(job: Job): void {
    const card = this.#cards.get(job.id);
    if (!card) return;
    card.cancelEdit();
    card.cancelLateWord();
    noteJob(card, job);
  }

  #drop(jobId: string): void {
    const card = this.#cards.get(jobId);
    if (!card) return;
    card.cancelEdit();
    card.cancelLateWord();
    this.#cards.delete(jobId);
  }

  #logged(job: Job, error: unknown): null {
    this.#parts.log.warn({ jobId: job.id, error: messageOf(error) }, 'an answer was not updated');
    return null;
  }
}
