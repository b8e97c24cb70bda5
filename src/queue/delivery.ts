import { type Clock, msSince } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { reasonTexts } from '../messages/reasons.ts';
import type { RiffFiles } from '../riff/engine.ts';
import type { BlockedReasons } from './blocked-reasons.ts';
import type { Deliver, Delivery } from './contract.ts';
import type { Job } from './job.ts';
import type { JobStore } from './job-store.ts';
import type { QueueLog } from './ports.ts';
import { randomId } from './random-id.ts';
import { MAX_ATTEMPTS } from './retry-policy.ts';

interface DeliveriesOptions {
  readonly store: JobStore;
  readonly workerId: string;
  readonly clock: Clock;
  readonly log: QueueLog;
  readonly deliver: Deliver;
  /** Pauses between attempts; the last one repeats. */
  readonly backoffMs: readonly number[] | undefined;
  /** Give up after this long; null: never. */
  readonly deliverForMs: number | null;
  readonly blocked: BlockedReasons;
  /** The job is done or failed now. */
  readonly onSettled: (job: Job) => void;
  /** Delivery no longer blocks the queue. */
  readonly onUnblocked: () => void;
}

interface UnderWay {
  /** Epoch ms. */
  readonly renderedAt: number;
  /** An attempt failed and no delivery has succeeded since. */
  isStuck: boolean;
  /** Epoch ms of the last failed attempt. */
  failedAt: number;
  /** Ends the pause before the next attempt. */
  wakeUp: () => void;
}

const BACKOFF_MS = [1000, 5000, 30_000, 120_000, 600_000];
/** After this many undeliverable riffs in a row, rendering stops until a delivery succeeds. */
const STUCK_DELIVERIES = 3;
/** How long rendering stops before it goes on: perhaps only these few riffs cannot be delivered. */
const LET_THROUGH_MS = 300_000;
/** Deliveries that failed longer ago than this are retried at once when another one succeeds. */
const TRY_AGAIN_MS = 60_000;

