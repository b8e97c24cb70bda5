import type { Clock } from '../../clock.ts';
import type { PostgresDatabase } from './postgres.ts';

const NOW = 'SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT) AS now';
const AGAIN_MS = 60_000;

/** The server's time, so that machines with different clocks agree on when a lease is over. */
export class ServerClock implements Clock {
  readonly #database: PostgresDatabase;
  readonly #base: Clock;
  #aheadMs = 0;
  #cancel = () => {};

  private constructor(database: PostgresDatabase, base: Clock) {
    this.#database = database;
    this.#base = base;
  }

  /** Asks the server now and every minute. */
  static async start(database: PostgresDatabase, base: Clock): Promise<ServerClock> {
    const clock = new ServerClock(database, base);
    await clock.#ask();
    clock.#askLater();
    return clock;
  }

  now(): number {
    return this.#base.now() + this.#aheadMs;
  }

  after(delayMs: number, work: () => void): () => void {
    return this.#base.after(delayMs, work);
  }

  stop(): void {
    this.#cancel();
  }

  async #ask(): Promise<void> {
    const before = this.#base.now();
    const row = await this.#database.get<{ readonly now: number }>(NOW);
    const after = this.#base.now();
    if (row) this.#aheadMs = Math.round(row.now - (before + after) / 2);
  }

  #askLater(): void {
    this.#cancel = this.#base.after(AGAIN_MS, () => {
      // Without an answer the last difference holds.
      this.#ask().catch(() => {});
      this.#askLater();
    });
  }
}
