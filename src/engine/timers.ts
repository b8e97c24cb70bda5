/** The only clock of the engine, so that tests can turn it by hand. */
export interface Timers {
  /** Monotonic milliseconds; the origin means nothing. */
  now(): number;
  /** Runs `action` once after the delay. Returns what calls it off; calling that late is harmless. */
  after(delayMs: number, action: () => void): () => void;
}

export const systemTimers: Timers = {
  now: () => performance.now(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};
