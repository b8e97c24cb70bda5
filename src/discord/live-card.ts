import type { Job, QueuePosition } from '../queue/job.ts';
import { TOKEN_LIFE_MS } from './reply.ts';

/**
 * idle → dirty: something may have changed, an edit is planned. dirty → sending: the edit is sent. sending → resend: the job
 * changed meanwhile. After the edit: sending → idle, resend → dirty.
 */
export type CardState = 'idle' | 'dirty' | 'sending' | 'resend';

/** The answer of one job that waits or runs. */
export interface Card {
  job: Job;
  state: CardState;
  /** The text that the message shows now; null: unknown. */
  content: string | null;
  /** Of the last edit, or of the answer itself, epoch ms. */
  editedAt: number;
  isEdited: boolean;
  /** What the riff is becoming, as a JPEG; null: there is none. */
  preview: Uint8Array | null;
  /** The message has it. */
  showsPreview: boolean;
  /** The job's position, if known. */
  position: QueuePosition | null;
  /** The estimate that the message shows, epoch ms. */
  readyAt: number | null;
  cancelEdit: () => void;
  cancelLateWord: () => void;
}

/** What is known of an answer that no edit has changed yet. */
export type FirstText = Pick<Card, 'content' | 'position' | 'readyAt'>;

/** The smaller goes first. A waiting card's urgency is `waiting` plus its position. */
export const URGENCY = { end: 0, running: 1, waiting: 2 };

/** Edits of one message: running at most every 3 s, waiting at most every 12 s (Discord's 30 a minute per channel). */
export const RUNNING_PACE_MS = 3000;
export const WAITING_PACE_MS = 12_000;
/** The answer says how the riff will be sent this long before it can no longer be edited. */
export const LATE_WORD_MS = 30_000;
/** Up to this position a card is edited every 12 s; at position 10 × n it is edited n times less often. */
const NEAR_POSITION = 10;
/** The shown estimate is corrected when it is off by this share of the remaining time, or by this time. */
const ETA_TOLERANCE = { share: 0.2, ms: 15_000 };

/** `now`: epoch ms. */
export function newCard(job: Job, now: number): Card {
  return {
    job,
    state: 'idle',
    content: null,
    editedAt: now,
    isEdited: false,
    preview: null,
    showsPreview: false,
    position: null,
    readyAt: null,
    cancelEdit: () => {},
    cancelLateWord: () => {},
  };
}

/** The answer stays where it is, whatever target the job was stored with. */
export function noteJob(card: Card, job: Job): Job {
  card.job = { ...job, target: card.job.target };
  return card.job;
}

/** The time from `now`, epoch ms, until the answer says how the riff will be sent. */
export function lateWordInMs({ target }: Job, now: number): number {
  const leftMs = target.tokenExpiresAt - now;
  // Longer than a token lives: the clock was set back since. Past its end: set ahead, perhaps; the first edit tells.
  const openMs = leftMs > 0 ? Math.min(leftMs, TOKEN_LIFE_MS) : TOKEN_LIFE_MS;
  return Math.max(0, openMs - LATE_WORD_MS);
}

/** The card shows no text yet: the first one is the answer to a command, not an update. */
export function isUnanswered({ content, isEdited }: Card): boolean {
  return content === null && !isEdited;
}

export function urgencyOf(card: Card): number {
  return hasRun(card) ? URGENCY.running : URGENCY.waiting + (card.position?.number ?? 0);
}

/** The least time between two edits, in ms. */
export function paceOf(card: Card): number {
  // What the answer itself says may be out of date already: the next job often runs before its answer has arrived.
  if (!card.isEdited && (hasRun(card) || card.position === null)) return 0;
  if (hasRun(card)) return RUNNING_PACE_MS;
  return WAITING_PACE_MS * Math.max(1, (card.position?.number ?? 0) / NEAR_POSITION);
}

/** Keeps the shown estimate while it is close enough, so that a second more or less causes no edit. */
export function steadyEstimate(shown: number | null, { etaMs }: QueuePosition, now: number): number | null {
  if (etaMs === null) return null;
  const readyAt = now + etaMs;
  const tolerance = Math.max(ETA_TOLERANCE.ms, ETA_TOLERANCE.share * etaMs);
  return shown !== null && Math.abs(shown - readyAt) <= tolerance ? shown : readyAt;
}

/** The user has seen the job run, so its next state is shown soon. */
function hasRun({ job }: Card): boolean {
  return job.state.kind === 'running' || job.attempts > 0;
}
