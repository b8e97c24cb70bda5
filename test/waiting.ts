import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';

/**
 * Ways to wait for another process. Nothing in it tells this one when it is done or gone, so its traces are polled, each
 * time with a deadline.
 */
const POLL_MS = 20;
/** A look that takes long is taken less often, so that what is waited for gets the processor. */
const REST_PER_LOOK = 9;
const LONGEST_REST_MS = 500;

const end = new AsyncLocalStorage<AbortSignal>();

/**
 * Every wait in `work` rejects once the signal aborts, before its own deadline too, so that `work` disposes of what it has
 * started. For long work in a test with a timeout: the runner gives up the test, not what it waits for.
 */
export function endingWith<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return end.run(signal, work);
}

type Look<T> = () => T | null | undefined | Promise<T | null | undefined>;

/** Polls until `look` finds something; null when the time is up. */
export function eventually<T>(look: Look<T>, timeoutMs: number): Promise<T | null> {
  const restMs = (lookMs: number): number =>
    Math.max(POLL_MS, Math.min(REST_PER_LOOK * lookMs, LONGEST_REST_MS));
  return poll(look, timeoutMs, (lookMs) => pause(restMs(lookMs)));
}

/** As `eventually`, but rejects when the time is up. */
export async function until<T>(what: string, look: Look<T>, timeoutMs: number): Promise<T> {
  const found = await eventually(look, timeoutMs);
  if (found === null) throw lateError(what, timeoutMs);
  return found;
}

/** Rejects when the promise has not settled after so long. */
export async function inTime<T>(what: string, promise: Promise<T>, timeoutMs: number): Promise<T> {
  const settled = new AbortController();
  const signal = AbortSignal.any([settled.signal, end.getStore()].filter((given) => given !== undefined));
  const deadline = pause(timeoutMs, null, { signal }).then(() => {
    throw lateError(what, timeoutMs);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    deadline.catch(() => {});
    settled.abort();
  }
}

/** For what goes on in this process: looks after every turn of its event loop. Rejects when the time is up. */
export async function happens(
  what: string,
  look: () => boolean | Promise<boolean>,
  timeoutMs = 60_000,
): Promise<void> {
  const found = await poll(async () => (await look()) || null, timeoutMs, turn);
  if (found === null) throw lateError(what, timeoutMs);
}

async function poll<T>(
  look: Look<T>,
  timeoutMs: number,
  rest: (lookMs: number) => Promise<unknown>,
): Promise<T | null> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    end.getStore()?.throwIfAborted();
    const lookedAt = performance.now();
    const found = await look();
    if (found !== null && found !== undefined) return found;
    const now = performance.now();
    if (now > deadline) return null;
    await rest(now - lookedAt);
  }
}

function lateError(what: string, timeoutMs: number): Error {
  return new Error(`expected ${what} within ${timeoutMs} ms; it did not come`);
}
