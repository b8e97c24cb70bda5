import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { MAX_BOT_DEATHS, TOO_MANY_BOT_DEATHS } from './failures.ts';
import type { JobStore, Lease, Recovery } from './job-store.ts';
import type { QueueLog } from './queue-log.ts';
import { mayBeAlive, newHolder, randomId } from './worker-id.ts';

interface UpkeepOptions {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly log: QueueLog;
  readonly leaseMs: number;
}

/** This life of the process as the store knows it: its leases, its beat, what it inherits from the dead. */
export class Upkeep {
  readonly holder = newHolder();
  readonly #options: UpkeepOptions;
  #callOff: (() => void) | null = null;
  #stopped = false;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  lease(): Lease {
    return { holder: this.holder, leaseUntil: this.#options.clock.now() + this.#options.leaseMs };
  }

  async renew(): Promise<void> {
    await this.#options.store.renewLeases(this.lease());
  }

  recover(): Promise<Recovery> {
    const { store, clock } = this.#options;
    return store.recover({
      ...this.lease(),
      now: clock.now(),
      holderIsAlive: (holder) => mayBeAlive(holder, this.holder),
      maxBotDeaths: MAX_BOT_DEATHS,
      tooManyBotDeaths: { ...TOO_MANY_BOT_DEATHS, errorId: randomId(6) },
    });
  }

  /** Beats three times per lease until `stop`; a beat that rejects is logged and the next one comes. */
  start(onBeat: () => Promise<void>): void {
    if (this.#stopped) return;
    this.#callOff = this.#options.clock.after(this.#options.leaseMs / 3, () => {
      void onBeat()
        .catch((error: unknown) =>
          this.#options.log.error({ error: messageOf(error) }, 'the store failed at a beat of the queue'),
        )
        .then(() => this.start(onBeat));
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#callOff?.();
  }
}
