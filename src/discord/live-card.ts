import type { Job, QueuePosition } from '../queue/job.ts';

/**
 * idle → dirty: something may have changed, an edit is planned. dirty → sending: its turn has come. sending → resend: it
 * changed meanwhile. After the edit: sending → idle, resend → dirty.
 */
export type CardState = 'idle' | 'dirty' | 'sending' | 'resend';

/** The answer of one job that waits or runs. */
export interface Card {
  job: Job;
  state: CardState;
  /** What the message says now; null: not known. */
  content: string | null;
  /** Epoch ms; −∞: never. */
  editedAt: number;
  /** Where the job stands in line, as far as known. */
  position: QueuePosition | null;
  /** The estimate that the message shows, epoch ms. */
  readyAt: number | null;
  cancelEdit: () => void;
  readonly cancelLateWord: () => void;
}

/** The smaller goes first. A waiting card's urgency is `waiting` plus its position. */
export const URGENCY = { end: 0, running: 1, waiting: 2 };

/** Edits of one message: running at most every 3 s, waiting at most every 12 s (Discord's 30 a minute per channel). */
const RUNNING_PACE_MS = 3000;
const WAITING_PACE_MS = 12_000;
/** Up to here in line every 12 s; number 10 × n is edited n times more rarely. */
const NEAR_POSITION = 10;
/** An estimate is corrected in the message when it is off by this share of what remains, or by this time. */
const ETA_TOLERANCE = { share: 0.2, ms: 15_000 };

/** Nothing was said yet: the first text is the answer to a command, not a refreshed card. */
export function isUnanswered(card: Card): boolean {
  return card.editedAt === Number.NEGATIVE_INFINITY;
}

export function urgencyOf(card: Card): number {
  return hasRun(card) ? URGENCY.running : URGENCY.waiting + (card.position?.number ?? 0);
}

/** The least time between two edits, in ms. */
export function paceOf(card: Card): number {
  if (hasRun(card)) return RUNNING_PACE_MS;
  return WAITING_PACE_MS * Math.max(1, (card.position?.number ?? 0) / NEAR_POSITION);
}

/** The estimate already shown, as long as it is near enough: no edit for a second more or less. */
export function steadyEstimate(shown: number | null, { etaMs }: QueuePosition, now: number): number | null {
  if (etaMs === null) return null;
  const readyAt = now + etaMs;
  const tolerance = Math.max(ETA_TOLERANCE.ms, ETA_TOLERANCE.share * etaMs);
  return shown !== null && Math.abs(shown - readyAt) <= tolerance ? shown : readyAt;
}

/** Whoever has seen it run is told soon what becomes of it. */
function hasRun({ job }: Card): boolean {
  return job.state.kind === 'running' || job.attempts > 0;
}
