import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Deliver, Delivery } from '../queue/contract.ts';
import type { Job } from '../queue/job.ts';
import type { RiffFiles } from '../riff/engine.ts';
import { finishedRiff } from './finished-riff.ts';
import { faultOf, type MessageApi } from './message-api.ts';

export interface DeliveryParts {
  readonly messages: MessageApi;
  readonly clock: Clock;
  readonly log: Log;
}

/** Nothing is sent under a token that may end on the way. */
const TOKEN_MARGIN_MS = 5000;

const UNDELIVERABLE = {
  too_large:
    'Discord refused the sound as too large for this place; a server with a higher upload limit takes it.',
  no_access:
    'I may no longer write in this channel. A moderator can give me Send Messages, Embed Links and Attach Files there.',
  refused: 'Discord refused the message, perhaps because of a word filter of this server.',
  answer_gone: 'The channel or the message is gone.',
} as const;

/** True while the answer of the interaction can still be edited. */
export function answerIsOpen(job: Job, now: number): boolean {
  return now < job.target.tokenExpiresAt - TOKEN_MARGIN_MS;
}

/**
 * Brings a riff to its person: into the answer while its token lives, then as a message of the bot under a nonce (the
 * job's id), so that a second try does not become a second message. Where the bot may not write either, the riff counts
 * as delivered without a message: it lies ready behind the Collect button.
 * Rejects on what may pass (network, 5xx); the queue tries again.
 */
export function createDeliver({ messages, clock, log }: DeliveryParts): Deliver {
  return async (job, files) => {
    if (answerIsOpen(job, clock.now())) {
      const delivery = await attempt(async () =>
        messages.editAnswer(job.target, await finishedRiff(job, files)),
      );
      if (delivery !== 'answer_gone') return delivery;
      log.info({ jobId: job.id }, 'the answer is gone, the riff goes out as a message');
    }
    if (!job.target.canPost) return { kind: 'delivered', messageId: null };
    const delivery = await attempt(() => post(messages, job, files));
    return delivery === 'answer_gone'
      ? { kind: 'undeliverable', reason: UNDELIVERABLE.answer_gone }
      : delivery;
  };
}

async function post(messages: MessageApi, job: Job, files: RiffFiles): Promise<string> {
  const riff = await finishedRiff(job, files, `<@${job.userId}> your riff is ready.`);
  return messages.post(job.target.channelId, { ...riff, pingUserId: job.userId, nonce: job.id });
}

async function attempt(send: () => Promise<string>): Promise<Delivery | 'answer_gone'> {
  try {
    return { kind: 'delivered', messageId: await send() };
  } catch (error) {
    const fault = faultOf(error);
    if (fault === 'passing') throw error;
    return fault === 'answer_gone' ? fault : { kind: 'undeliverable', reason: UNDELIVERABLE[fault] };
  }
}
