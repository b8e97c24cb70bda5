import type { Clock } from '../clock.ts';

const SECOND_MS = 1000;
/** Pauses between attempts of what must arrive; the last one repeats. */
const BACKOFF_MS = [5000, 30_000, 120_000, 600_000] as const;

export interface SendLimits {
  /** In any second. */
  readonly perSecond: number;
  readonly atOnce: number;
}

interface Waiting {
  /** Smaller goes first. */
  readonly urgency: number;
  readonly send: () => Promise<boolean>;
}

/** The attempt that failed, from 1, and the pause before the next one. */
interface Retry {
  readonly attempt: number;
  readonly backoffMs: number;
}

/** Limits the rate of sends; the most urgent goes first, equally urgent ones in order of arrival. */
export class SendBudget {
  readonly #limits: SendLimits;
  readonly #clock: Clock;
  readonly #waiting = new Set<Waiting>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #cancelRetries = new Set<() => void>();
  #isStopped = false;
  /** Epoch ms, oldest first, of the last second. */
  #startedAt: number[] = [];
  #cancelTimer: () => void = () => {};

  constructor(limits: SendLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /**
   * Calls `send` when the budget allows, perhaps within this call. `send` resolves true if it made a request, false
   * if there was nothing to send; it must not reject. The returned function cancels the call.
   */
  schedule(urgency: number, send: Waiting['send']): () => void {
    const waiting = { urgency, send };
    this.#waiting.add(waiting);
    this.#letOut();
    return () => this.#waiting.delete(waiting);
  }

  /**
   * The same for what must arrive: where `send` rejects, it is tried again after growing pauses, as long as `isWorthIt`
   * says so.
   */
  insist(
    urgency: number,
    send: () => Promise<void>,
    isWorthIt: (error: unknown, retry: Retry) => boolean,
    attempt = 1,
  ): void {
    this.schedule(urgency, async () => {
      await send().catch((error: unknown) => {
        const backoffMs = BACKOFF_MS[Math.min(attempt, BACKOFF_MS.length) - 1] ?? 0;
        if (!isWorthIt(error, { attempt, backoffMs }) || this.#isStopped) return;
        const cancel = this.#clock.after(backoffMs, () => {
          this.#cancelRetries.delete(cancel);
          this.insist(urgency, send, isWorthIt, attempt + 1);
        });
        this.#cancelRetries.add(cancel);
      });
      return true;
    });
  }

  /** Drops the waiting sends; resolves when those under way have ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const cancel of this.#cancelRetries) cancel();
    this.#waiting.clear();
    this.#cancelTimer();
    await Promise.all(this.#underWay);
  }

  #letOut(): void {
    this.#cancelTimer();
    const now = this.#clock.now();
    this.#startedAt = this.#startedAt.filter((at) => at <= now && at > now - SECOND_MS);
    while (this.#waiting.size > 0 && this.#underWay.size < this.#limits.atOnce) {
      const [oldest] = this.#startedAt;
      if (oldest !== undefined && this.#startedAt.length >= this.#limits.perSecond) {
        this.#cancelTimer = this.#clock.after(oldest + SECOND_MS - now, () => this.#letOut());
        return;
      }
      this.#start(this.#mostUrgent(), now);
    }
  }

  #mostUrgent(): Waiting {
    return [...this.#waiting].reduce((first, other) => (other.urgency < first.urgency ? other : first));
  }

  #start(waiting: Waiting, now: number): void {
    this.#waiting.delete(waiting);
    this.#startedAt.push(now);
    const sending = waiting.send().then((wasSent) => {
      if (!wasSent) this.#startedAt.splice(this.#startedAt.indexOf(now), 1);
      this.#underWay.delete(sending);
      this.#letOut();
    });
    this.#underWay.add(sending);
  }
}
