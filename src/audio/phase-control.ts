import type { Span } from './stft.ts';

/** Shared numbers by which threads wait for each other. */
export type Control = Int32Array<SharedArrayBuffer>;

const [ARRIVED, ROUND, CANCELLED, LENGTH] = [0, 1, 2, 3];

export function createControl(): Control {
  return new Int32Array(new SharedArrayBuffer(4 * LENGTH));
}

/**
 * Blocks until all `count` threads have come here. False, for all of them in the same round, once the task is cancelled:
 * the last to arrive decides for everybody, and a thread that died lets nobody wait for it.
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

/** Threads end at their next meeting. */
export function cancelSoon(control: Control): void {
  Atomics.store(control, CANCELLED, 1);
}

/** For a thread that will not come any more. */
export function endNow(control: Control): void {
  Atomics.store(control, ROUND, ENDED);
  Atomics.notify(control, ROUND);
}

/** The share of thread `index` in `length` things, in order and as equal as they can be. */
export function pieceOf(length: number, index: number, count: number): Span {
  return { from: Math.floor((length * index) / count), to: Math.floor((length * (index + 1)) / count) };
}
