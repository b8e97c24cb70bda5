import { createManualClock } from 'local-discord/clock';
import type { Clock } from '../../../src/clock.ts';

/** The manual clock for a queue: promises go on between two timers, and its date can be set. */
export class QueueClock implements Clock {
  readonly #time = createManualClock(1_000_000);
  readonly #dueAt = new Set<{ readonly at: number }>();
  #offsetMs = 0;

  now(): number {
    return this.#time.now() + this.#offsetMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const due = { at: this.#time.now() + delayMs };
    this.#dueAt.add(due);
    const cancel = this.#time.after(delayMs, () => {
      this.#dueAt.delete(due);
      run();
    });
    return () => {
      this.#dueAt.delete(due);
      cancel();
    };
  }

  /** Rings every timer that gets due, in order of time; what they promise is finished before the next one rings. */
  async advance(ms: number): Promise<void> {
    const end = this.#time.now() + ms;
    await settle();
    for (let next = this.#nextUntil(end); next !== null; next = this.#nextUntil(end)) {
      this.#time.advance(next - this.#time.now());
      await settle();
    }
    this.#time.advance(end - this.#time.now());
  }

  /** Sets the date, as an operator or a time server does; no timer goes by it. */
  jump(ms: number): void {
    this.#offsetMs += ms;
  }

  #nextUntil(end: number): number | null {
    const due = Array.from(this.#dueAt, ({ at }) => at).filter((at) => at <= end);
    return due.length === 0 ? null : Math.min(...due);
  }
}

/** Lets every promise that can go on without time passing go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
