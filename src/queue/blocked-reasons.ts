import { EventEmitter } from 'node:events';
import type { Clock } from '../clock.ts';
import type { QueueLog } from './ports.ts';

/** Why no riff is started although no moderator paused the queue. */
export interface BlockedReason {
  readonly cause: 'engine' | 'output' | 'store' | 'delivery';
  /** A clause that users may see, without paths or names; the log has the details. */
  readonly reason: string;
  /** Epoch ms. */
  readonly since: number;
}

type Cause = BlockedReason['cause'];

/** Holds at most one reason for each cause and shows the oldest. Emits `changed` when the shown reason changes. */
export class BlockedReasons extends EventEmitter<{ changed: [] }> {
  /** The oldest reason; set here alone. */
  current: BlockedReason | null = null;
  /** No job may start, not even as a probe; set here alone. */
  isFinal = false;
  readonly #clock: Clock;
  readonly #log: QueueLog;
  readonly #reasons = new Map<Cause, BlockedReason>();
  readonly #onTrial = new Set<Cause>();

  constructor(clock: Clock, log: QueueLog) {
    super();
    this.#clock = clock;
    this.#log = log;
  }

  has(cause: Cause): boolean {
    return this.#reasons.has(cause);
  }

  /** Sets, replaces or (null) clears the reason of this cause. `isOnTrial`: one job may start as a probe. */
  set(cause: Cause, reason: string | null, isOnTrial = false): void {
    const known = this.#reasons.get(cause);
    if (reason === null) this.#reasons.delete(cause);
    else if (reason !== known?.reason)
      this.#reasons.set(cause, { cause, reason, since: known?.since ?? this.#clock.now() });
    if (isOnTrial) this.#onTrial.add(cause);
    else this.#onTrial.delete(cause);
    this.isFinal = this.#reasons.keys().some((other) => !this.#onTrial.has(other));
    const before = this.current;
    this.current = this.#reasons.values().next().value ?? null;
    if (reason === (known?.reason ?? null)) return;
    if (reason !== null) this.#log.error({ cause, reason }, 'no riff is started until this is over');
    else if (!this.current) this.#log.info({ cause }, 'the queue goes on');
    if (this.current !== before) this.emit('changed');
  }
}
