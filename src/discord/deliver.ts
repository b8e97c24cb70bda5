import { type APIMessage, userMention } from 'discord.js';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { reasonTexts } from '../messages/reasons.ts';
import { riffCardTexts } from '../messages/riff-card.ts';
import type { Deliver, Delivery } from '../queue/contract.ts';
import type { Job, JobState } from '../queue/job.ts';
import type { JobStore } from '../queue/job-store.ts';
import type { ResultStore } from '../queue/ports.ts';
import type { RiffFiles } from '../riff/engine.ts';
import { batchCard, filePrefix, numberedFiles } from './batch-card.ts';
import { componentId } from './buttons.ts';
import { finishedRiff } from './finished-riff.ts';
import { faultOf, type MessageApi, type MessageContent } from './message-api.ts';
import { answerIsOpen } from './reply.ts';

export interface DeliveryParts {
  readonly messages: MessageApi;
  readonly results: Pick<ResultStore, 'read'>;
  /** Where the other riffs of a message are found. */
  readonly jobs: Pick<JobStore, 'getAll'>;
  readonly clock: Clock;
  readonly log: Log;
}

const UNDELIVERABLE = {
  too_large: reasonTexts.en.tooLarge,
  no_access: reasonTexts.en.noAccess,
  refused: reasonTexts.en.refused,
  answer_gone: reasonTexts.en.channelGone,
} as const;

const FILES_GONE: Delivery = { kind: 'files_gone' };
const NOT_SENT: Delivery = { kind: 'delivered', messageId: null };

/**
 * Sends a riff to its user: edits the answer of the interaction or, if that is gone, posts a message. If
 * the bot may not write, or the thread is closed and locked, the riff counts as delivered without a message: the buttons
 * of its card still send it.
 * Two attempts never become two messages: an edit changes the same message again, a post carries the job's id as its
 * nonce, and the channel is searched before: the REST client repeats requests, too, whose answers were lost.
 * Rejects on a temporary fault (network, 5xx); the queue tries again.
 */
export function createDeliver(parts: DeliveryParts): Deliver {
  const { messages, log } = parts;
  return async (job, files, attempt) => {
    const found = attempt > 1 ? await findDelivered(messages, job) : null;
    const edited = found ?? (await edit(parts, job, files));
    if (edited !== 'gone') return edited;
    if (!job.target.canPost) return NOT_SENT;
    log.info({ jobId: job.id }, 'the answer cannot be edited, the riff goes out as a message');
    return (await findDelivered(messages, job)) ?? post(parts, job, files);
  };
}

/** Always tries the edit: the token may still be valid when this machine's clock is wrong. */
async function edit(parts: DeliveryParts, job: Job, files: RiffFiles): Promise<Delivery | 'gone'> {
  const { messages, clock } = parts;
  try {
    return await send(parts, job, files, '', async (riff) =>
      messages.editAnswer(job.target, await asAnswer(parts, job, files, riff)),
    );
  } catch (error) {
    const fault = faultOf(error);
    if (fault === 'answer_gone' || fault === 'thread_closed') return 'gone';
    if (fault === 'passing' && !answerIsOpen(job.target, clock.now())) return 'gone';
    if (fault === 'passing') throw error;
    return { kind: 'undeliverable', reason: UNDELIVERABLE[fault] };
  }
}

/** Where the answer is that of several riffs: their text, and this riff's files beside those that are there. */
async function asAnswer(
  { jobs: store, clock }: DeliveryParts,
  job: Job,
  files: RiffFiles,
  riff: MessageContent,
): Promise<MessageContent> {
  const { target } = job;
  if (!target.batch) return riff;
  const now = clock.now();
  const state: JobState = { kind: 'done', files, doneAt: now, messageId: null };
  const delivered = { ...job, state };
  const stored = await store.getAll(target.batch);
  const jobs = target.batch.map((id) =>
    id === job.id ? delivered : (stored.find((other) => other.id === id) ?? null),
  );
  const card = batchCard({ target, jobs, positions: new Map(), now });
  return { ...card, files: numberedFiles(job, riff) };
}

async function post(parts: DeliveryParts, job: Job, files: RiffFiles): Promise<Delivery> {
  const { messages, log } = parts;
  const { channelId } = job.target;
  const content = riffCardTexts[job.target.locale].isReady(userMention(job.userId));
  try {
    return await send(parts, job, files, content, (riff) =>
      messages.post(channelId, { ...riff, pingUserId: job.userId, nonce: job.id }),
    );
  } catch (error) {
    const fault = faultOf(error);
    if (fault === 'passing') throw error;
    if (fault !== 'thread_closed') return { kind: 'undeliverable', reason: UNDELIVERABLE[fault] };
    log.warn({ jobId: job.id }, 'the thread is closed and locked, the riff waits to be collected');
    return NOT_SENT;
  }
}

/** What Discord finds too large is sent once more with the sound as Ogg Opus: it may accept less than it said. */
async function send(
  { results, log }: DeliveryParts,
  job: Job,
  files: RiffFiles,
  content: string,
  request: (riff: MessageContent) => Promise<string>,
): Promise<Delivery> {
  const sendWithin = async (maxSoundBytes: number): Promise<Delivery> => {
    const riff = await finishedRiff(job, files, results, { content, maxSoundBytes });
    return riff ? { kind: 'delivered', messageId: await request(riff) } : FILES_GONE;
  };
  try {
    return await sendWithin(job.target.maxFileBytes);
  } catch (error) {
    if (faultOf(error) !== 'too_large') throw error;
    log.info({ jobId: job.id }, 'a riff was too large for Discord, it is sent as Ogg');
    return sendWithin(0);
  }
}

/** The message of an earlier request that succeeded although its response was lost. */
async function findDelivered(messages: MessageApi, job: Job): Promise<Delivery | null> {
  if (!job.target.canPost) return null;
  const again = JSON.stringify(componentId('again', job.id));
  const pick = JSON.stringify(componentId('pick', job.id));
  const prefix = filePrefix(job);
  const isRiff = ({ components = [], attachments }: APIMessage): boolean => {
    const ids = JSON.stringify(components);
    if (ids.includes(again)) return true;
    return ids.includes(pick) && attachments.some(({ filename }) => filename.startsWith(prefix));
  };
  const messageId = await messages.findOwn(job.target.channelId, isRiff, job.createdAt);
  return messageId === null ? null : { kind: 'delivered', messageId };
}
