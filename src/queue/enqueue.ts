import { messageOf } from '../errors.ts';
import { admit, HOUR_MS, refuse } from './admission.ts';
import type { RiffQueueOptions } from './contract.ts';
import type { Admission, JobDraft, QueuePosition } from './job.ts';
import { randomId } from './random-id.ts';
import type { ScheduleReader } from './schedule-reader.ts';

const STORE_RETRY_MS = 60_000;

export interface EnqueueContext extends Omit<RiffQueueOptions, 'worker'> {
  readonly schedule: ScheduleReader;
  readonly isDraining: boolean;
}

/** Checks the limits and stores the job, both on one snapshot. Never rejects: a failing store is a refusal, too. */
export async function enqueue(draft: JobDraft, context: EnqueueContext): Promise<Admission> {
  try {
    return await tryToEnqueue(draft, context);
  } catch (error) {
    const errorId = randomId(6);
    context.log.error({ errorId, error: messageOf(error) }, 'a job could not be stored');
    const message = `The queue cannot be written at the moment (error ${errorId}). Please try again later.`;
    return refuse('store_failed', message, STORE_RETRY_MS);
  }
}

async function tryToEnqueue(draft: JobDraft, context: EnqueueContext): Promise<Admission> {
  const { store, clock, schedule, isDraining, limitsFor, blockFor, newId = randomId } = context;
  const { userId, guildId } = draft;
  const now = clock.now();
  const before = await schedule.read();
  const decision = await admit({
    now,
    isDraining,
    obstacle: (await blockFor?.(userId, guildId, now)) ?? null,
    limits: await limitsFor(guildId),
    waiting: before.countWaiting(userId, guildId),
    freeInMs: before.nextStartsMs(userId, guildId, schedule.capacity),
    acceptedAt: () => store.acceptedSince(userId, now - HOUR_MS),
    inGuild: guildId !== null,
  });
  if (decision.kind === 'refused') return decision;
  const inserted = await store.insert({ id: newId(), createdAt: now, ...draft });
  const after = before.with(inserted);
  schedule.keep(after, before);
  const position = schedule.positionsIn(after).get(inserted.job.id) ?? lastPosition(after.waiting.length);
  return { kind: 'accepted', job: inserted.job, position };
}

function lastPosition(total: number): QueuePosition {
  return { number: total, total, etaMs: null, blocked: null };
}
