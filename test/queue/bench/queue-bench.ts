import type { QueueLimits } from '../../../src/queue/admission.ts';
import type { QueueEvents, RiffQueueOptions } from '../../../src/queue/contract.ts';
import type { Admission, Job, JobDraft } from '../../../src/queue/job.ts';
import type { JobStore } from '../../../src/queue/job-store.ts';
import { RiffQueue } from '../../../src/queue/riff-queue.ts';
import { SqlJobStore } from '../../../src/store/job-store.ts';
import { SqliteDatabase } from '../../../src/store/sqlite/sqlite.ts';
import { Worker, type WorkerOptions } from '../../../src/worker/worker.ts';
import { exampleDraft } from './example-jobs.ts';
import { QueueClock } from './queue-clock.ts';
import { StubEngine } from './stub-engine.ts';

export const UNLIMITED: QueueLimits = {
  perUserWaiting: 1000,
  perGuildWaiting: 1000,
  perUserPerHour: 1000,
  totalWaiting: 1000,
};

export interface Bench {
  readonly queue: RiffQueue;
  readonly store: JobStore;
  readonly engine: StubEngine;
  readonly clock: QueueClock;
  /** Event names with job ids, without `changed` and `progress`. */
  readonly events: string[];
  /** What was logged as warning or error. */
  readonly complaints: string[];
  add(userId: string, guildId?: string | null, request?: Partial<JobDraft['request']>): Promise<Job>;
}

export function memoryStore(): SqlJobStore {
  return new SqlJobStore(new SqliteDatabase(':memory:'));
}

/** A queue on a store in memory with one stub engine, everything unlimited, unless said otherwise. */
type Changes = Partial<RiffQueueOptions> &
  Partial<Pick<WorkerOptions, 'engines' | 'results' | 'startRate'>> & { readonly clock?: QueueClock };

export function setUpQueue({ engines, results, startRate, ...changes }: Changes = {}): Bench {
  const engine = new StubEngine();
  const clock = changes.clock ?? new QueueClock();
  const store = changes.store ?? memoryStore();
  const complaints: string[] = [];
  const complain = (_fields: object, message: string) => void complaints.push(message);
  const log = { info: () => {}, warn: complain, error: complain };
  const worker = new Worker({
    store,
    engines: engines ?? [engine],
    results: results ?? { checkWritable: async () => {} },
    clock,
    log,
    ...(startRate && { startRate }),
  });
  let count = 0;
  const queue = new RiffQueue({
    worker,
    log,
    newId: () => `j${++count}`,
    ...changes,
    store,
    clock,
  });
  const add: Bench['add'] = async (userId, guildId, request) =>
    acceptedJob(await queue.enqueue(exampleDraft(userId, guildId, request), UNLIMITED));
  return { queue, store, engine, clock, events: recordEvents(queue), complaints, add };
}

export function acceptedJob(admission: Admission): Job {
  if (admission.kind === 'refused') throw new Error(`expected a job, got ${admission.reason}`);
  return admission.job;
}

const RECORDED: readonly Exclude<keyof QueueEvents, 'answered' | 'changed' | 'progress'>[] = [
  'started',
  'retrying',
  'rendered',
  'done',
  'failed',
  'cancelled',
];

function recordEvents(queue: RiffQueue): string[] {
  const events: string[] = [];
  for (const event of RECORDED)
    queue.on(event, (...[job]: readonly [Job, ...unknown[]]) => void events.push(`${event} ${job.id}`));
  return events;
}
