import type { Clock } from '../clock.ts';
import { messageOf, RiffError } from '../errors.ts';
import type { RiffEngine } from '../riff/engine.ts';
import type { BlockedReasons } from './blocked-reasons.ts';
import type { QueueLog } from './queue-log.ts';
import type { ResultStore } from './result-store.ts';

/** As many different jobs in a row that took an engine down: by now it is the engine, not the jobs. */
const SUSPICIOUS_JOBS = 3;
const FIRST_REST_MS = 30_000;
const LONGEST_REST_MS = 600_000;
/** Engines restart by themselves, with pauses of their own; this is only how soon a success is noticed. */
const ASK_AGAIN_MS = 2000;
const LONGEST_OUTPUT_REST_MS = 60_000;

interface ReadinessOptions {
  readonly engines: number;
  readonly clock: Clock;
  readonly log: QueueLog;
  readonly blocked: BlockedReasons;
  readonly results: Pick<ResultStore, 'checkWritable'> | null;
}

/**
 * Keeps a broken engine from using up the tries of everybody's jobs. An engine that failed gets no job before it is
 * ready again; where none is, the queue is held. Engines that start and then die on one job after the other are held
 * too, and given one job at a time after growing rests, until a render comes to its end.
 */
export class Readiness {
  readonly #options: ReadinessOptions;
  readonly #down = new Map<RiffEngine, string>();
  /** Jobs that took an engine down, since a render last came to its end. */
  readonly #crashed = new Set<string>();
  readonly #wakeUps = new Set<() => void>();
  #restMs = 0;
  /** Until the engines are given another chance; timers, not moments: a clock may be set back by hours. */
  #rest: Promise<void> | null = null;
  #outputRestMs = 0;
  /** Until results can be written again. */
  #output: Promise<void> | null = null;
  #closed = false;

  constructor(options: ReadinessOptions) {
    this.#options = options;
  }

  /** No job may be started at this moment, by any engine. */
  get isResting(): boolean {
    return this.#rest !== null || this.#output !== null;
  }

  /** A render came to its end: engines work. */
  finished(): void {
    this.#crashed.clear();
    this.#restMs = 0;
    this.#outputRestMs = 0;
    this.#review();
  }

  /** The job took its engine down. True where the engines are to blame for it: then it does not count against the job. */
  crashed(jobId: string): boolean {
    this.#crashed.add(jobId);
    if (this.#crashed.size < SUSPICIOUS_JOBS) return false;
    this.#restMs = Math.min(Math.max(2 * this.#restMs, FIRST_REST_MS), LONGEST_REST_MS);
    this.#rest = this.#pause(this.#restMs).finally(() => {
      this.#rest = null;
    });
    this.#review();
    return true;
  }

  /** A riff was rendered and could not be written. Nothing is started until one could be. */
  outputFailed(): void {
    if (this.#output !== null) return;
    this.#options.blocked.set('output', 'finished riffs cannot be written');
    this.#output = this.#untilWritable().finally(() => {
      this.#output = null;
      if (!this.#closed) this.#options.blocked.set('output', null);
    });
  }

  async #untilWritable(): Promise<void> {
    // Grows where there is room for the check and then not for a riff.
    this.#outputRestMs = Math.min(Math.max(2 * this.#outputRestMs, ASK_AGAIN_MS), LONGEST_OUTPUT_REST_MS);
    await this.#pause(this.#outputRestMs);
    while (!this.#closed && !(await this.#isWritable())) await this.#pause(ASK_AGAIN_MS);
  }

  async #isWritable(): Promise<boolean> {
    try {
      await this.#options.results?.checkWritable();
      return true;
    } catch (error) {
      this.#options.log.warn({ error: messageOf(error) }, 'results cannot be written yet');
      return false;
    }
  }

  /** Resolves when the engine can be given a job, or when all is closed. Never rejects. */
  async untilReady(engine: RiffEngine): Promise<void> {
    while (!this.#closed) {
      await Promise.all([this.#rest, this.#output]);
      const fault = await this.#faultOf(engine);
      if (fault === null) this.#down.delete(engine);
      else this.#down.set(engine, fault);
      this.#review();
      if (fault === null && !this.isResting) return;
      if (fault !== null) await this.#pause(ASK_AGAIN_MS);
    }
  }

  /** Lets everybody go who waits. */
  close(): void {
    this.#closed = true;
    for (const wakeUp of this.#wakeUps) wakeUp();
  }

  #review(): void {
    const reason = this.#reason();
    this.#options.blocked.set('engine', reason && `the music engine is out of order: ${reason}`);
  }

  #reason(): string | null {
    const [fault] = this.#down.values();
    if (fault !== undefined && this.#down.size >= this.#options.engines) return fault;
    return this.#crashed.size >= SUSPICIOUS_JOBS ? REASONS.render : null;
  }

  async #faultOf(engine: RiffEngine): Promise<string | null> {
    if (this.#closed) return null;
    const asked = engine.describe().then(
      () => null,
      (fault: unknown) => {
        this.#options.log.warn({ error: messageOf(fault) }, 'an engine is not ready');
        return reasonOf(fault);
      },
    );
    return this.#wait((settle) => {
      void asked.then(settle);
      return () => {};
    });
  }

  async #pause(delayMs: number): Promise<void> {
    await this.#wait((settle) => this.#options.clock.after(delayMs, () => settle(null)));
  }

  /** What `begin` settles with, or null as soon as all is closed. */
  #wait<T>(begin: (settle: (value: T | null) => void) => () => void): Promise<T | null> {
    return new Promise((resolve) => {
      const settle = (value: T | null): void => {
        callOff();
        this.#wakeUps.delete(wakeUp);
        resolve(value);
      };
      const wakeUp = (): void => settle(null);
      this.#wakeUps.add(wakeUp);
      const callOff = begin(settle);
      if (this.#closed) wakeUp();
    });
  }
}

/** For everybody's eyes, so without paths and names; the log and /health have the fault itself. */
const REASONS = {
  model: 'its model cannot be read',
  memory: 'it runs out of memory',
  start: 'it does not start',
  output: 'it cannot write into its folder of results',
  render: 'it ends in the middle of one riff after the other',
} as const;

function reasonOf(fault: unknown): string {
  if (!(fault instanceof RiffError)) return REASONS.start;
  if (fault.code === 'invalid_model') return REASONS.model;
  if (fault.code === 'output_failed') return REASONS.output;
  return fault.code === 'out_of_memory' ? REASONS.memory : REASONS.start;
}
