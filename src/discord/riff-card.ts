import type { Job, QueuePlace, Standstill } from '../queue/job.ts';
import type { RenderProgress, RenderStage } from '../riff/engine.ts';
import { collectButtons, unfinishedButtons } from './buttons.ts';
import type { MessageContent } from './message-api.ts';
import { quotedText } from './safe-text.ts';
import { relativeTime } from './text.ts';

const TITLE_LENGTH = 120;
const BAR_LENGTH = 20;
const REASON_LENGTH = 300;

const STAGE_WORDS: Readonly<Record<RenderStage, string>> = {
  load: 'loading the model',
  text: 'reading the words',
  denoise: 'shaping the spectrogram',
  decode: 'painting the spectrogram',
  audio: 'turning it into sound',
  files: 'writing the files',
};

/** How much of a render lies behind at the start of each stage; the steps fill the long one. */
const STAGE_SHARE: Readonly<Record<RenderStage, readonly [from: number, to: number]>> = {
  load: [0, 0],
  text: [0, 0.05],
  denoise: [0.05, 0.85],
  decode: [0.85, 0.85],
  audio: [0.9, 0.9],
  files: [0.95, 0.95],
};

/** `readyAt` in epoch ms, null when nothing was measured yet. */
export function waitingCard(job: Job, place: QueuePlace, readyAt: number | null): MessageContent {
  const again = job.attempts > 0 ? ' The engine stumbled over it; it gets another try.' : '';
  const eta = readyAt === null ? 'no estimate yet' : `expected ${relativeTime(readyAt)}`;
  const when = place.standstill ? standstillText(place.standstill) : eta;
  const content = `${titleOf(job)} is number **${place.position}** of ${place.total} in line · ${when}.${again}`;
  return { content: withLimits(job, content), components: unfinishedButtons(job.id) };
}

export function runningCard(job: Job, progress: RenderProgress): MessageContent {
  const again = job.attempts > 1 ? ' · the engine stumbled over it, this is another try' : '';
  const { stage, stepIndex, steps } = progress;
  const step = stage === 'denoise' ? ` · step ${stepIndex}/${steps}` : '';
  const content = `${titleOf(job)}: ${STAGE_WORDS[stage]}${step}${again}\n\`${barOf(progress)}\``;
  return { content: withLimits(job, content), components: unfinishedButtons(job.id) };
}

/** Shown shortly before Discord closes the answer for edits. */
export function lateCard(job: Job): MessageContent {
  if (job.target.canPost) {
    const content = `${titleOf(job)} takes longer than Discord lets me edit this message (15 minutes). It will come as a new message.`;
    return { content, components: unfinishedButtons(job.id) };
  }
  const content = `${titleOf(job)} takes longer than Discord lets me edit this message (15 minutes), and I may not write here by myself. Press **Collect** to see how it is doing or to get it.`;
  return { content, components: collectButtons(job.id) };
}

export function cancelledCard(job: Job): MessageContent {
  if (job.state.kind !== 'cancelled') return { content: `${titleOf(job)} was cancelled.` };
  const { by, reason } = job.state;
  const who = by === job.userId ? '' : ' by a moderator';
  const why = reason === '' || by === job.userId ? '' : `: ${quotedText(reason, REASON_LENGTH)}`;
  return { content: `${titleOf(job)} was cancelled${who}${why}.` };
}

export function failedCard(job: Job): MessageContent {
  if (job.state.kind !== 'failed') return { content: `${titleOf(job)} failed.` };
  const { reason, errorId } = job.state;
  return { content: `${titleOf(job)} failed: ${quotedText(reason, 1000)} (error ${errorId})` };
}

export function standstillText(standstill: Standstill): string {
  if (standstill.kind === 'held')
    return 'the music engine is out of order and is being restarted; your riff keeps its place';
  const why = standstill.reason === '' ? '' : `: ${quotedText(standstill.reason, REASON_LENGTH)}`;
  return `a moderator paused the queue${why}`;
}

function titleOf(job: Job): string {
  return `“${quotedText(job.request.prompt, TITLE_LENGTH)}”`;
}

function withLimits(job: Job, content: string): string {
  if (job.target.canPost) return content;
  return `${content}\n-# I may not write here by myself: what takes longer than 15 minutes has to be collected with a button.`;
}

function barOf({ stage, stepIndex, steps }: RenderProgress): string {
  const [from, to] = STAGE_SHARE[stage];
  const filled = Math.round(BAR_LENGTH * (from + (to - from) * Math.min(1, stepIndex / Math.max(1, steps))));
  return '█'.repeat(filled).padEnd(BAR_LENGTH, '░');
}
