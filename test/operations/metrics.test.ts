import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { createMetrics, type ObservedQueue } from '../../src/operations/metrics.ts';
import type { QueueEvents, QueueListing } from '../../src/queue/contract.ts';
import type { Job } from '../../src/queue/job.ts';
import type { RiffFiles } from '../../src/riff/engine.ts';

const NOTHING: QueueListing = { running: [], waiting: [], deadLetters: [], pause: null, blocked: null };

test('lengths, the age of the oldest waiting job and a blocked queue are read when Prometheus asks', async () => {
  const waiting = [jobAt(40_000), jobAt(70_000)];
  const blocked = { cause: 'engine', reason: 'it does not start', since: 0 } as const;
  const { metrics } = observed({ ...NOTHING, waiting, running: [jobAt(10_000)], blocked });
  const text = await metrics.render();
  assert.match(text, /^riff_queue_jobs\{state="waiting"\} 2$/m);
  assert.match(text, /^riff_queue_jobs\{state="running"\} 1$/m);
  assert.match(text, /^riff_queue_oldest_seconds 60$/m);
  assert.match(text, /^riff_queue_blocked 1$/m);
});

test('a scrape reads the queue once', async () => {
  const { metrics, reads } = observed(NOTHING);
  await metrics.render();
  assert.equal(reads.length, 1);
});

test('an empty queue has no age and is not blocked', async () => {
  const { metrics } = observed(NOTHING);
  const text = await metrics.render();
  assert.match(text, /^riff_queue_oldest_seconds 0$/m);
  assert.match(text, /^riff_queue_blocked 0$/m);
});

test('outcomes, refusals and stages are counted from the events of the queue', async () => {
  const { metrics, emit } = observed(NOTHING);
  const job = jobAt(90_000);
  emit('answered', {
    kind: 'refused',
    reason: 'blocked',
    notice: { kind: 'blocked' },
    retryAfterMs: null,
    moderatorReason: '',
  });
  emit('rendered', job, { timings: { denoise: 2000, decode: 100 } } as unknown as RiffFiles);
  emit('done', job);
  emit('failed', job);
  const text = await metrics.render();
  assert.match(text, /^riff_refusals_total\{reason="blocked"\} 1$/m);
  assert.match(text, /^riff_jobs_total\{outcome="done"\} 1$/m);
  assert.match(text, /^riff_jobs_total\{outcome="failed"\} 1$/m);
  assert.match(text, /^riff_stage_seconds_sum\{stage="denoise"\} 2$/m);
  assert.match(text, /^riff_step_seconds_sum 0.1$/m);
});

test('the error of an estimate is the distance divided by the measured time', async () => {
  const { metrics, emit } = observed(NOTHING);
  const job = jobAt(90_000);
  const position = { number: 1, total: 1, etaMs: 8000, blocked: null };
  emit('answered', { kind: 'accepted', job, position });
  emit('rendered', job, { timings: {} } as unknown as RiffFiles);
  assert.match(await metrics.render(), /^riff_eta_error_ratio_sum 0.2$/m);
});

test("Discord's answers and engine ends are counted by status and by expectation", async () => {
  const { metrics, answers } = observed(NOTHING);
  answers.set(429, 1);
  metrics.engineEnded(false);
  const text = await metrics.render();
  assert.match(text, /^riff_discord_answers_total\{status="429"\} 1$/m);
  assert.match(text, /^riff_engine_ends_total\{expected="false"\} 1$/m);
});

function observed(listing: QueueListing) {
  const reads: QueueListing[] = [];
  const events = new EventEmitter();
  const queue: ObservedQueue = {
    on: (event, listener) => {
      events.on(event, listener as () => void);
      return () => {};
    },
    async list() {
      reads.push(listing);
      return listing;
    },
  };
  const emit = <Name extends keyof QueueEvents>(event: Name, ...args: QueueEvents[Name]): void =>
    void events.emit(event, ...args);
  const answers = new Map<number, number>();
  return { metrics: createMetrics(queue, answers, { now: () => 100_000 }), emit, answers, reads };
}

function jobAt(createdAt: number): Job {
  return { id: `job-${createdAt}`, createdAt, request: { steps: 20 } } as Job;
}
