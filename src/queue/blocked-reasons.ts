import type { Clock } from '../clock.ts';
import type { Hold } from './contract.ts';
import type { QueueLog } from './queue-log.ts';

interface BlockedReasonsOptions {
  readonly clock: Clock;
  readonly log: QueueLog;
  /** `current` is another one than before. */
  readonly onChanged: () => void;
}

/** Why no riff is started although nobody paused the queue. There may be several causes at once; the first one is told. */
export class BlockedReasons {
  readonly #options: BlockedReasonsOptions;
  readonly #holds = new Map<Hold['cause'], Hold>();

  constructor(options: BlockedReasonsOptions) {
    this.#options = options;
  }

  get current(): Hold | null {
    return this.#holds.values().next().value ?? null;
  }

  has(cause: Hold['cause']): boolean {
    return this.#holds.has(cause);
  }

  /** Sets, replaces or (null) ends what this cause says. */
  set(cause: Hold['cause'], reason: string | null): void {
    const { clock, log, onChanged } = this.#options;
    const known = this.#holds.get(cause);
    if (reason === (known?.reason ?? null)) return;
    const before = this.current;
    if (reason === null) this.#holds.delete(cause);
    else this.#holds.set(cause, { cause, reason, since: known?.since ?? clock.now() });
    if (reason !== null) log.error({ cause, reason }, 'no riff is started until this is over');
    else if (!this.current) log.info({ cause }, 'the queue goes on');
    if (this.current !== before) onChanged();
  }
}
