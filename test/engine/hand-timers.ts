import type { Timers } from '../../src/engine/timers.ts';

interface Alarm {
  readonly atMs: number;
  readonly action: () => void;
}

/** A clock that moves only when a test turns it. */
export class HandTimers implements Timers {
  #nowMs = 0;
  #alarms: Alarm[] = [];

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, action: () => void): () => void {
    const alarm = { atMs: this.#nowMs + delayMs, action };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  /** Runs everything that falls due on the way, in order. */
  turn(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (let next = this.#next(untilMs); next; next = this.#next(untilMs)) {
      const due = next;
      this.#alarms = this.#alarms.filter((other) => other !== due);
      this.#nowMs = due.atMs;
      due.action();
    }
    this.#nowMs = untilMs;
  }

  #next(untilMs: number): Alarm | undefined {
    return this.#alarms.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
  }
}

/** Real time that runs `factor` times faster: pauses of seconds pass in a blink. */
export function hastyTimers(factor: number): Timers {
  return {
    now: () => performance.now() * factor,
    after: (delayMs, action) => {
      const timer = setTimeout(action, delayMs / factor);
      return () => clearTimeout(timer);
    },
  };
}
