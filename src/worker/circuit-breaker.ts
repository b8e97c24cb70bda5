import { type Clock, sleep } from '../clock.ts';
import { messageOf, RiffError } from '../errors.ts';
import { reasonTexts } from '../messages/reasons.ts';
import type { BlockedReasons } from '../queue/blocked-reasons.ts';
import type { Job } from '../queue/job.ts';
import type { RenderResult } from '../queue/job-store.ts';
import type { QueueLog, ResultStore } from '../queue/ports.ts';
import { randomId } from '../queue/random-id.ts';
import { decide, engineAfter } from '../queue/retry-policy.ts';
import type { RiffEngine } from '../riff/engine.ts';

export const OUTPUT_BLOCKED = reasonTexts.en.resultsUnwritable;

/** After crashes on this many different jobs in a row the engine is at fault, not the jobs. */
const SUSPICIOUS_JOBS = 3;
/** How often a restarting engine, or a folder of results that cannot be written, is checked. */
const CHECK_EVERY_MS = 2000;
const ENGINE_BACK_OFF = { firstMs: 30_000, longestMs: 600_000 };
const OUTPUT_BACK_OFF = { firstMs: CHECK_EVERY_MS, longestMs: 60_000 };

/** The delay of a job when the engines are at fault, so that the next attempt goes to another job. */
const BLAMELESS: RenderResult = { kind: 'requeued', delayMs: 60_000, countsAttempt: false };

export interface BreakerOptions {
  readonly engines: number;
  readonly results: Pick<ResultStore, 'checkWritable'>;
  readonly clock: Clock;
  readonly log: QueueLog;
  readonly blocked: BlockedReasons;
}

/**
 * Circuit breaker, so that broken engines or a full disk do not use up everybody's attempts. It opens after three different
 * jobs in a row crashed an engine; after a back-off that doubles it is half open and jobs are tried one at a time; any
 * completed render closes it. An engine that is not ready gets no job, and where none is, the queue is blocked. It is
 * blocked as well while results cannot be written, so that no riff is rendered in vain.
 */
export class CircuitBreaker {
  readonly #options: BreakerOptions;
  readonly #closing = new AbortController();
  readonly #notReady = new Map<RiffEngine, string>();
  /** Jobs that crashed an engine since a render was last completed. */
  readonly #crashedJobs = new Set<string>();
  #state: 'closed' | 'open' | 'half_open' = 'closed';
  #backOffMs = 0;
  /** Resolves when it is half open. */
  #backOff: Promise<void> = Promise.resolve();
  #outputBackOffMs = 0;
  /** Resolves when results can be written again; null: they can. */
  #untilWritable: Promise<void> | null = null;

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  /** A render was completed and its result was written. */
  succeeded(): void {
    this.#outputBackOffMs = 0;
    this.#engineWorks();
  }

  /** A render failed, by its own fault or by the engine's. Returns what becomes of the job. */
  failed({ id: jobId, attempts }: Job, fault: unknown): RenderResult {
    const { log } = this.#options;
    const error = messageOf(fault);
    if (this.#areEnginesToBlame(jobId, fault)) {
      log.warn({ jobId, attempts, error }, 'an engine crashed as it did on others, the job is put off');
      return BLAMELESS;
    }
    const decision = decide(fault, attempts);
    if (decision.kind === 'retry') {
      log.warn({ jobId, attempts, ...decision, error }, 'a render failed, it is tried again');
      return { ...decision, kind: 'requeued' };
    }
    const failure = { code: decision.code, reason: decision.reason, errorId: randomId(6) };
    log.error({ jobId, attempts, ...failure, error }, 'a render failed for good');
    return { kind: 'failed', failure };
  }

  /** Resolves when the engine can be given a job, or when the breaker is disposed of. Never rejects. */
  async untilReady(engine: RiffEngine): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#closing;
    await this.#untilWritable;
    while (!signal.aborted) {
      await this.#backOff;
      const fault = await Promise.race([this.#faultOf(engine), aborted(signal)]);
      if (fault === null) this.#notReady.delete(engine);
      else this.#notReady.set(engine, fault);
      if (!signal.aborted) this.#review();
      if (fault === null && this.#state !== 'open') return;
      if (fault !== null) await sleep(CHECK_EVERY_MS, clock, signal);
    }
  }

  /** Resolves all waiting callers. */
  dispose(): void {
    this.#closing.abort();
  }

  #areEnginesToBlame(jobId: string, fault: unknown): boolean {
    const engine = engineAfter(fault);
    if (engine === 'works') this.#engineWorks();
    if (engine === 'unwritable') this.#blockOutput();
    if (engine !== 'crashed') return false;
    this.#crashedJobs.add(jobId);
    if (this.#crashedJobs.size < SUSPICIOUS_JOBS) return false;
    this.#open();
    return true;
  }

  #engineWorks(): void {
    this.#crashedJobs.clear();
    this.#state = 'closed';
    this.#backOffMs = 0;
    this.#review();
  }

  #open(): void {
    this.#state = 'open';
    this.#backOffMs = longer(this.#backOffMs, ENGINE_BACK_OFF);
    this.#backOff = sleep(this.#backOffMs, this.#options.clock, this.#closing.signal).then(() => {
      if (this.#state !== 'open') return;
      this.#state = 'half_open';
      this.#review();
    });
    this.#review();
  }

  #review(): void {
    this.#options.blocked.set('engine', this.#reason(), this.#state === 'half_open');
  }

  #reason(): string | null {
    const [fault] = this.#notReady.values();
    if (fault !== undefined && this.#notReady.size >= this.#options.engines) return fault;
    return this.#state === 'closed' ? null : reasonTexts.en.engineCrashes;
  }

  async #faultOf(engine: RiffEngine): Promise<string | null> {
    try {
      await engine.describe();
      return null;
    } catch (fault) {
      this.#options.log.warn({ error: messageOf(fault) }, 'an engine is not ready');
      return reasonOf(fault);
    }
  }

  #blockOutput(): void {
    if (this.#untilWritable) return;
    const { blocked } = this.#options;
    blocked.set('output', OUTPUT_BLOCKED);
    this.#untilWritable = this.#waitUntilWritable().then(() => {
      this.#untilWritable = null;
      if (!this.#closing.signal.aborted) blocked.set('output', null);
    });
  }

  async #waitUntilWritable(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#closing;
    // The back-off also grows if the check succeeds and the next riff does not fit.
    this.#outputBackOffMs = longer(this.#outputBackOffMs, OUTPUT_BACK_OFF);
    await sleep(this.#outputBackOffMs, clock, signal);
    while (!signal.aborted && !(await this.#isWritable())) await sleep(CHECK_EVERY_MS, clock, signal);
  }

  async #isWritable(): Promise<boolean> {
    try {
      await this.#options.results.checkWritable();
      return true;
    } catch (error) {
      this.#options.log.warn({ error: messageOf(error) }, 'results cannot be written yet');
      return false;
    }
  }
}

function longer(backOffMs: number, { firstMs, longestMs }: typeof ENGINE_BACK_OFF): number {
  return Math.min(Math.max(2 * backOffMs, firstMs), longestMs);
}

/** Users may see it, so it has no paths or names; the log and /health have the details. */
function reasonOf(fault: unknown): string {
  const { en } = reasonTexts;
  if (!(fault instanceof RiffError)) return en.engineDoesNotStart;
  if (fault.code === 'invalid_model') return en.modelUnreadable;
  if (fault.code === 'output_failed') return en.engineCannotWrite;
  return fault.code === 'out_of_memory' ? en.outOfMemory : en.engineDoesNotStart;
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}
