import type { Language } from '../messages/languages.ts';
import { reasonText } from '../messages/reasons.ts';
import { riffCardTexts } from '../messages/riff-card.ts';
import { wordingIn } from '../messages/wording.ts';
import type { Blocked, Job, QueuePosition } from '../queue/job.ts';
import { MAX_ATTEMPTS } from '../queue/retry-policy.ts';
import type { RenderProgress, RenderStage } from '../riff/engine.ts';
import { againButton, type ButtonMessage, collectButtons, unfinishedButtons } from './buttons.ts';
import type { AttachedFile, MessageContent } from './message-api.ts';
import { capitalized, punctuated, quotedText, relativeTime, shownPrompt } from './text.ts';

const BAR_LENGTH = 20;
const REASON_LENGTH = 300;
const PREVIEW_NAME = 'preview.jpg';
/** A longer wait may exceed the 15 minutes in which an answer can be edited. */
const LONG_WAIT_MS = 10 * 60_000;

/** The shown estimate is corrected when it is off by this share of the remaining time, or by this time. */
const ETA_TOLERANCE = { share: 0.2, ms: 15_000 };

/** How much of a render is done at the start of each stage; the steps fill the long one. */
const STAGE_SHARE: Readonly<Record<RenderStage, readonly [from: number, to: number]>> = {
  load: [0, 0],
  text: [0, 0.05],
  denoise: [0.05, 0.85],
  decode: [0.85, 0.85],
  audio: [0.9, 0.9],
  files: [0.95, 0.95],
};

/** `readyAt` in epoch ms, null when nothing was measured yet. */
export function waitingCard(job: Job, position: QueuePosition, readyAt: number | null): ButtonMessage {
  const { locale, canPost } = job.target;
  const text = riffCardTexts[locale];
  const when = punctuated(whenText(position, readyAt, locale));
  const retry = job.attempts > 0 ? ` ${capitalized(text.retry(job.attempts + 1, MAX_ATTEMPTS))}.` : '';
  const content = text.waiting(shownPrompt(job.request), position.number, when) + retry;
  const isLong = position.blocked !== null || (position.etaMs ?? 0) > LONG_WAIT_MS;
  const hint = isLong && !canPost ? `\n-# ${text.collectHint}` : '';
  return { content: content + hint, components: unfinishedButtons(job.id, locale) };
}

/** `preview`: a JPEG that the message is to show from now on; `shown`: it shows one, which stays. */
export function runningCard(
  job: Job,
  progress: RenderProgress,
  preview: Uint8Array | 'shown' | null = null,
): MessageContent {
  const text = riffCardTexts[job.target.locale];
  const { stage, stepIndex, steps, window } = progress;
  const parts = [
    text.running(shownPrompt(job.request), text.stages[stage]),
    ...(stage === 'denoise' ? [text.step(stepIndex, steps)] : []),
    ...(window ? [text.section(window.number, window.count)] : []),
    ...(job.attempts > 1 ? [text.retry(job.attempts, MAX_ATTEMPTS)] : []),
  ];
  const content = `${parts.join(' · ')}\n${barOf(progress, job.target.locale)}`;
  const card = { content, components: unfinishedButtons(job.id, job.target.locale) };
  if (preview === null) return card;
  return preview === 'shown'
    ? { ...card, keepsFiles: true }
    : { ...card, files: [previewFile(preview, text.preview)] };
}

function previewFile(jpeg: Uint8Array, description: string): AttachedFile {
  return { name: PREVIEW_NAME, data: Buffer.from(jpeg), contentType: 'image/jpeg', description };
}

/** Shown shortly before Discord closes the answer for edits. */
export function lateCard(job: Job): MessageContent {
  const text = riffCardTexts[job.target.locale];
  const { canPost, locale } = job.target;
  const late = text.late(shownPrompt(job.request));
  return canPost
    ? { content: `${late} ${text.comesAsMessage}`, components: unfinishedButtons(job.id, locale) }
    : { content: `${late} ${text.mustBeCollected}`, components: collectButtons(job.id, locale) };
}

/** Shows a moderator's reason, but not the requester's own. */
export function cancelledCard(job: Job): MessageContent {
  const { state } = job;
  const text = riffCardTexts[job.target.locale];
  const isOwn = state.kind !== 'cancelled' || state.by === job.userId;
  const { locale } = job.target;
  const content = isOwn
    ? text.cancelled(shownPrompt(job.request))
    : punctuated(explainedText(text.cancelledByModerator(shownPrompt(job.request)), state.reason, locale));
  return { content, components: againButton(job.id, locale) };
}

export function failedCard(job: Job): MessageContent {
  const { state } = job;
  const text = riffCardTexts[job.target.locale];
  const clause = text.failed(shownPrompt(job.request));
  const content =
    state.kind === 'failed'
      ? `${text.because(clause, punctuated(quotedText(reasonText(state.reason, job.target.locale), 1000)))} ${text.error(state.errorId)}`
      : `${clause}.`;
  return { content, components: againButton(job.id, job.target.locale) };
}

/** Keeps the shown estimate while it is close enough, so that a second more or less causes no edit. */
export function steadyEstimate(shown: number | null, { etaMs }: QueuePosition, now: number): number | null {
  if (etaMs === null) return null;
  const readyAt = now + etaMs;
  const tolerance = Math.max(ETA_TOLERANCE.ms, ETA_TOLERANCE.share * etaMs);
  return shown !== null && Math.abs(shown - readyAt) <= tolerance ? shown : readyAt;
}

/** When a waiting riff will be ready, or why it does not start. A clause without a full stop. */
export function whenText({ blocked }: QueuePosition, readyAt: number | null, language: Language): string {
  if (blocked) return whyBlockedText(blocked, language);
  const text = riffCardTexts[language];
  return readyAt === null ? text.noEstimate : `${text.ready} ${relativeTime(readyAt)}`;
}

/** A clause without a full stop. */
export function whyBlockedText(blocked: Blocked, language: Language): string {
  const text = riffCardTexts[language];
  if (blocked.kind === 'blocked') return text.keepsPosition(reasonText(blocked.reason, language));
  return explainedText(text.paused, blocked.reason, language);
}

/** The clause with a moderator's reason, of which at most `maxLength` characters are shown; empty: there is none. */
export function explainedText(
  clause: string,
  reason: string,
  language: Language,
  maxLength = REASON_LENGTH,
): string {
  if (reason === '') return clause;
  return riffCardTexts[language].because(clause, quotedText(reason, maxLength));
}

/** A bar to see and a number for screen readers. */
export function barOf({ stage, stepIndex, steps }: RenderProgress, language: Language): string {
  const [from, to] = STAGE_SHARE[stage];
  const share = from + (to - from) * Math.min(1, stepIndex / Math.max(1, steps));
  const bar = '█'.repeat(Math.round(BAR_LENGTH * share)).padEnd(BAR_LENGTH, '░');
  return `\`${bar}\` ${wordingIn(language).percent(share)}`;
}
