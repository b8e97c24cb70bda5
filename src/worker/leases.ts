import type { Clock } from '../clock.ts';
import type { JobStore, Lease, Recovery } from '../queue/job-store.ts';
import { randomId } from '../queue/random-id.ts';
import { MAX_BOT_DEATHS, TOO_MANY_BOT_DEATHS } from '../queue/retry-policy.ts';
import { mayBeAlive, newWorkerId } from './worker-id.ts';

/** This process's leases on jobs: renews them, and takes over jobs whose worker is gone. */
export class Leases {
  readonly workerId = newWorkerId();
  readonly #store: JobStore;
  readonly #clock: Clock;
  readonly #leaseMs: number;

  constructor(store: JobStore, clock: Clock, leaseMs: number) {
    this.#store = store;
    this.#clock = clock;
    this.#leaseMs = leaseMs;
  }

  /** For a job that is claimed now. */
  next(): Lease {
    return { workerId: this.workerId, leaseUntil: this.#clock.now() + this.#leaseMs };
  }

  renew(): Promise<void> {
    return this.#store.renewLeases(this.next());
  }

  recover(): Promise<Recovery> {
    return this.#store.recover({
      ...this.next(),
      now: this.#clock.now(),
      workerIsAlive: (workerId) => mayBeAlive(workerId, this.workerId),
      maxBotDeaths: MAX_BOT_DEATHS,
      tooManyBotDeaths: { ...TOO_MANY_BOT_DEATHS, errorId: randomId(6) },
    });
  }
}
