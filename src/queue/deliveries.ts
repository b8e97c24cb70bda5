import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { RiffFiles } from '../riff/engine.ts';
import type { Deliver, Delivery } from './contract.ts';
import { randomId } from './holder.ts';
import type { Job } from './job.ts';
import type { JobStore } from './job-store.ts';
import type { QueueLog } from './queue-log.ts';

interface DeliveriesOptions {
  readonly store: JobStore;
  readonly holder: string;
  readonly clock: Clock;
  readonly log: QueueLog;
  readonly deliver: Deliver;
  readonly backoffMs: readonly number[];
  /** The job is done or failed now. */
  readonly onSettled: (job: Job) => void;
}

/** Rendered jobs on their way to the person, all at the same time; each holds no slot. */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #underWay = new Set<Promise<void>>();
  readonly #wakeUps = new Set<() => void>();
  #stopped = false;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#underWay.size;
  }

  /** `job.state` is rendered and ours. */
  begin(job: Job): void {
    if (job.state.kind !== 'rendered') return;
    const delivery = this.#bring(job, job.state.files).finally(() => this.#underWay.delete(delivery));
    this.#underWay.add(delivery);
  }

  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** No further tries; what is not confirmed stays rendered for the next start. */
  stop(): void {
    this.#stopped = true;
    for (const wakeUp of this.#wakeUps) wakeUp();
  }

  async #bring(job: Job, files: RiffFiles): Promise<void> {
    let delivery: Delivery | 'again' | 'not_ours' = 'again';
    for (const waitMs of [0, ...this.#options.backoffMs]) {
      if (waitMs > 0) await this.#pause(waitMs);
      if (this.#stopped) return;
      delivery = await this.#tryOnce(job, files);
      if (delivery !== 'again') break;
    }
    if (delivery === 'not_ours') return;
    await this.#settle(job, delivery === 'again' ? GAVE_UP : delivery);
  }

  async #tryOnce(job: Job, files: RiffFiles): Promise<Delivery | 'again' | 'not_ours'> {
    const { store, holder, deliver, log } = this.#options;
    try {
      const attempt = await store.beginDelivery(job.id, holder);
      return attempt === null ? 'not_ours' : await deliver(job, files, attempt);
    } catch (error) {
      log.warn({ jobId: job.id, error: messageOf(error) }, 'a delivery failed');
      return 'again';
    }
  }

  /** The person has the riff: only the store is tried again, never the sending. */
  async #settle(job: Job, delivery: Delivery): Promise<void> {
    for (const waitMs of [...this.#options.backoffMs, null]) {
      try {
        const settled = await this.#write(job, delivery);
        if (settled) this.#options.onSettled(settled);
        return;
      } catch (error) {
        this.#options.log.error({ jobId: job.id, error: messageOf(error) }, 'a delivery could not be stored');
      }
      if (waitMs === null || this.#stopped) return;
      await this.#pause(waitMs);
    }
  }

  #write(job: Job, delivery: Delivery): Promise<Job | null> {
    const { store, holder, clock, log } = this.#options;
    if (delivery.kind === 'delivered') return store.markDone(job.id, holder, delivery.messageId, clock.now());
    const failure = { code: 'undeliverable', reason: delivery.reason, errorId: randomId(6) };
    log.warn({ jobId: job.id, errorId: failure.errorId }, 'a riff could not be delivered');
    return store.fail(job.id, holder, failure, clock.now());
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wakeUp = () => {
        callOff();
        this.#wakeUps.delete(wakeUp);
        resolve();
      };
      const callOff = this.#options.clock.after(delayMs, wakeUp);
      this.#wakeUps.add(wakeUp);
      if (this.#stopped) wakeUp();
    });
  }
}

const GAVE_UP: Delivery = {
  kind: 'undeliverable',
  reason: 'The riff was made, but Discord did not take it after several tries.',
};
