import { type Clock, msSince } from '../clock.ts';
import type { QueuePlace } from '../queue/job.ts';
import type { RiffQueue } from '../queue/riff-queue.ts';

type Places = ReadonlyMap<string, QueuePlace>;

const MAX_AGE_MS = 1000;

/** Everybody's place in line, read at most once a second however many cards ask and however often the line changes. */
export class LinePlaces {
  readonly #queue: Pick<RiffQueue, 'places' | 'place'>;
  readonly #clock: Clock;
  readonly #onRead: (places: Places) => void;
  #readAt = Number.NEGATIVE_INFINITY;
  #places: Promise<Places> = Promise.resolve(new Map());
  #isPlanned = false;
  #cancelReading: () => void = () => {};

  /** `onRead` gets what is read after changes. */
  constructor(queue: Pick<RiffQueue, 'places' | 'place'>, clock: Clock, onRead: (places: Places) => void) {
    this.#queue = queue;
    this.#clock = clock;
    this.#onRead = onRead;
  }

  /** The line changed: it is read again, now or within a second. */
  changed(): void {
    if (this.#isPlanned) return;
    const read = (): void => {
      this.#isPlanned = false;
      // Whoever asks for a place meets the same fault.
      this.#all().then(this.#onRead, () => {});
    };
    const delayMs = this.#freshForMs;
    this.#isPlanned = delayMs > 0;
    if (this.#isPlanned) this.#cancelReading = this.#clock.after(delayMs, read);
    else read();
  }

  /** Null: the job neither waits nor runs. */
  async of(jobId: string): Promise<QueuePlace | null> {
    return (await this.#all()).get(jobId) ?? this.#queue.place(jobId);
  }

  stop(): void {
    this.#cancelReading();
  }

  get #freshForMs(): number {
    return Math.max(0, MAX_AGE_MS - msSince(this.#readAt, this.#clock.now()));
  }

  #all(): Promise<Places> {
    if (this.#freshForMs > 0) return this.#places;
    this.#readAt = this.#clock.now();
    this.#places = this.#queue.places();
    this.#places.catch(() => {
      this.#readAt = Number.NEGATIVE_INFINITY;
    });
    return this.#places;
  }
}