/**
 * Delivers rendered jobs, all at the same time and outside the render slots. A temporary fault is retried
 * for as long as results are kept; the first success makes all others retry at once.
 */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #backoffMs: readonly number[];
  readonly #underWay = new Map<string, UnderWay>();
  readonly #promises = new Set<Promise<void>>();
  #stopped = false;
  #cancelLetThrough = () => {};

  constructor(options: DeliveriesOptions) {
    this.#options = options;
    this.#backoffMs = options.backoffMs ?? BACKOFF_MS;
  }

  get size(): number {
    return this.#underWay.size;
  }

  /** Epoch ms at which the oldest undelivered riff was rendered. */
  get oldestSince(): number | null {
    const [oldest] = Array.from(this.#underWay.values(), ({ renderedAt }) => renderedAt).sort(
      (a, b) => a - b,
    );
    return oldest ?? null;
  }

  /** `job.state` must be rendered, under this worker's lease. */
  begin(job: Job): void {
    if (job.state.kind !== 'rendered' || this.#underWay.has(job.id)) return;
    const { files, renderedAt } = job.state;
    const underWay: UnderWay = { renderedAt, isStuck: false, failedAt: 0, wakeUp: () => {} };
    this.#underWay.set(job.id, underWay);
    const delivery = this.#bring(job, files, underWay).finally(() => {
      this.#underWay.delete(job.id);
      this.#promises.delete(delivery);
      this.#review();
    });
    this.#promises.add(delivery);
  }

  async idle(): Promise<void> {
    while (this.#promises.size > 0) await Promise.all(this.#promises);
  }

  /** Starts no further attempts; undelivered jobs stay rendered for the next start. */
  stop(): void {
    this.#stopped = true;
    this.#cancelLetThrough();
    for (const { wakeUp } of this.#underWay.values()) wakeUp();
  }

  async #bring(job: Job, files: RiffFiles, underWay: UnderWay): Promise<void> {
    const { deliverForMs } = this.#options;
    let waitedMs = 0;
    for (let tries = 0; !this.#stopped; tries += 1) {
      const delivery = await this.#tryOnce(job, files);
      if (delivery === 'not_ours') return;
      if (delivery !== 'again') return this.#settle(job, delivery, underWay);
      // The pauses are added up: a clock that jumps ahead must not give up a riff rendered a minute ago.
      if (deliverForMs !== null && waitedMs >= deliverForMs) return this.#settle(job, GAVE_UP, underWay);
      underWay.isStuck = true;
      underWay.failedAt = this.#options.clock.now();
      this.#review();
      waitedMs += this.#waitMsOf(tries);
      await this.#pause(this.#waitMsOf(tries), underWay);
    }
  }

  async #tryOnce(job: Job, files: RiffFiles): Promise<Delivery | 'again' | 'not_ours'> {
    const { store, workerId, deliver, log } = this.#options;
    try {
      const attempt = await store.beginDelivery(job.id, workerId);
      return attempt === null ? 'not_ours' : await deliver(job, files, attempt);
    } catch (error) {
      log.warn({ jobId: job.id, error: messageOf(error) }, 'a delivery failed');
      return 'again';
    }
  }

  /** The user has the riff, so only the write to the store is retried, never the sending. */
  async #settle(job: Job, delivery: Delivery, underWay: UnderWay): Promise<void> {
    if (delivery.kind === 'delivered') this.#gotThrough();
    for (let tries = 0; !this.#stopped; tries += 1) {
      try {
        const settled = await this.#write(job, delivery);
        if (settled) this.#options.onSettled(settled);
        return;
      } catch (error) {
        this.#options.log.error({ jobId: job.id, error: messageOf(error) }, 'a delivery could not be stored');
      }
      await this.#pause(this.#waitMsOf(tries), underWay);
    }
  }

  #write(job: Job, delivery: Delivery): Promise<Job | null> {
    const { store, workerId, clock, log } = this.#options;
    if (delivery.kind === 'delivered') {
      const { messageId } = delivery;
      return store.settleDelivery(job, workerId, { kind: 'done', messageId }, clock.now());
    }
    if (delivery.kind === 'files_gone' && job.attempts < MAX_ATTEMPTS) {
      log.warn({ jobId: job.id }, 'the files of a riff are gone, it is rendered again');
      return store.settleDelivery(job, workerId, { kind: 'requeued' }, clock.now());
    }
    const reason = delivery.kind === 'files_gone' ? reasonTexts.en.filesGone : delivery.reason;
    const failure = { code: 'undeliverable', reason, errorId: randomId(6) };
    log.warn({ jobId: job.id, errorId: failure.errorId }, 'a riff could not be delivered');
    return store.settleDelivery(job, workerId, { kind: 'failed', failure }, clock.now());
  }

  #gotThrough(): void {
    const stuck = [...this.#underWay.values()].filter(({ isStuck }) => isStuck);
    for (const underWay of stuck) {
      underWay.isStuck = false;
      if (msSince(underWay.failedAt, this.#options.clock.now()) >= TRY_AGAIN_MS) underWay.wakeUp();
    }
  }

  #review(): void {
    const stuck = [...this.#underWay.values()].filter(({ isStuck }) => isStuck).length;
    const { blocked, clock } = this.#options;
    if (stuck < STUCK_DELIVERIES) this.#unblock();
    else if (!blocked.has('delivery')) {
      blocked.set('delivery', reasonTexts.en.discordUnreachable);
      this.#cancelLetThrough = clock.after(LET_THROUGH_MS, () => this.#unblock());
    }
  }

  #unblock(): void {
    const { blocked, onUnblocked } = this.#options;
    if (!blocked.has('delivery')) return;
    this.#cancelLetThrough();
    blocked.set('delivery', null);
    if (!this.#stopped) onUnblocked();
  }

  #waitMsOf(tries: number): number {
    return this.#backoffMs[tries] ?? this.#backoffMs.at(-1) ?? 0;
  }

  #pause(delayMs: number, underWay: UnderWay): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(delayMs, () => underWay.wakeUp());
      underWay.wakeUp = () => {
        cancel();
        underWay.wakeUp = () => {};
        resolve();
      };
      if (this.#stopped) underWay.wakeUp();
    });
  }
}

const GAVE_UP: Delivery = {
  kind: 'undeliverable',
  reason: reasonTexts.en.sendingGaveUp,
};
