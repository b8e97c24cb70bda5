import type { Clock } from '../../../src/clock.ts';

interface Alarm {
  readonly at: number;
  readonly run: () => void;
}

/** Time that stands still until `advance` moves it. */
export class FakeClock implements Clock {
  #now: number;
  #alarms: Alarm[] = [];

  constructor(now = 1_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): () => void {
    const alarm = { at: this.#now + delayMs, run };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other.run !== run);
    };
  }

  /** Rings every alarm that gets due, in order of time; what they promise is finished before the next one rings. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#nextUntil(end); next; next = this.#nextUntil(end)) {
      this.#alarms = this.#alarms.filter((alarm) => alarm !== next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await settle();
    }
    this.#now = end;
  }

  /** Sets the date, as an operator or a time server does; no timer goes by it. */
  jump(ms: number): void {
    this.#now += ms;
    this.#alarms = this.#alarms.map(({ at, run }) => ({ at: at + ms, run }));
  }

  #nextUntil(end: number): Alarm | undefined {
    const due = this.#alarms.filter((alarm) => alarm.at <= end);
    return due.sort((a, b) => a.at - b.at)[0];
  }
}

/**
 * Lets every promise that can go on without time and files go on: all microtasks, however many follow each other, run
 * before the next turn of the event loop.
 */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
