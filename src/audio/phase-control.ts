import type { Span } from './stft.ts';

/** Shared counters through which threads wait for each other. */
export type Control = Int32Array<SharedArrayBuffer>;

const [ARRIVED, ROUND, CANCELLED, LENGTH] = [0, 1, 2, 3];

export function createControl(): Control {
  return new Int32Array(new SharedArrayBuffer(4 * LENGTH));
}

/**
 * A barrier: blocks until all `count` threads have called it. Returns false to all of them in the same round once the task
 * is cancelled (the last thread to arrive decides) or a thread has died.
 */
export function meet(control: Control, count: number): boolean {
  const round = Atomics.load(control, ROUND);
  if (round < 0) return false;
  if (Atomics.add(control, ARRIVED, 1) === count - 1) {
    Atomics.store(control, ARRIVED, 0);
    const next = Atomics.load(control, CANCELLED) === 1 ? ENDED : round + 1;
    Atomics.compareExchange(control, ROUND, round, next);
    Atomics.notify(control, ROUND);
  } else Atomics.wait(control, ROUND, round);
  return Atomics.load(control, ROUND) >= 0;
}

const ENDED = -1;

/** The threads stop at the next barrier. */
export function cancelSoon(control: Control): void {
  Atomics.store(control, CANCELLED, 1);
}

/** Releases the threads that wait for one that died; they stop. */
export function endNow(control: Control): void {
  Atomics.store(control, ROUND, ENDED);
  Atomics.notify(control, ROUND);
}

/** The span of `length` items that thread `index` handles; spans are consecutive and as equal as possible. */
export function pieceOf(length: number, index: number, count: number): Span {
  return { from: Math.floor((length * index) / count), to: Math.floor((length * (index + 1)) / count) };
}
