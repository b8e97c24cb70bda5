/** The source of time; a test passes its own to step over Discord's time limits. */
export interface Clock {
  /** Epoch ms. */
  now(): number;
  /** Calls back once after the delay; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
}

/** The machine's time. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A clock that only `advance` moves; due timers fire in order, each at its own time. */
export interface ManualClock extends Clock {
  advance(durationMs: number): void;
}

interface Timer {
  readonly dueAt: number;
  readonly callback: () => void;
}

export function createManualClock(startAt = Date.UTC(2026, 0, 1)): ManualClock {
  let currentMs = startAt;
  const timers = new Set<Timer>();
  const nextDue = (untilMs: number): Timer | undefined =>
    [...timers].filter((timer) => timer.dueAt <= untilMs).sort((a, b) => a.dueAt - b.dueAt)[0];
  return {
    now: () => currentMs,
    after: (delayMs, callback) => {
      const timer = { dueAt: currentMs + delayMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance: (durationMs) => {
      const untilMs = currentMs + durationMs;
      for (let timer = nextDue(untilMs); timer; timer = nextDue(untilMs)) {
        timers.delete(timer);
        currentMs = timer.dueAt;
        timer.callback();
      }
      currentMs = untilMs;
    },
  };
}
