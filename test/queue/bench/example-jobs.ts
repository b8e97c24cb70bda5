import type { Job, JobDraft, Refused } from '../../../src/queue/job.ts';
import type {
  DeliveryResult,
  JobStore,
  LimitCounts,
  NewJob,
  RenderResult,
} from '../../../src/queue/job-store.ts';
import type { RiffFiles } from '../../../src/riff/engine.ts';
import type { RiffRequest } from '../../../src/riff/request.ts';

export const EXAMPLE_REQUEST: RiffRequest = {
  prompt: 'jazz piano',
  negativePrompt: 'vocals',
  seed: 42,
  steps: 4,
  guidanceScale: 7,
  scheduler: 'ddim',
  profile: 'balanced',
};

export function exampleDraft(
  userId: string,
  guildId: string | null = 'g1',
  request: Partial<RiffRequest> = {},
): JobDraft {
  return {
    request: { ...EXAMPLE_REQUEST, ...request },
    userId,
    guildId,
    target: {
      context: guildId === null ? 'bot_dm' : 'guild',
      channelId: 'c1',
      applicationId: 'a1',
      interactionToken: 'token',
      tokenExpiresAt: 900_000,
      canPost: true,
      locale: 'en',
      maxFileBytes: 10 * 1024 * 1024,
    },
    parentJobId: null,
  };
}

export function exampleJob(
  id: string,
  userId: string,
  guildId: string | null = 'g1',
  createdAt = 1000,
): NewJob {
  return { id, createdAt, botId: 'mine', ...exampleDraft(userId, guildId) };
}

export const REFUSED: Refused = {
  kind: 'refused',
  reason: 'queue_full',
  notice: { kind: 'queueFull', waiting: 1 },
  retryAfterMs: null,
  moderatorReason: '',
};

/** Ends the render of a stored job, which its worker has in hand. */
export async function settle(
  store: JobStore,
  id: string,
  workerId: string,
  result: RenderResult,
  now: number,
): Promise<Job | null> {
  return store.settle(await stored(store, id), workerId, result, now);
}

/** Ends the delivery of a stored job, which its bot has in hand. */
export async function settleDelivery(
  store: JobStore,
  id: string,
  workerId: string,
  result: DeliveryResult,
  now: number,
): Promise<Job | null> {
  return store.settleDelivery(await stored(store, id), workerId, result, now);
}

async function stored(store: JobStore, id: string): Promise<Job> {
  const job = await store.get(id);
  if (job === null) throw new Error(`expected a stored job, got none called ${id}`);
  return job;
}

/** What the limits of a store would count if this job came in now; it does not. */
export async function limitCounts(store: JobStore, job: NewJob): Promise<LimitCounts> {
  let seen: LimitCounts | null = null;
  await store.insert([job], (counts) => {
    seen = counts;
    return REFUSED;
  });
  if (seen === null) throw new Error('expected the store to ask for the limits');
  return seen;
}

export function exampleFiles(
  name: string,
  request: RiffRequest = EXAMPLE_REQUEST,
  took = { render: 6000, denoise: 4000 },
): RiffFiles {
  return {
    picture: { path: `/tmp/nowhere/${name}.png`, bytes: 10, sha256: '00' },
    wav: { path: `/tmp/nowhere/${name}.wav`, bytes: 20, sha256: '11' },
    recipe: { ...request, model: 'stub', modelVersion: '1', device: 'CPU', generator: 'stub' },
    warnings: [],
    durationMs: { sound: 5119, render: took.render },
    timings: { denoise: took.denoise },
  };
}
