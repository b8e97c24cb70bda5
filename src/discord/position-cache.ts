import { type Clock, msSince } from '../clock.ts';
import type { QueuePosition } from '../queue/job.ts';
import type { RiffQueue } from '../queue/riff-queue.ts';

type Positions = ReadonlyMap<string, QueuePosition>;

const MAX_AGE_MS = 1000;

/** Caches the positions of all jobs: reads the queue at most once a second, however many cards ask or changes come. */
export class PositionCache {
  readonly #queue: Pick<RiffQueue, 'positions' | 'position'>;
  readonly #clock: Clock;
  readonly #onRead: (positions: Positions) => void;
  #readAt = Number.NEGATIVE_INFINITY;
  #positions: Promise<Positions> = Promise.resolve(new Map());
  #isPlanned = false;
  #cancelReading: () => void = () => {};

  /** `onRead` is called with the positions read after a change. */
  constructor(
    queue: Pick<RiffQueue, 'positions' | 'position'>,
    clock: Clock,
    onRead: (positions: Positions) => void,
  ) {
    this.#queue = queue;
    this.#clock = clock;
    this.#onRead = onRead;
  }

  /** The queue changed: reads it again, now or within a second. */
  changed(): void {
    if (this.#isPlanned) return;
    const read = (): void => {
      this.#isPlanned = false;
      // The next call of `of` reports the same fault.
      this.#all().then(this.#onRead, () => {});
    };
    const delayMs = this.#freshForMs;
    this.#isPlanned = delayMs > 0;
    if (this.#isPlanned) this.#cancelReading = this.#clock.after(delayMs, read);
    else read();
  }

  /** Null: the job neither waits nor runs. */
  async of(jobId: string): Promise<QueuePosition | null> {
    return (await this.#all()).get(jobId) ?? this.#queue.position(jobId);
  }

  stop(): void {
    this.#cancelReading();
  }

  get #freshForMs(): number {
    return Math.max(0, MAX_AGE_MS - msSince(this.#readAt, this.#clock.now()));
  }

  #all(): Promise<Positions> {
    if (this.#freshForMs > 0) return this.#positions;
    this.#readAt = this.#clock.now();
    this.#positions = this.#queue.positions();
    this.#positions.catch(() => {
      this.#readAt = Number.NEGATIVE_INFINITY;
    });
    return this.#positions;
  }
}
