import { EventEmitter } from 'node:events';
import type { Clock } from '../clock.ts';
import type { QueueLog } from './contract.ts';

/** Why no riff is started although no moderator paused the queue. */
export interface BlockedReason {
  readonly cause: 'engine' | 'output' | 'store' | 'delivery';
  /** A clause that users may see, without paths or names; the log has the details. */
  readonly reason: string;
  /** Epoch ms. */
  readonly since: number;
}

/** Holds at most one reason for each cause and shows the oldest. Emits `changed` when the shown reason changes. */
export class BlockedReasons extends EventEmitter<{ changed: [] }> {
  readonly #clock: Clock;
  readonly #log: QueueLog;
  readonly #reasons = new Map<BlockedReason['cause'], BlockedReason>();
  readonly #onTrial = new Set<BlockedReason['cause']>();

  constructor(clock: Clock, log: QueueLog) {
    super();
    this.#clock = clock;
    this.#log = log;
  }

  get current(): BlockedReason | null {
    return this.#reasons.values().next().value ?? null;
  }

  /** No job may start, not even as a probe. */
  get isFinal(): boolean {
    return [...this.#reasons.keys()].some((cause) => !this.#onTrial.has(cause));
  }

  has(cause: BlockedReason['cause']): boolean {
    return this.#reasons.has(cause);
  }

  /** Sets, replaces or (null) clears the reason of this cause. `isOnTrial`: one job may start as a probe. */
  set(cause: BlockedReason['cause'], reason: string | null, isOnTrial = false): void {
    if (isOnTrial) this.#onTrial.add(cause);
    else this.#onTrial.delete(cause);
    const known = this.#reasons.get(cause);
    if (reason === (known?.reason ?? null)) return;
    const before = this.current;
    if (reason === null) this.#reasons.delete(cause);
    else this.#reasons.set(cause, { cause, reason, since: known?.since ?? this.#clock.now() });
    if (reason !== null) this.#log.error({ cause, reason }, 'no riff is started until this is over');
    else if (!this.current) this.#log.info({ cause }, 'the queue goes on');
    if (this.current !== before) this.emit('changed');
  }
}
