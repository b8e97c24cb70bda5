export interface EngineLimits {
  /** From the spawn to the first message of the child. */
  readonly handshakeMs: number;
  /** Loading may take at least this long without a heartbeat. */
  readonly loadFloorMs: number;
  /** A render may take at least this long between heartbeats. */
  readonly stepFloorMs: number;
  /** A heartbeat is overdue after this many times the running median of its kind. */
  readonly stallFactor: number;
  readonly maxRssBytes: number;
  readonly memoryCheckMs: number;
  /** From SIGTERM to SIGKILL, and from a closed message pipe to SIGTERM. */
  readonly killAfterMs: number;
  /** Consecutive failed starts before pending callers are rejected. */
  readonly startAttempts: number;
  /** The longest pause between starts. Permanent faults (bad model, bad configuration) use it from the first start. */
  readonly longestBackOffMs: number;
  /** Renders after which the process is replaced, once it has been idle for `recycleIdleMs`. */
  readonly recycleAfter: number;
  readonly recycleIdleMs: number;
}

export const DEFAULT_ENGINE_LIMITS: EngineLimits = {
  handshakeMs: 20_000,
  loadFloorMs: 300_000,
  stepFloorMs: 30_000,
  stallFactor: 3,
  maxRssBytes: 8 * 1024 ** 3,
  memoryCheckMs: 500,
  killAfterMs: 2000,
  startAttempts: 3,
  longestBackOffMs: 30_000,
  recycleAfter: 500,
  recycleIdleMs: 2000,
};

const FIRST_MS = 1000;

/** Wait before the next start after `deaths` in a row (≥ 1): 1 s, 2 s, 4 s … `longestMs`. */
export function backOffMs(deaths: number, longestMs: number): number {
  return Math.min(longestMs, FIRST_MS * 2 ** (deaths - 1));
}
