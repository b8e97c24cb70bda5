import { type Clock, sleep } from '../clock.ts';
import { messageOf, RiffError } from '../errors.ts';
import type { BlockedReasons } from '../queue/blocked-reasons.ts';
import type { QueueLog } from '../queue/contract.ts';
import type { RiffEngine } from '../riff/engine.ts';

/** After crashes on this many different jobs in a row the engine is at fault, not the jobs. */
const SUSPICIOUS_JOBS = 3;
const FIRST_BACK_OFF_MS = 30_000;
const LONGEST_BACK_OFF_MS = 600_000;
/** How often a restarting engine is checked. */
const ASK_AGAIN_MS = 2000;

export interface BreakerOptions {
  readonly engines: number;
  readonly clock: Clock;
  readonly log: QueueLog;
  readonly blocked: BlockedReasons;
}

/**
 * Circuit breaker for the engines, so that a broken one does not use up everybody's attempts. It opens after three
 * different jobs in a row crashed an engine; after a back-off that doubles it is half open and jobs are tried one at a
 * time; any completed render closes it. An engine that is not ready gets no job, and where none is, the queue is blocked.
 */
export class EngineBreaker {
  readonly #options: BreakerOptions;
  readonly #closing = new AbortController();
  readonly #notReady = new Map<RiffEngine, string>();
  /** Jobs that crashed an engine since a render was last completed. */
  readonly #crashedJobs = new Set<string>();
  #state: 'closed' | 'open' | 'half_open' = 'closed';
  #backOffMs = 0;
  /** Resolves when it is half open. */
  #backOff: Promise<void> = Promise.resolve();

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  /** A render was completed. */
  succeeded(): void {
    this.#crashedJobs.clear();
    this.#state = 'closed';
    this.#backOffMs = 0;
    this.#review();
  }

  /** The job crashed its engine. True where the engines are to blame: then the attempt does not count. */
  crashed(jobId: string): boolean {
    this.#crashedJobs.add(jobId);
    if (this.#crashedJobs.size < SUSPICIOUS_JOBS) return false;
    this.#open();
    return true;
  }

  /** Resolves when the engine can be given a job, or when the breaker is disposed of. Never rejects. */
  async untilReady(engine: RiffEngine): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#backOff;
      const fault = await Promise.race([this.#faultOf(engine), aborted(signal)]);
      if (fault === null) this.#notReady.delete(engine);
      else this.#notReady.set(engine, fault);
      if (!signal.aborted) this.#review();
      if (fault === null && this.#state !== 'open') return;
      if (fault !== null) await sleep(ASK_AGAIN_MS, clock, signal);
    }
  }

  /** Resolves all waiting callers. */
  dispose(): void {
    this.#closing.abort();
  }

  #open(): void {
    this.#state = 'open';
    this.#backOffMs = Math.min(Math.max(2 * this.#backOffMs, FIRST_BACK_OFF_MS), LONGEST_BACK_OFF_MS);
    this.#backOff = sleep(this.#backOffMs, this.#options.clock, this.#closing.signal).then(() => {
      if (this.#state !== 'open') return;
      this.#state = 'half_open';
      this.#review();
    });
    this.#review();
  }

  #review(): void {
    const reason = this.#reason();
    const isOnTrial = this.#state === 'half_open';
    this.#options.blocked.set('engine', reason && `the music engine is out of order: ${reason}`, isOnTrial);
  }

  #reason(): string | null {
    const [fault] = this.#notReady.values();
    if (fault !== undefined && this.#notReady.size >= this.#options.engines) return fault;
    return this.#state === 'closed' ? null : REASONS.render;
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
}

/** Users may see these, so they have no paths or names; the log and /health have the details. */
const REASONS = {
  model: 'its model cannot be read',
  memory: 'it runs out of memory',
  start: 'it does not start',
  output: 'it cannot write into its folder of results',
  render: 'it crashes on every riff',
} as const;

function reasonOf(fault: unknown): string {
  if (!(fault instanceof RiffError)) return REASONS.start;
  if (fault.code === 'invalid_model') return REASONS.model;
  if (fault.code === 'output_failed') return REASONS.output;
  return fault.code === 'out_of_memory' ? REASONS.memory : REASONS.start;
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}
