import { type Clock, msSince } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { damagedJob } from '../queue/damaged-job.ts';
import { isUnfinished, type Job, type QueuePosition } from '../queue/job.ts';
import type { RiffQueue } from '../queue/riff-queue.ts';
import { faultOf, type MessageApi, type MessageContent } from './message-api.ts';
import { answerIsOpen, TOKEN_LIFE_MS } from './reply.ts';
import { lateCard, runningCard, steadyEstimate, waitingCard } from './riff-card.ts';
import type { SendBudget } from './send-budget.ts';

/** The smaller goes first. A waiting card's urgency is `waiting` plus its position. */
export const URGENCY = { end: 0, running: 1, waiting: 2 };

/** Edits of one message: running at most every 3 s, waiting at most every 12 s (Discord's 30 a minute per channel). */
export const RUNNING_PACE_MS = 3000;
export const WAITING_PACE_MS = 12_000;
/** The answer says how the riff will be sent this long before it can no longer be edited. */
export const LATE_WORD_MS = 30_000;
/** Up to this position a card is edited every 12 s; at position 10 × n it is edited n times less often. */
const NEAR_POSITION = 10;

/** What is known of an answer that no edit has changed yet. */
export interface FirstText {
  /** The text that the message shows; null: unknown. */
  readonly content: string | null;
  /** The job's position, if known. */
  readonly position: QueuePosition | null;
  /** The estimate that the message shows, epoch ms. */
  readonly readyAt: number | null;
}

export interface KnownAnswer extends FirstText {
  /** It shows a text already, so that none is urgent. */
  readonly isEdited?: boolean;
  readonly preview?: Uint8Array | null;
}

export interface LiveCardParts {
  readonly queue: Pick<RiffQueue, 'live' | 'get' | 'position'>;
  readonly messages: Pick<MessageApi, 'editAnswer'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the first texts, which answer commands. */
  readonly firstTexts: SendBudget;
  readonly budget: SendBudget;
  /** The job neither waits nor runs any more, and its event came before the card did. */
  readonly onEnded: (job: Job) => void;
  /** The card is closed: its last text is sent, or its answer cannot be edited. */
  readonly onClosed: (card: LiveCard) => void;
  /** Discord takes no more edits of answers that expire at this time, epoch ms, or earlier. */
  readonly onExpired: (tokenExpiresAt: number) => void;
}

/**
 * The answer of one job that waits or runs, edited when its text has changed.
 * idle → dirty: something may have changed, an edit is planned. dirty → sending: the edit is sent. sending → resend: the job
 * changed meanwhile. After the edit: sending → idle, resend → dirty.
 */
export class LiveCard {
  /** With the target where the answer is, whatever target the job was stored with; set here alone. */
  job: Job;
  /** The unfinished picture, as a JPEG; null: there is none. Set here alone, once the card is made. */
  preview: Uint8Array | null;
  #showsPreview = false;
  readonly #parts: LiveCardParts;
  #state: 'idle' | 'dirty' | 'sending' | 'resend' = 'idle';
  #isClosed = false;
  #shown: FirstText;
  #isEdited: boolean;
  /** Of the last edit, or of the answer itself, epoch ms. */
  #editedAt: number;
  #cancelEdit = () => {};
  readonly #cancelLateWord: () => void;

  constructor(job: Job, { isEdited = false, preview = null, ...shown }: KnownAnswer, parts: LiveCardParts) {
    this.job = job;
    this.preview = preview;
    this.#shown = shown;
    this.#isEdited = isEdited;
    this.#parts = parts;
    const now = parts.clock.now();
    this.#editedAt = now;
    this.#cancelLateWord = parts.clock.after(lateWordInMs(job.target, now), () => this.#sayLate());
  }

  update(job: Job): void {
    this.#note(job);
    this.touch();
  }

  showPreview(job: Job, jpeg: Uint8Array): void {
    this.preview = jpeg;
    this.#showsPreview = false;
    this.update(job);
  }

  /** Null: it no longer waits and its event was missed; the edit reads its state. */
  moveTo(position: QueuePosition | null): void {
    this.#shown = { ...this.#shown, position };
    if (this.#state !== 'dirty') this.touch();
  }

  /** Something about the card may have changed. */
  touch(): void {
    if (this.#state === 'sending') this.#state = 'resend';
    else if (this.#state !== 'resend') this.#plan();
  }

  /** The job is rendered: the card shows nothing more and only remembers where the answer is. */
  hide(job: Job): void {
    this.#note(job);
    this.#cancelEdit();
    this.#cancelLateWord();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelEdit();
    this.#cancelLateWord();
    this.#parts.onClosed(this);
  }

  /** Closes the card with one more text, which is composed anew for each try; null: with none. */
  closeWith(compose: () => Promise<MessageContent | null>): void {
    this.close();
    const { budget, clock } = this.#parts;
    const send = async (): Promise<void> => {
      const message = await compose();
      if (message !== null) await this.#send(message);
    };
    budget.insist(URGENCY.end, send, (error) => {
      this.#logged(error);
      return answerIsOpen(this.job.target, clock.now());
    });
  }

  #note(job: Job): Job {
    this.job = { ...job, target: this.job.target };
    return this.job;
  }

  #plan(): void {
    this.#cancelEdit();
    this.#state = 'dirty';
    const { clock, firstTexts, budget } = this.#parts;
    const edit = (): Promise<boolean> => this.#edit();
    const schedule = (): void => {
      this.#cancelEdit = budget.schedule(this.#urgency, edit);
    };
    // The first text is the answer to a command, not an update.
    if (this.#shown.content === null && !this.#isEdited) {
      this.#cancelEdit = firstTexts.schedule(0, edit);
      return;
    }
    const delayMs = this.#paceMs - msSince(this.#editedAt, clock.now());
    if (delayMs <= 0) schedule();
    else this.#cancelEdit = clock.after(delayMs, schedule);
  }

  get #urgency(): number {
    return this.#hasRun ? URGENCY.running : URGENCY.waiting + (this.#shown.position?.number ?? 0);
  }

