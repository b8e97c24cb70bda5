import { type Clock, sleep } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { BlockedReasons } from '../queue/blocked-reasons.ts';
import type { QueueLog } from '../queue/contract.ts';
import type { ResultStore } from '../queue/result-store.ts';

export const OUTPUT_BLOCKED = 'finished riffs cannot be written';

const CHECK_EVERY_MS = 2000;
const LONGEST_BACK_OFF_MS = 60_000;

export interface OutputGateOptions {
  readonly results: Pick<ResultStore, 'checkWritable'>;
  readonly clock: Clock;
  readonly log: QueueLog;
  readonly blocked: BlockedReasons;
}

/** Closed while results cannot be written, so that no riff is rendered in vain. */
export class OutputGate {
  readonly #options: OutputGateOptions;
  readonly #closing = new AbortController();
  #backOffMs = 0;
  /** Resolves when it opens again; null: it is open. */
  #opening: Promise<void> | null = null;

  constructor(options: OutputGateOptions) {
    this.#options = options;
  }

  /** A result was written. */
  succeeded(): void {
    this.#backOffMs = 0;
  }

  /** A riff was rendered and could not be written. */
  failed(): void {
    if (this.#opening) return;
    const { blocked } = this.#options;
    blocked.set('output', OUTPUT_BLOCKED);
    this.#opening = this.#untilWritable().then(() => {
      this.#opening = null;
      if (!this.#closing.signal.aborted) blocked.set('output', null);
    });
  }

  /** Resolves when it is open, or when it is disposed of. */
  async untilOpen(): Promise<void> {
    await this.#opening;
  }

  dispose(): void {
    this.#closing.abort();
  }

  async #untilWritable(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#closing;
    // The back-off also grows if the check succeeds and the next riff does not fit.
    this.#backOffMs = Math.min(Math.max(2 * this.#backOffMs, CHECK_EVERY_MS), LONGEST_BACK_OFF_MS);
    await sleep(this.#backOffMs, clock, signal);
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
