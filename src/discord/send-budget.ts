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

/** Lets a limited number of sends out, the most urgent first. Those equally urgent go in the order they came. */
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
   * Calls `send` when it is its turn, within this call if there is room. It resolves true when a request was made, false
   * when there turned out to be nothing to send; it must not reject. The returned function takes it off the list.
   */
  schedule(urgency: number, send: Waiting['send']): () => void {
    const waiting = { urgency, send };
    this.#waiting.add(waiting);
    this.#letOut();
    return () => this.#waiting.delete(waiting);
  }

  /** Forgets what waits; resolves when what is under way has ended. */
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