  /** The least time between two edits. */
  get #paceMs(): number {
    const { position } = this.#shown;
    // What the answer itself says may be out of date already: the next job often runs before its answer has arrived.
    if (!this.#isEdited && (this.#hasRun || position === null)) return 0;
    if (this.#hasRun) return RUNNING_PACE_MS;
    return WAITING_PACE_MS * Math.max(1, (position?.number ?? 0) / NEAR_POSITION);
  }

  /** The user has seen the job run, so its next state is shown soon. */
  get #hasRun(): boolean {
    return this.job.state.kind === 'running' || this.job.attempts > 0;
  }

  /** Resolves true when a request was made. */
  async #edit(): Promise<boolean> {
    this.#state = 'sending';
    const message = await this.#compose().catch((error: unknown) => this.#tryAgain(error));
    const isNews = message !== null && !this.#isClosed && this.#isNews(message);
    if (isNews) await this.#show(message);
    const hasChanged = (this.#state as 'sending' | 'resend') === 'resend';
    this.#state = 'idle';
    if (hasChanged && !this.#isClosed) this.#plan();
    return isNews;
  }

  async #show(message: MessageContent): Promise<void> {
    // Before it is sent: a newer preview may come meanwhile.
    this.#showsPreview ||= message.files !== undefined;
    this.#noteEdit();
    try {
      await this.#send(message);
      this.#shown = { ...this.#shown, content: message.content };
    } catch (error) {
      this.#logged(error);
      this.#state = 'resend';
      if (message.files) this.#showsPreview = false;
    }
  }

  /** Plans another attempt, since the next change may come late and the user would not be told until then. */
  #tryAgain(error: unknown): null {
    this.#noteEdit();
    this.#state = 'resend';
    return this.#logged(error);
  }

  #noteEdit(): void {
    this.#editedAt = this.#parts.clock.now();
    this.#isEdited = true;
  }

  #isNews({ content, files }: MessageContent): boolean {
    return content !== this.#shown.content || files !== undefined;
  }

  /** Null: a job in this state has no card. */
  async #compose(): Promise<MessageContent | null> {
    const { queue, clock } = this.#parts;
    // It may have been claimed before the card was there.
    const job = this.#note(queue.live(this.job.id) ?? this.job);
    if (job.state.kind === 'running')
      return runningCard(job, job.state.progress, this.#showsPreview ? 'shown' : this.preview);
    if (job.state.kind !== 'waiting') return null;
    // The next attempt paints it anew, and an edit without files takes the old one away.
    this.preview = null;
    this.#showsPreview = false;
    const { content, position: known, readyAt } = this.#shown;
    const isFirst = content === null && !this.#isEdited;
    const position = isFirst && known !== null ? known : await queue.position(job.id);
    if (position === null || position.number === 0) return this.#catchUp();
    this.#shown = { content, position, readyAt: steadyEstimate(readyAt, position, clock.now()) };
    return waitingCard(job, position, this.#shown.readyAt);
  }

  /** Reads the job's state again: it may have changed before the card was there. */
  async #catchUp(): Promise<MessageContent | null> {
    const before = this.job;
    const job = await this.#parts.queue.get(before.id);
    // The job changed while its state was read; the card is sent again.
    if (this.job !== before) return null;
    if (job?.state.kind === 'running') return runningCard(this.#note(job), job.state.progress);
    if (job?.state.kind !== 'waiting') this.#parts.onEnded(job ?? damagedJob(before, this.#parts));
    return null;
  }

  /** Rejects where another try may succeed. */
  async #send(message: MessageContent): Promise<void> {
    const { messages, clock, onExpired } = this.#parts;
    try {
      await messages.editAnswer(this.job.target, message);
    } catch (error) {
      if (faultOf(error) === 'passing') throw error;
      this.#logged(error);
      this.close();
      if (faultOf(error) === 'answer_gone' && !answerIsOpen(this.job.target, clock.now()))
        onExpired(this.job.target.tokenExpiresAt);
    }
  }

  /** Says nothing where the job has ended, since the answer shows that. */
  #sayLate(): void {
    const { queue } = this.#parts;
    this.closeWith(async () => {
      const job = queue.live(this.job.id) ?? (await queue.get(this.job.id));
      return job && isUnfinished(job) ? lateCard(this.job) : null;
    });
  }

  #logged(error: unknown): null {
    this.#parts.log.warn({ jobId: this.job.id, error: messageOf(error) }, 'an answer was not updated');
    return null;
  }
}

/** The time from `now`, epoch ms, until the answer says how the riff will be sent. */
export function lateWordInMs({ tokenExpiresAt }: { readonly tokenExpiresAt: number }, now: number): number {
  const leftMs = tokenExpiresAt - now;
  // Longer than a token lives: the clock was set back since. Past its end: set ahead, perhaps; the first edit tells.
  const openMs = leftMs > 0 ? Math.min(leftMs, TOKEN_LIFE_MS) : TOKEN_LIFE_MS;
  return Math.max(0, openMs - LATE_WORD_MS);
}
