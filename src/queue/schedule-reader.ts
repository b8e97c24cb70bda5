import { type Clock, msSince } from '../clock.ts';
import type { RiffFiles } from '../riff/engine.ts';
import type { RiffRequest } from '../riff/request.ts';
import type { Job, QueuePosition } from './job.ts';
import type { JobStore } from './job-store.ts';
import { Paces } from './pace.ts';
import type { RenderWorker } from './render-worker.ts';
import { type Capacity, Schedule } from './schedule.ts';

/** Other processes may change the store unnoticed. */
const MAX_AGE_MS = 1000;

export interface ScheduleReaderOptions {
  readonly store: JobStore;
  readonly worker: RenderWorker;
  readonly clock: Clock;
}

/** The schedule as it is now, read from the store at most once a second while nothing changes here; and the paces. */
export class ScheduleReader {
  readonly #options: ScheduleReaderOptions;
  readonly #paces = new Paces();
  /** What `#known` resolved with. */
  #current: Schedule | null = null;
  #known: { readonly takenAt: number; readonly reading: Promise<Schedule> } | null = null;

  constructor(options: ScheduleReaderOptions) {
    this.#options = options;
    const { worker } = options;
    worker.on('ready', (description) => this.#paces.assume(description));
  }

  read(): Promise<Schedule> {
    const { store, clock } = this.#options;
    const now = clock.now();
    if (this.#known && msSince(this.#known.takenAt, now) < MAX_AGE_MS) return this.#known.reading;
    const reading = store.snapshot(now).then((snapshot) => new Schedule(snapshot));
    const known = { takenAt: now, reading };
    this.#known = known;
    reading.then(
      (schedule) => {
        if (this.#known === known) this.#current = schedule;
      },
      () => this.forget(),
    );
    return reading;
  }

  /** A render was completed; its timings improve the estimates. */
  learn(request: RiffRequest, files: RiffFiles): void {
    this.#paces.learn(request, files);
  }

  /** The order changed, so the next call reads the store again. */
  forget(): void {
    this.#known = null;
    this.#current = null;
  }

  /** Keeps `after` if one more job is the only change since `before`; otherwise the next call reads the store again. */
  keep(after: Schedule, before: Schedule): void {
    const isAll = this.#current === before;
    this.#current = isAll ? after : null;
    this.#known = isAll ? { takenAt: this.#options.clock.now(), reading: Promise.resolve(after) } : null;
  }

  positionsIn(schedule: Schedule): ReadonlyMap<string, QueuePosition> {
    return schedule.positions(this.capacity, (job) => this.live(job));
  }

  get capacity(): Capacity {
    const { worker, clock } = this.#options;
    const { slots, blocked } = worker;
    return { paces: this.#paces, slots, blocked: blocked.current, now: clock.now() };
  }

  /** The job with its newest progress if it runs in this process. */
  live(job: Job): Job {
    return this.#options.worker.live(job.id) ?? job;
  }
}
