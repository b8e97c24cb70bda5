import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { JobStore, Lease, Recovery } from '../queue/job-store.ts';
import type { QueueLog } from '../queue/ports.ts';
import type { Presence } from '../queue/processes.ts';
import { randomId } from '../queue/random-id.ts';
import { MAX_BOT_DEATHS, TOO_MANY_BOT_DEATHS } from '../queue/retry-policy.ts';

export const LEASE_MS = 9000;

export interface LeasesOptions {
  readonly store: JobStore;
  readonly presence: Presence;
  readonly clock: Clock;
  /** It delivers riffs and tells users. */
  readonly isBot: boolean;
  readonly log: QueueLog;
  readonly leaseMs?: number | undefined;
  /** How often they are renewed; by default a third of a lease. */
  readonly beatMs?: number | undefined;
}

/** The leases of this process on its jobs: renews them, and takes over those of processes that are gone. */
export class Leases {
  readonly #options: LeasesOptions;
  #isStopped = false;
  /** Of the last renewal; null: none. */
  #fault: string | null = null;
  #cancelBeat = () => {};

  constructor(options: LeasesOptions) {
    this.#options = options;
  }

  /** For a job that is claimed, or held, now. */
  next(): Lease {
    const { presence, clock, leaseMs = LEASE_MS } = this.#options;
    return { workerId: presence.id, leaseUntil: clock.now() + leaseMs };
  }

  renew(): Promise<void> {
    return this.#options.store.renewLeases(this.next());
  }

  /** Renews them from now on, each time before `work`, until `stop`. */
  keep(work: () => Promise<void>): void {
    if (this.#isStopped) return;
    const { clock, leaseMs = LEASE_MS, beatMs = leaseMs / 3 } = this.#options;
    this.#cancelBeat = clock.after(beatMs, () => {
      void this.renew()
        .then(work)
        .then(
          () => this.#noteFault(null),
          (error: unknown) => this.#noteFault(messageOf(error)),
        )
        .then(() => this.keep(work));
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelBeat();
  }

  /** Takes over the jobs of processes that are gone. Null: there were none. */
  async recover(): Promise<Recovery | null> {
    const { store, presence, clock, isBot } = this.#options;
    const recovery = await store.recover({
      ...this.next(),
      now: clock.now(),
      workerIsAlive: await presence.look(),
      isBot,
      maxBotDeaths: MAX_BOT_DEATHS,
      tooManyBotDeaths: { ...TOO_MANY_BOT_DEATHS, errorId: randomId(6) },
    });
    return Object.values(recovery).some((jobs) => jobs.length > 0) ? recovery : null;
  }

  /** Logs a fault when it begins, and when the store works again. Null: there was none. */
  #noteFault(fault: string | null): void {
    const { log } = this.#options;
    if (fault !== null && fault !== this.#fault)
      log.error({ error: fault }, 'the store failed at a lease renewal');
    if (fault === null && this.#fault !== null) log.info({}, 'the store works again');
    this.#fault = fault;
  }
}
