import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Job, QueuePlace } from '../queue/job.ts';
import type { RiffQueue } from '../queue/riff-queue.ts';
import { answerIsOpen } from './deliver.ts';
import { finishedRiff } from './finished-riff.ts';
import { faultOf, type MessageApi, type MessageContent } from './message-api.ts';
import { cancelledCard, failedCard, lateCard, runningCard, waitingCard } from './riff-card.ts';

export interface LiveMessageParts {
  readonly queue: RiffQueue;
  readonly messages: MessageApi;
  readonly clock: Clock;
  readonly log: Log;
}

/** Edits of one message: running at most every 3 s, waiting at most every 12 s (Discord's 30 a minute per channel). */
const RUNNING_PACE_MS = 3000;
const WAITING_PACE_MS = 12_000;
/** How long before the token ends the last word is said. */
const LAST_WORD_MS = 30_000;
/** An estimate is corrected in the message when it is off by this share of what remains, or by this time. */
const ETA_TOLERANCE = { share: 0.2, ms: 15_000 };

interface Card {
  job: Job;
  /** What the message says now. */
  content: string;
  /** Epoch ms. */
  editedAt: number;
  readyAt: number | null;
  /** Its person has seen it run, and is told soon what becomes of it. */
  hasRun: boolean;
  /** Used up by the first edit. */
  knownPlace: QueuePlace | null;
  isSending: boolean;
  /** Something changed while an edit was under way. */
  isStale: boolean;
  callOffEdit: () => void;
  callOffLastWord: () => void;
}

/**
 * Keeps the answers of waiting and running jobs true: one message each, edited only when its text changed and never
 * faster than Discord likes. Ends where delivery begins, so that no late edit covers the result.
 */
export class LiveMessages {
  readonly #parts: LiveMessageParts;
  readonly #cards = new Map<string, Card>();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #unsubscribe: (() => void)[];

