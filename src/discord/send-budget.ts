import type { Clock } from '../clock.ts';

const SECOND_MS = 1000;

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

/** Limits the rate of sends; the most urgent goes first, equally urgent ones in order of arrival. */
export class SendBudget {
  readonly #limits: SendLimits;
  readonly #clock: Clock;
  readonly #waiting = new Set<Waiting>();
  readonly #underWay = new Set<Promise<void>>();
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

  /** Drops the waiting sends; resolves when those under way have ended. */
  async stop(): Promise<void> {
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
