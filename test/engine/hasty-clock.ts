import type { Clock } from '../../src/clock.ts';

/** Real time that runs `factor` times faster: pauses of seconds pass in a blink. */
export function hastyClock(factor: number): Clock {
  return {
    now: () => performance.now() * factor,
    after: (delayMs, run) => {
      const timer = setTimeout(run, delayMs / factor);
      return () => clearTimeout(timer);
    },
  };
}