  constructor(parts: LiveMessageParts) {
    this.#parts = parts;
    const { queue } = parts;
    const update = (job: Job): void => this.#update(job);
    this.#unsubscribe = [
      queue.on('changed', () => this.#planWaiting()),
      queue.on('started', update),
      queue.on('progress', update),
      queue.on('retrying', update),
      queue.on('rendered', (job) => this.#hide(job)),
      queue.on('done', (job) => this.#finish(job)),
      queue.on('failed', (job) => this.#watch(this.#close(job, failedCard(job)))),
      queue.on('cancelled', (job) => this.#watch(this.#close(job, cancelledCard(job)))),
    ];
  }

  /** Takes up the jobs that waited or ran when the process ended. */
  async resume(): Promise<void> {
    const { running, waiting } = await this.#parts.queue.list({ kind: 'all' });
    for (const job of [...running, ...waiting]) this.follow(job);
  }

  /**
   * Shows the job in its answer from now on. `job.target` may be a newer interaction than the one in the store; `place`
   * saves the first look at the queue.
   */
  follow(job: Job, place: QueuePlace | null = null): void {
    this.#drop(job.id);
    const { clock } = this.#parts;
    if (!answerIsOpen(job, clock.now())) return;
    const lastWordInMs = Math.max(0, job.target.tokenExpiresAt - LAST_WORD_MS - clock.now());
    const card: Card = {
      job,
      content: '',
      editedAt: Number.NEGATIVE_INFINITY,
      readyAt: null,
      hasRun: job.attempts > 0,
      // Whoever is next may be running already.
      knownPlace: place !== null && place.position > 1 ? place : null,
      isSending: false,
      isStale: false,
      callOffEdit: () => {},
      callOffLastWord: clock.after(lastWordInMs, () => this.#sayLastWord(card)),
    };
    this.#cards.set(job.id, card);
    this.#plan(card);
  }

  /** Resolves when what was being sent has been. */
  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const id of [...this.#cards.keys()]) this.#drop(id);
    await Promise.allSettled(this.#underWay);
  }

  #update(job: Job): void {
    const card = this.#cards.get(job.id);
    if (!card) return;
    card.job = { ...job, target: card.job.target };
    this.#plan(card);
  }

  #planWaiting(): void {
    for (const card of this.#cards.values()) if (card.job.state.kind === 'waiting') this.#plan(card);
  }

  #plan(card: Card): void {
    card.callOffEdit();
    card.isStale = card.isSending;
    if (card.isSending) return;
    const { clock } = this.#parts;
    card.hasRun ||= card.job.state.kind === 'running';
    const paceMs = card.hasRun ? RUNNING_PACE_MS : WAITING_PACE_MS;
    const delayMs = card.editedAt + paceMs - clock.now();
    if (delayMs <= 0) this.#watch(this.#edit(card));
    else card.callOffEdit = clock.after(delayMs, () => this.#watch(this.#edit(card)));
  }

  async #edit(card: Card): Promise<void> {
    card.isSending = true;
    const message = await this.#messageFor(card).catch((error: unknown) => this.#logged(card.job, error));
    const isCurrent = this.#cards.get(card.job.id) === card;
    if (isCurrent && message && message.content !== card.content) {
      card.content = message.content;
      card.editedAt = this.#parts.clock.now();
      await this.#send(card, message);
    }
    card.isSending = false;
    if (card.isStale && this.#cards.get(card.job.id) === card) this.#plan(card);
  }

  /** Null: nothing to show in this state. */
  async #messageFor(card: Card): Promise<MessageContent | null> {
    const { job } = card;
    if (job.state.kind === 'running') return runningCard(job, job.state.progress);
    if (job.state.kind !== 'waiting') return null;
    const place = card.knownPlace ?? (await this.#parts.queue.place(job.id));
    card.knownPlace = null;
    if (place === null || place.position === 0) return this.#catchUp(card);
    card.readyAt = this.#steadyEstimate(card.readyAt, place);
    return waitingCard(job, place, card.readyAt);
  }

  /** The job went on before its card was here to see it. */
  async #catchUp(card: Card): Promise<MessageContent | null> {
    const before = card.job;
    const job = await this.#parts.queue.get(card.job.id);
    // Something newer came while it was read; the card is stale and will be looked at again.
    if (card.job !== before) return null;
    if (job?.state.kind === 'running') {
      card.job = { ...job, target: card.job.target };
      return runningCard(card.job, job.state.progress);
    }
    if (job?.state.kind === 'done') this.#finish(job);
    else if (job?.state.kind === 'rendered') this.#hide(job);
    else if (job?.state.kind !== 'waiting') this.#drop(card.job.id);
    return null;
  }

  /** The estimate already shown, as long as it is near enough: no edit for a second more or less. */
  #steadyEstimate(shown: number | null, place: QueuePlace): number | null {
    if (place.etaMs === null) return null;
    const readyAt = this.#parts.clock.now() + place.etaMs;
    const tolerance = Math.max(ETA_TOLERANCE.ms, ETA_TOLERANCE.share * place.etaMs);
    return shown !== null && Math.abs(shown - readyAt) <= tolerance ? shown : readyAt;
  }

  async #send(card: Card, message: MessageContent): Promise<void> {
    try {
      await this.#parts.messages.editAnswer(card.job.target, message);
    } catch (error) {
      this.#logged(card.job, error);
      if (faultOf(error) !== 'passing') this.#drop(card.job.id);
    }
  }

  #sayLastWord(card: Card): void {
    this.#drop(card.job.id);
    this.#watch(this.#send(card, lateCard(card.job)));
  }

  /** A riff that could go nowhere else: its person has pressed Collect and looks at a fresh answer. */
  #finish(job: Job): void {
    const card = this.#cards.get(job.id);
    this.#drop(job.id);
    if (!card || job.state.kind !== 'done' || job.state.messageId !== null) return;
    if (!answerIsOpen(card.job, this.#parts.clock.now())) return;
    const { files } = job.state;
    const sent = finishedRiff(job, files).then(
      (riff) => this.#send(card, riff),
      (error: unknown) => this.#logged(job, error),
    );
    this.#watch(sent);
  }

  /** The end without a riff is told as the riff would be: in the answer, else as a message. */
  async #close(job: Job, message: MessageContent): Promise<void> {
    const target = this.#cards.get(job.id)?.job.target ?? job.target;
    this.#drop(job.id);
    try {
      await this.#tell({ ...job, target }, message);
    } catch (error) {
      this.#logged(job, error);
    }
  }

  async #tell(job: Job, message: MessageContent): Promise<void> {
    const { clock, messages } = this.#parts;
    if (answerIsOpen(job, clock.now())) {
      await messages.editAnswer(job.target, message);
    } else if (job.target.canPost) {
      const content = `<@${job.userId}> ${message.content}`;
      await messages.post(job.target.channelId, { content, pingUserId: job.userId, nonce: job.id });
    }
  }

  /** From here on `#messageFor` has nothing to show; the card only remembers where the answer is. */
  #hide(job: Job): void {
    const card = this.#cards.get(job.id);
    if (!card) return;
    card.callOffEdit();
    card.callOffLastWord();
    card.job = { ...job, target: card.job.target };
  }

  #drop(jobId: string): void {
    const card = this.#cards.get(jobId);
    if (!card) return;
    card.callOffEdit();
    card.callOffLastWord();
    this.#cards.delete(jobId);
  }

  #watch(sending: Promise<unknown>): void {
    this.#underWay.add(sending);
    void sending.finally(() => this.#underWay.delete(sending));
  }

  #logged(job: Job, error: unknown): null {
    this.#parts.log.warn({ jobId: job.id, error: messageOf(error) }, 'an answer was not updated');
    return null;
  }
}
