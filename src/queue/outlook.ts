import type { Clock } from '../clock.ts';
import type { ByReach } from './admission.ts';
import type { Hold } from './contract.ts';
import { foretell, type Measured, type Pace, Paces, remainingMs, renderTimeMs } from './eta.ts';
import { type Job, type Pause, pauseFor, type QueuePlace, type Standstill } from './job.ts';
import type { JobStore } from './job-store.ts';

interface OutlookOptions {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly slots: number;
  readonly live: (jobId: string) => Job | null;
  readonly hold: () => Hold | null;
}

interface Snapshot {
  readonly takenAt: number;
  readonly running: readonly Job[];
  readonly waiting: readonly Job[];
  readonly pauses: readonly Pause[];
}

/** Other processes change the store without telling us. */
const SNAPSHOT_AGE_MS = 1000;

/** Positions and ETAs: what the queue shows of the future. Reads the store once for many questions. */
export class Outlook {
  readonly #options: OutlookOptions;
  readonly #paces = new Paces();
  #snapshot: { readonly takenAt: number; readonly reading: Promise<Snapshot> } | null = null;

  constructor(options: OutlookOptions) {
    this.#options = options;
  }

  /** What the engine measured about itself, until there is something of our own. */
  assume(pace: Pace): void {
    this.#paces.assume(pace);
  }

  learn(measured: Measured): void {
    this.#paces.learn(measured);
  }

  /** The order changed: read it again. */
  forget(): void {
    this.#snapshot = null;
  }

  async places(): Promise<ReadonlyMap<string, QueuePlace>> {
    const { running, waiting, pauses } = await this.#read();
    const total = waiting.length;
    const places = new Map<string, QueuePlace>();
    for (const job of running)
      places.set(job.id, { position: 0, total, etaMs: this.#leftOf(job), standstill: null });
    const times = this.#foretell(running, waiting);
    for (const [index, job] of waiting.entries()) {
      const standstill = this.#standstillOf(job, pauses);
      const etaMs = standstill ? null : (times?.[index]?.endMs ?? null);
      places.set(job.id, { position: index + 1, total, etaMs, standstill });
    }
    return places;
  }

  /**
   * Until the first waiting job starts, of the user, of the guild, of all. Null: nothing measured, or none waits;
   * Infinity: it is paused.
   */
  async nextStartsMs(userId: string, guildId: string | null): Promise<ByReach<number | null>> {
    const { running, waiting, pauses } = await this.#read();
    const times = this.#foretell(running, waiting);
    const nextOf = (isWanted: (job: Job) => boolean) => {
      const index = waiting.findIndex(isWanted);
      const next = waiting[index];
      if (next && pauseFor(next.guildId, pauses)) return Number.POSITIVE_INFINITY;
      return times?.[index]?.startMs ?? null;
    };
    return {
      user: nextOf((job) => job.userId === userId),
      guild: nextOf((job) => job.guildId === guildId),
      total: nextOf(() => true),
    };
  }

  #standstillOf({ guildId }: Job, pauses: readonly Pause[]): Standstill | null {
    const pause = pauseFor(guildId, pauses);
    if (pause) return { kind: 'paused', reason: pause.reason };
    const hold = this.#options.hold();
    return hold && { kind: 'held', reason: hold.reason };
  }

  #foretell(running: readonly Job[], waiting: readonly Job[]): ReturnType<typeof foretell> | null {
    if (this.#options.hold()) return null;
    const waitingMs: number[] = [];
    for (const { request } of waiting) {
      const pace = this.#paces.of(request);
      if (pace === null) return null;
      waitingMs.push(renderTimeMs(pace, request));
    }
    const runningMs = running.map((job) => this.#leftOf(job) ?? 0);
    return foretell(waitingMs, runningMs, Math.max(this.#options.slots, running.length));
  }

  #leftOf(job: Job): number | null {
    const { state, request } = this.#options.live(job.id) ?? job;
    const pace = this.#paces.of(request);
    if (pace === null || state.kind !== 'running') return null;
    return remainingMs(pace, request, state.progress, this.#options.clock.now() - state.startedAt);
  }

  #read(): Promise<Snapshot> {
    const now = this.#options.clock.now();
    if (this.#snapshot && Math.abs(now - this.#snapshot.takenAt) < SNAPSHOT_AGE_MS)
      return this.#snapshot.reading;
    const reading = this.#take(now);
    this.#snapshot = { takenAt: now, reading };
    reading.catch(() => this.forget());
    return reading;
  }

  async #take(takenAt: number): Promise<Snapshot> {
    const { store } = this.#options;
    const [running, waiting, pauses] = await Promise.all([
      store.running({ kind: 'all' }),
      store.waiting({ kind: 'all' }, takenAt),
      store.pauses(),
    ]);
    return { takenAt, running, waiting, pauses };
  }
}
