import type { Clock } from '../clock.ts';

/** True when the work settled in time; it goes on otherwise, and its rejection is nobody's then. */
export function within(work: Promise<unknown>, timeoutMs: number, clock: Clock): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const callOff = clock.after(timeoutMs, () => resolve(false));
    work.then(() => resolve(true), reject).finally(callOff);
  });
}
