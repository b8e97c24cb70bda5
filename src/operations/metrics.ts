import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock } from '../clock.ts';
import type { QueueEvents, QueueListing } from '../queue/contract.ts';
import type { Job } from '../queue/job.ts';

/** What metrics need of the queue. */
export interface ObservedQueue {
  on<Name extends keyof QueueEvents>(event: Name, listener: (...args: QueueEvents[Name]) => void): () => void;
  list(scope: { readonly kind: 'all' }): Promise<QueueListing>;
}

export interface Metrics {
  /** The text that Prometheus scrapes. */
  render(): Promise<string>;
  readonly contentType: string;
  engineEnded(expected: boolean): void;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/**
 * Every series begins with `riff_`; durations are seconds. No label carries a user, a guild or a prompt.
 * `answers`: how many Discord's API has given, by HTTP status; read at each scrape.
 */
export function createMetrics(
  queue: ObservedQueue,
  answers: ReadonlyMap<number, number>,
  clock: Pick<Clock, 'now'>,
): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const readLength = observeLength(queue, clock, registers);
  observeJobs(queue, registers);
  observeRefusals(queue, registers);
  observeEstimates(queue, clock, registers);
  const ends = new Counter({
    name: 'riff_engine_ends_total',
    help: 'Engine processes that ended',
    labelNames: ['expected'],
    registers,
  });
  new Counter({
    name: 'riff_discord_answers_total',
    help: "Answers of Discord's API, by HTTP status",
    labelNames: ['status'],
    registers,
    collect() {
      this.reset();
      for (const [status, count] of answers) this.inc({ status: String(status) }, count);
    },
  });
  return {
    async render() {
      await readLength();
      return registry.metrics();
    },
    contentType: registry.contentType,
    engineEnded: (expected) => ends.inc({ expected: String(expected) }),
  };
}

/** Returns the function that sets all gauges from one listing of the queue. */
function observeLength(
  queue: ObservedQueue,
  clock: Pick<Clock, 'now'>,
  registers: Registry[],
): () => Promise<void> {
  const jobs = new Gauge({
    name: 'riff_queue_jobs',
    help: 'Jobs in the queue, by state',
    labelNames: ['state'],
    registers,
  });
  const blocked = new Gauge({
    name: 'riff_queue_blocked',
    help: '1 while nothing is started although nobody paused the queue',
    registers,
  });
  const oldest = new Gauge({
    name: 'riff_queue_oldest_seconds',
    help: 'Age of the job that waits longest',
    registers,
  });
  return async () => {
    const listing = await queue.list({ kind: 'all' });
    jobs.set({ state: 'waiting' }, listing.waiting.length);
    jobs.set({ state: 'running' }, listing.running.length);
    jobs.set({ state: 'dead_lettered' }, listing.deadLetters.length);
    blocked.set(listing.blocked === null ? 0 : 1);
    const createdAt = Math.min(...listing.waiting.map((job) => job.createdAt), clock.now());
    oldest.set((clock.now() - createdAt) / 1000);
  };
}

function observeJobs(queue: ObservedQueue, registers: Registry[]): void {
  const jobs = new Counter({
    name: 'riff_jobs_total',
    help: 'Jobs that came to an end, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const retries = new Counter({ name: 'riff_retries_total', help: 'Renders that start again', registers });
  const stages = new Histogram({
    name: 'riff_stage_seconds',
    help: 'Time of each stage of a render',
    labelNames: ['stage'],
    buckets: SECONDS,
    registers,
  });
  const steps = new Histogram({
    name: 'riff_step_seconds',
    help: 'Time of one diffusion step',
    buckets: SECONDS,
    registers,
  });
  for (const outcome of ['done', 'failed', 'cancelled'] as const) {
    queue.on(outcome, () => jobs.inc({ outcome }));
  }
  queue.on('retrying', () => retries.inc());
  queue.on('rendered', (job, { timings }) => {
    for (const [stage, ms] of Object.entries(timings)) stages.observe({ stage }, ms / 1000);
    if (timings.denoise !== undefined) steps.observe(timings.denoise / job.request.steps / 1000);
  });
}

function observeRefusals(queue: ObservedQueue, registers: Registry[]): void {
  const refusals = new Counter({
    name: 'riff_refusals_total',
    help: 'Requests that were refused, by reason',
    labelNames: ['reason'],
    registers,
  });
  queue.on('answered', (admission) => {
    if (admission.kind === 'refused') refusals.inc({ reason: admission.reason });
  });
}

/** |measured − estimated| ÷ measured, for the first estimate that was shown to the user. */
function observeEstimates(queue: ObservedQueue, clock: Pick<Clock, 'now'>, registers: Registry[]): void {
  const error = new Histogram({
    name: 'riff_eta_error_ratio',
    help: 'Distance of the first estimate from the measured time, divided by the measured time',
    buckets: [0.05, 0.1, 0.2, 0.3, 0.5, 1, 2],
    registers,
  });
  const estimates = new Map<string, number>();
  queue.on('answered', (admission) => {
    if (admission.kind !== 'accepted' || admission.position.etaMs === null) return;
    estimates.set(admission.job.id, admission.position.etaMs);
  });
  queue.on('rendered', (job) => {
    const etaMs = estimates.get(job.id);
    const measuredMs = clock.now() - job.createdAt;
    if (etaMs !== undefined && measuredMs > 0) error.observe(Math.abs(measuredMs - etaMs) / measuredMs);
  });
  const forget = ({ id }: Job): boolean => estimates.delete(id);
  queue.on('rendered', forget);
  queue.on('failed', forget);
  queue.on('cancelled', forget);
}
