import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { RiffFiles } from '../riff/engine.ts';
import type { BlockedReasons } from './blocked-reasons.ts';
import { engineAfter, judge, type Verdict } from './failures.ts';
import type { Job } from './job.ts';
import type { JobStore, Lease } from './job-store.ts';
import type { QueueLog } from './queue-log.ts';
import type { Readiness } from './readiness.ts';
import { randomId } from './worker-id.ts';

/** How a render ended. */
export type Outcome =
  | { readonly kind: 'files'; readonly files: RiffFiles }
  /** Cancelled, or handed back by an orderly stop: the store knows which. */
  | { readonly kind: 'aborted' }
  | { readonly kind: 'thrown'; readonly thrown: unknown };

/** What became of the job; null: it was no longer ours. `delayMs` where it will be tried again. */
export interface Settled {
  readonly job: Job | null;
  readonly delayMs: number | null;
}

interface EndingsOptions {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly log: QueueLog;
  readonly lease: () => Lease;
  readonly blocked: BlockedReasons;
}

export const STORE_CANNOT_BE_WRITTEN = 'the queue cannot be written';

/** Where the engines are to blame: put off, so that the next try is somebody else's. */
const BLAMELESS: Verdict = { kind: 'retry', delayMs: 60_000, refund: true };

/** Brings the ends of renders into the store. */
export class Endings {
  readonly #options: EndingsOptions;
  readonly #readiness: Readiness;
  /** Ends that the store did not take; tried again until it does. */
  readonly #unsettled = new Map<string, () => Promise<void>>();

  constructor(options: EndingsOptions, readiness: Readiness) {
    this.#options = options;
    this.#readiness = readiness;
  }

  async settleLeftovers(): Promise<void> {
    for (const [jobId, settle] of this.#unsettled) {
      await settle();
      this.#unsettled.delete(jobId);
    }
  }

  /** Never rejects. `onSettled` is called once the end is stored, which may be later. */
  async settle(job: Job, outcome: Outcome, onSettled: (settled: Settled) => void): Promise<void> {
    const store = this.#decide(job, outcome);
    const settle = async () => onSettled(await store());
    try {
      await settle();
    } catch (error) {
      const { log, blocked } = this.#options;
      log.error({ jobId: job.id, error: messageOf(error) }, 'the end of a render could not be stored yet');
      this.#unsettled.set(job.id, settle);
      blocked.set('store', STORE_CANNOT_BE_WRITTEN);
    }
  }

  /** Looks at the engines once; what it returns may be tried more than once. */
  #decide(job: Job, outcome: Outcome): () => Promise<Settled> {
    switch (outcome.kind) {
      case 'files':
        this.#readiness.finished();
        return () => this.#settleFiles(job, outcome.files);
      case 'aborted':
        return () => this.#putBack(job, 0, true);
      case 'thrown':
        return this.#decideFault(job, outcome.thrown);
    }
  }

  async #settleFiles({ id }: Job, files: RiffFiles): Promise<Settled> {
    const { store, clock, lease } = this.#options;
    return { job: await store.markRendered(id, lease().holder, files, clock.now()), delayMs: null };
  }

  async #putBack({ id }: Job, delayMs: number, refund: boolean): Promise<Settled> {
    const { store, clock, lease } = this.#options;
    const now = clock.now();
    const terms = { notBefore: delayMs === 0 ? 0 : now + delayMs, refund };
    return { job: await store.putBack(id, lease().holder, terms, now), delayMs };
  }

  #decideFault(job: Job, thrown: unknown): () => Promise<Settled> {
    const { store, clock, lease, log } = this.#options;
    const { id: jobId, attempts } = job;
    const verdict = this.#judge(job, thrown);
    const error = messageOf(thrown);
    if (verdict.kind === 'retry') {
      log.warn({ jobId, attempts, ...verdict, error }, 'a render failed, it is tried again');
      return () => this.#putBack(job, verdict.delayMs, verdict.refund);
    }
    const failure = { code: verdict.code, reason: verdict.reason, errorId: randomId(6) };
    log.error({ jobId, attempts, ...failure, error }, 'a render failed for good');
    return async () => ({
      job: await store.fail(jobId, lease().holder, failure, clock.now()),
      delayMs: null,
    });
  }

  #judge({ id, attempts }: Job, thrown: unknown): Verdict {
    const engine = engineAfter(thrown);
    if (engine === 'works') this.#readiness.finished();
    if (engine === 'mute') this.#readiness.outputFailed();
    if (engine === 'lost' && this.#readiness.crashed(id)) return BLAMELESS;
    return judge(thrown, attempts);
  }
}
