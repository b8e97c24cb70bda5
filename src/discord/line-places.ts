import type { Clock } from '../clock.ts';
import type { QueuePlace } from '../queue/job.ts';
import type { RiffQueue } from '../queue/riff-queue.ts';

type Places = ReadonlyMap<string, QueuePlace>;

const MAX_AGE_MS = 1000;

/** Everybody's place in line, read at most once a second however many cards ask and however often the line changes. */
export class LinePlaces {
  readonly #queue: Pick<RiffQueue, 'places' | 'place'>;
  readonly #clock: Clock;
  #readAt = Number.NEGATIVE_INFINITY;
  #places: Promise<Places> = Promise.resolve(new Map());

  constructor(queue: Pick<RiffQueue, 'places' | 'place'>, clock: Clock) {
    this.#queue = queue;
    this.#clock = clock;
  }

  /** Until a new reading differs from the last one, in ms; 0: now. */
  get freshInMs(): number {
    return Math.max(0, this.#readAt + MAX_AGE_MS - this.#clock.now());
  }

  all(): Promise<Places> {
    if (this.freshInMs > 0) return this.#places;
    this.#readAt = this.#clock.now();
    this.#places = this.#queue.places();
    this.#places.catch(() => {
      this.#readAt = Number.NEGATIVE_INFINITY;
    });
    return this.#places;
  }

  /** Null: the job neither waits nor runs. */
  async of(jobId: string): Promise<QueuePlace | null> {
    return (await this.all()).get(jobId) ?? this.#queue.place(jobId);
  }
}
