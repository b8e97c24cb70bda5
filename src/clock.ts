/** Time as a dependency, so that tests can move it by hand. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `run` once after `delayMs`, also when the date is changed meanwhile. Returns the function that cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/**
 * Milliseconds from `at` to `now`, both in epoch ms. Infinity where `at` is in the future: the clock was set back since,
 * and nothing should wait until it has caught up.
 */
export function msSince(at: number, now: number): number {
  return at > now ? Number.POSITIVE_INFINITY : now - at;
}

/** Resolves true if `work` settles before the timeout. After a timeout `work` keeps running and its rejection is ignored. */
export function within(work: Promise<unknown>, timeoutMs: number, clock: Clock): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => resolve(false));
    work.then(() => resolve(true), reject).finally(cancel);
  });
}

/**
 * `call` runs `run` at once, or as soon as `periodMs` have passed since its last run; further calls until then are
 * dropped. After `stop`, nothing runs.
 */
export function throttle(
  run: () => void,
  periodMs: number,
  clock: Clock,
): { readonly call: () => void; readonly stop: () => void } {
  let lastAt = Number.NEGATIVE_INFINITY;
  let planned: (() => void) | null = null;
  const runNow = (): void => {
    planned = null;
    lastAt = clock.now();
    run();
  };
  return {
    call() {
      if (planned) return;
      const waitMs = periodMs - msSince(lastAt, clock.now());
      if (waitMs > 0) planned = clock.after(waitMs, runNow);
      else runNow();
    },
    stop() {
      planned?.();
      planned = () => {};
    },
  };
}

/** Resolves after the delay, or as soon as the signal aborts. */
export function sleep(delayMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      cancel();
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = clock.after(delayMs, wake);
    signal.addEventListener('abort', wake);
    if (signal.aborted) wake();
  });
}
