import { EventEmitter } from 'node:events';
import type { Clock } from '../clock.ts';
import type { QueueLog } from './contract.ts';

/** Why no riff is started although no moderator paused the queue. */
export interface BlockedReason {
  readonly cause: 'engine' | 'output' | 'store' | 'delivery';
  /** A clause for everybody's eyes, without paths and names: the log has the fault itself. */
  readonly reason: string;
  /** Epoch ms. */
  readonly since: number;
}

/** One reason by cause at most; the oldest is the one that is told. Emits `changed` when that is another one. */
export class BlockedReasons extends EventEmitter<{ changed: [] }> {
  readonly #clock: Clock;
  readonly #log: QueueLog;
  readonly #reasons = new Map<BlockedReason['cause'], BlockedReason>();

  constructor(clock: Clock, log: QueueLog) {
    super();
    this.#clock = clock;
    this.#log = log;
  }

  get current(): BlockedReason | null {
    return this.#reasons.values().next().value ?? null;
  }

  has(cause: BlockedReason['cause']): boolean {
    return this.#reasons.has(cause);
  }

  /** Sets, replaces or (null) ends what this cause says. */
  set(cause: BlockedReason['cause'], reason: string | null): void {
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
