/** Time as the queue sees it; tests pass one that they move by hand. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `run` once after `delayMs`; the returned function calls it off. */
  after(delayMs: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** True when the work settled in time; it goes on otherwise, and its rejection is nobody's then. */
export function within(work: Promise<unknown>, timeoutMs: number, clock: Clock): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const callOff = clock.after(timeoutMs, () => resolve(false));
    work.then(() => resolve(true), reject).finally(callOff);
  });
}
