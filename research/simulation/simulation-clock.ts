import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/clock.ts';

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Time that stands still until it is moved. Whatever a timer promises is done before the next one rings. */
export class SimulationClock implements Clock {
  readonly #timers = new Set<Timer>();
  #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { at: this.#now + delayMs, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  async advanceTo(at: number): Promise<void> {
    for (let next = this.#nextUntil(at); next !== null; next = this.#nextUntil(at)) {
      this.#timers.delete(next);
      this.#now = next.at;
      next.run();
      await turn();
    }
    this.#now = Math.max(this.#now, at);
  }

  #nextUntil(at: number): Timer | null {
    let next: Timer | null = null;
    for (const timer of this.#timers)
      if (timer.at <= at && (next === null || timer.at < next.at)) next = timer;
    return next;
  }
}
