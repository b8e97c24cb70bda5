export interface EngineLimits {
  /** From the spawn to the child's first word. */
  readonly handshakeMs: number;
  /** Least time that loading may go without a beat. */
  readonly loadFloorMs: number;
  /** Least time that a render may go without a beat. */
  readonly stepFloorMs: number;
  /** A beat is overdue after this many times the running median of its kind. */
  readonly stallFactor: number;
  readonly maxRssBytes: number;
  readonly memoryCheckMs: number;
  /** From SIGTERM to SIGKILL, and from a closed message pipe to SIGTERM. */
  readonly killAfterMs: number;
  /** Deaths in a row after which those who wait for a start are told. */
  readonly startAttempts: number;
  /** Pauses between starts grow up to this; a fault that no start mends waits as long from the first time on. */
  readonly longestBackOffMs: number;
  /** Renders after which the process is replaced, once nothing has been asked for `recycleIdleMs`. */
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
