import { type Clock, msSince } from '../clock.ts';

/** Allows the same work once per `ms`, and not again while it is in progress. */
export class Cooldown {
  readonly #ms: number;
  readonly #clock: Clock;
  readonly #running = new Set<string>();
  /** When it was done, in epoch ms; the oldest first. */
  readonly #doneAt = new Map<string, number>();

  constructor(ms: number, clock: Clock) {
    this.#ms = ms;
    this.#clock = clock;
  }

  /** False: it is too early, and nothing was done. Work that rejects may be tried again at once. */
  async run(key: string, work: () => Promise<void>): Promise<boolean> {
    this.#forgetOld();
    if (this.#running.has(key) || this.#doneAt.has(key)) return false;
    this.#running.add(key);
    try {
      await work();
      this.#doneAt.set(key, this.#clock.now());
      return true;
    } finally {
      this.#running.delete(key);
    }
  }

  #forgetOld(): void {
    const now = this.#clock.now();
    for (const [key, at] of this.#doneAt) if (msSince(at, now) >= this.#ms) this.#doneAt.delete(key);
  }
}
