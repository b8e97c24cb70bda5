import { ButtonStyle } from 'discord.js';
import { batchTexts } from '../messages/batch.ts';
import { reasonText } from '../messages/reasons.ts';
import { riffCardTexts } from '../messages/riff-card.ts';
import { isUnfinished, type Job, type QueuePosition, type ReplyTarget } from '../queue/job.ts';
import {
  type ButtonMessage,
  type ButtonRows,
  cancelAllButton,
  deleteButton,
  pageButton,
  rowOf,
} from './buttons.ts';
import { LATE_WORD_MS } from './live-card.ts';
import type { AttachedFile, MessageContent } from './message-api.ts';
import { barOf, explainedText, whenText } from './riff-card.ts';
import { quotedText, shownPrompt } from './text.ts';

/** Length at which a reason is cut: four of them and the rest of the text fit into a message's 2,000 characters. */
const REASON_LENGTH = 250;

/** A job's place in line and the estimate that the message shows, epoch ms. */
export interface ShownPosition extends QueuePosition {
  readonly readyAt: number | null;
}

/** The riffs that share one message, as they stand. */
export interface Batch {
  /** Where the message is. */
  readonly target: ReplyTarget;
  /** In the batch's order; null: deleted. */
  readonly jobs: readonly (Job | null)[];
  /** By job id, as far as they are known. */
  readonly positions: ReadonlyMap<string, ShownPosition>;
  /** Epoch ms. */
  readonly now: number;
}

/** The text and the buttons of a batch; its files stay as they are. */
export function batchCard(batch: Batch): ButtonMessage {
  const { jobs, target } = batch;
  const text = batchTexts[target.locale];
  const known = jobs.filter((job) => job !== null);
  const prompt = known[0] ? shownPrompt(known[0].request) : '';
  const lines = jobs.map((job, index) => lineOf(job, index + 1, batch));
  const late = target.canPost ? text.late : text.lateHere;
  const hint = isLate(batch) && known.some(isUnfinished) ? late : text.pickHint;
  return {
    content: [text.head(jobs.length, prompt), ...lines, `-# ${hint}`].join('\n'),
    components: buttonsOf(batch),
    keepsFiles: true,
  };
}

/** Picture and sound of a riff, named by its number; the poster would exceed the ten files of a message. */
export function numberedFiles(job: Job, { files = [] }: MessageContent): readonly AttachedFile[] {
  const [picture, sound] = files.slice(-2);
  const prefix = filePrefix(job);
  return [picture, sound].flatMap((file) => (file ? [{ ...file, name: prefix + file.name }] : []));
}

/** What the names of a riff's files in its batch begin with. */
export function filePrefix(job: Job): string {
  return `${numberInBatch(job)}-`;
}

/** From 1, as the message counts its riffs; 0: the job has an answer of its own. */
export function numberInBatch({ id, target }: Job): number {
  return (target.batch ?? []).indexOf(id) + 1;
}

function isLate({ target, now }: Batch): boolean {
  return now >= target.tokenExpiresAt - LATE_WORD_MS;
}

function lineOf(job: Job | null, number: number, batch: Batch): string {
  const text = batchTexts[batch.target.locale];
  if (job === null) return `**${number}** · ${text.gone}`;
  return text.line(number, job.request.seed, stateText(job, batch));
}

function stateText(job: Job, { target: { locale }, positions }: Batch): string {
  const text = batchTexts[locale];
  const { state } = job;
  switch (state.kind) {
    case 'waiting': {
      const position = positions.get(job.id);
      return position && position.number > 0
        ? text.inLine(position.number, whenText(position, position.readyAt, locale))
        : text.waiting;
    }
    case 'running':
      return `${riffCardTexts[locale].stages[state.progress.stage]} · ${barOf(state.progress, locale)}`;
    case 'rendered':
      return riffCardTexts[locale].stages.files;
    case 'done':
      return text.ready;
    case 'failed':
      return text.failed(quotedText(reasonText(state.reason, locale), REASON_LENGTH), state.errorId);
    case 'cancelled':
      return state.by === job.userId
        ? text.cancelled
        : explainedText(text.cancelledByModerator, state.reason, locale, REASON_LENGTH);
  }
}

/** A number for each riff, and what ends the rest or takes all away. */
function buttonsOf(batch: Batch): ButtonRows {
  const { jobs, target } = batch;
  const numbers = jobs.flatMap((job, index) => {
    const style = ButtonStyle.Primary;
    return job
      ? [pageButton('pick', job.id, String(index + 1), { style, isDisabled: !isPickable(job, batch) })]
      : [];
  });
  const known = jobs.filter((job) => job !== null);
  const unfinished = known.find(isUnfinished);
  const subject = unfinished ?? known[0];
  if (!subject) return [];
  const last = unfinished ? cancelAllButton : deleteButton;
  return rowOf(...numbers, last(subject.id, target.locale));
}

/** Near the end of the time for edits also what is still under way: the message will not change when it is ready. */
function isPickable(job: Job, batch: Batch): boolean {
  if (job.state.kind === 'done') return true;
  return isLate(batch) && isUnfinished(job);
}
