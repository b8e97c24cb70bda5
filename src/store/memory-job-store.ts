import { inTurnOrder, laneOf, nextTurn } from '../queue/fair-turn.ts';
import {
  type Act,
  isInScope,
  type Job,
  type JobState,
  type Pause,
  type PauseScope,
  type QueueScope,
} from '../queue/job.ts';
import type * as port from '../queue/job-store.ts';
import { sortRecovered } from '../queue/job-store.ts';
import type { RenderProgress, RiffFiles } from '../riff/engine.ts';

interface Entry {
  job: Job;
  holder: string | null;
  leaseUntil: number;
  notBefore: number;
  /** The user's last turn before this one. */
  turnBefore: number;
  deliveryAttempts: number;
  cancelWish: Act | null;
}

/** Jobs of one process, gone with it. For tests and for trying things out. */
export class MemoryJobStore implements port.JobStore {
  /** In order of arrival. */
  readonly #entries = new Map<string, Entry>();
  readonly #turns = new Map<string, number>();
  readonly #accepted: { readonly userId: string; readonly at: number }[] = [];
  readonly #pauses = new Map<string, Pause>();
  #lastTurn = 0;

  async insert({ id, createdAt, request, userId, guildId, target, parentJobId }: port.NewJob): Promise<Job> {
    const origin = { id, createdAt, request, userId, guildId, target, parentJobId };
    const job: Job = { ...origin, attempts: 0, priority: 0, state: { kind: 'waiting' } };
    this.#entries.set(id, { job, ...UNHELD, notBefore: 0, deliveryAttempts: 0, cancelWish: null });
    this.#accepted.push({ userId, at: createdAt });
    return job;
  }

  async get(id: string): Promise<Job | null> {
    return this.#entries.get(id)?.job ?? null;
  }

  async claimNext(lease: port.Lease, now: number): Promise<Job | null> {
    const next = nextTurn(this.#waiting(now, true), this.#turns);
    const entry = next && this.#entries.get(next.id);
    if (!entry) return null;
    const { userId, request, attempts } = entry.job;
    Object.assign(entry, lease, { turnBefore: this.#turns.get(userId) ?? 0 });
    this.#turns.set(userId, ++this.#lastTurn);
    const progress: RenderProgress = { stage: 'load', stepIndex: 0, steps: request.steps };
    const state: JobState = { kind: 'running', startedAt: now, leaseUntil: lease.leaseUntil, progress };
    return change(entry, { state, attempts: attempts + 1 });
  }

  async countReady(now: number): Promise<number> {
    return this.#waiting(now, true).length;
  }

  async renewLeases({ holder, leaseUntil }: port.Lease): Promise<void> {
    for (const entry of this.#entries.values()) {
      if (entry.holder !== holder) continue;
      entry.leaseUntil = leaseUntil;
      const { state } = entry.job;
      if (state.kind === 'running') change(entry, { state: { ...state, leaseUntil } });
    }
  }

  async saveProgress(id: string, holder: string, progress: RenderProgress): Promise<boolean> {
    const entry = this.#held(id, holder, 'running');
    if (entry?.job.state.kind !== 'running') return false;
    change(entry, { state: { ...entry.job.state, progress } });
    return true;
  }

  async markRendered(id: string, holder: string, files: RiffFiles, now: number): Promise<Job | null> {
    return this.#leaveRunning(id, holder, now, (entry) =>
      change(entry, { state: { kind: 'rendered', files, renderedAt: now } }),
    );
  }

  async putBack(id: string, holder: string, terms: port.PutBack, now: number): Promise<Job | null> {
    return this.#leaveRunning(id, holder, now, (entry) => this.#backToWaiting(entry, terms));
  }

  async beginDelivery(id: string, holder: string): Promise<number | null> {
    const entry = this.#held(id, holder, 'rendered');
    if (!entry) return null;
    entry.deliveryAttempts += 1;
    return entry.deliveryAttempts;
  }

  async markDone(id: string, holder: string, messageId: string | null, now: number): Promise<Job | null> {
    const entry = this.#held(id, holder, 'rendered');
    if (entry?.job.state.kind !== 'rendered') return null;
    return end(entry, { kind: 'done', files: entry.job.state.files, doneAt: now, messageId });
  }

  async fail(id: string, holder: string, failure: port.Failure, now: number): Promise<Job | null> {
    const rendered = this.#held(id, holder, 'rendered');
    if (rendered) return end(rendered, failed(failure, now));
    return this.#leaveRunning(id, holder, now, (entry) => end(entry, failed(failure, now)));
  }

  async cancel(id: string, act: Act, now: number): Promise<port.CancelOutcome> {
    const entry = this.#entries.get(id);
    if (!entry) return { kind: 'unknown' };
    if (entry.job.state.kind === 'waiting') {
      return { kind: 'cancelled', job: end(entry, { kind: 'cancelled', ...act, cancelledAt: now }) };
    }
    if (entry.job.state.kind !== 'running') return { kind: 'too_late', job: entry.job };
    entry.cancelWish ??= act;
    return { kind: 'stopping', job: entry.job };
  }

  async recover(terms: port.RecoveryTerms): Promise<port.Recovery> {
    const abandoned = [...this.#entries.values()].filter(
      ({ holder, leaseUntil }) =>
        holder !== null &&
        holder !== terms.holder &&
        (leaseUntil <= terms.now || !terms.holderIsAlive(holder)),
    );
    return sortRecovered(abandoned.map((entry) => this.#adopt(entry, terms)));
  }

  async waiting(scope: QueueScope, now: number): Promise<readonly Job[]> {
    const ready = inTurnOrder(this.#waiting(now, true), this.#turns);
    const later = inTurnOrder(this.#waiting(now, false), this.#turns);
    return [...ready, ...later].filter((job) => isInScope(scope, job));
  }

  async running(scope: QueueScope): Promise<readonly Job[]> {
    return this.#jobs(scope, (job) => job.state.kind === 'running').sort((a, b) => startOf(a) - startOf(b));
  }

  async quarantined(scope: QueueScope, limit: number): Promise<readonly Job[]> {
    const jobs = this.#jobs(scope, ({ state }) => state.kind === 'failed' && state.code === 'quarantined');
    return jobs
      .reverse()
      .sort((a, b) => endOf(b) - endOf(a))
      .slice(0, limit);
  }

  async recentOf(userId: string, limit: number): Promise<readonly Job[]> {
    return this.#jobs({ kind: 'user', userId }, () => true)
      .reverse()
      .slice(0, limit);
  }

  async setPriorities(priorities: ReadonlyMap<string, number>): Promise<void> {
    for (const [id, priority] of priorities) {
      const entry = this.#entries.get(id);
      if (entry?.job.state.kind === 'waiting') change(entry, { priority });
    }
  }

  async pause(scope: PauseScope, reason: string): Promise<boolean> {
    const lane = scope.kind === 'all' ? 'all' : scope.guildId;
    if (this.#pauses.get(lane)?.reason === reason) return false;
    this.#pauses.set(lane, { scope, reason });
    return true;
  }

  async resume(scope: PauseScope): Promise<boolean> {
    return this.#pauses.delete(scope.kind === 'all' ? 'all' : scope.guildId);
  }

  async pauses(): Promise<readonly Pause[]> {
    return [...this.#pauses].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pause]) => pause);
  }

  async countWaiting(userId: string, guildId: string | null): Promise<port.WaitingCounts> {
    const jobs = this.#jobs({ kind: 'all' }, (job) => job.state.kind === 'waiting');
    return {
      user: jobs.filter((job) => job.userId === userId).length,
      guild: guildId === null ? 0 : jobs.filter((job) => job.guildId === guildId).length,
      total: jobs.length,
    };
  }

  async acceptedSince(userId: string, since: number): Promise<readonly number[]> {
    const times = this.#accepted.filter((entry) => entry.userId === userId && entry.at >= since);
    return times.map((entry) => entry.at).sort((a, b) => a - b);
  }

  #jobs(scope: QueueScope, wanted: (job: Job) => boolean): Job[] {
    const jobs = [...this.#entries.values()].map((entry) => entry.job);
    return jobs.filter((job) => isInScope(scope, job) && wanted(job));
  }

  /** Those that may be started now, or those that may not. */
  #waiting(now: number, ready: boolean): readonly Job[] {
    const waiting = [...this.#entries.values()].filter((entry) => entry.job.state.kind === 'waiting');
    return waiting.filter((entry) => this.#isReady(entry, now) === ready).map((entry) => entry.job);
  }

  #isReady(entry: Entry, now: number): boolean {
    const isPaused = this.#pauses.has('all') || this.#pauses.has(laneOf(entry.job));
    return !isPaused && entry.notBefore <= now;
  }

  #held(id: string, holder: string, kind: JobState['kind']): Entry | null {
    const entry = this.#entries.get(id);
    return entry?.holder === holder && entry.job.state.kind === kind ? entry : null;
  }

  #leaveRunning(id: string, holder: string, now: number, otherwise: (entry: Entry) => Job): Job | null {
    const entry = this.#held(id, holder, 'running');
    if (!entry) return null;
    if (!entry.cancelWish) return otherwise(entry);
    return end(entry, { kind: 'cancelled', ...entry.cancelWish, cancelledAt: now });
  }

  #backToWaiting(entry: Entry, terms: port.PutBack): Job {
    const { userId, attempts } = entry.job;
    this.#turns.set(userId, Math.min(this.#turns.get(userId) ?? 0, entry.turnBefore));
    entry.notBefore = terms.notBefore;
    change(entry, { attempts: attempts - (terms.refund ? 1 : 0) });
    return end(entry, { kind: 'waiting' });
  }

  #adopt(entry: Entry, terms: port.RecoveryTerms): Job | null {
    entry.holder = terms.holder;
    entry.leaseUntil = terms.leaseUntil;
    if (entry.job.state.kind === 'rendered') return entry.job;
    const givenUp = entry.job.attempts >= terms.maxAttempts;
    return this.#leaveRunning(entry.job.id, terms.holder, terms.now, () =>
      givenUp
        ? end(entry, failed(terms.quarantine, terms.now))
        : this.#backToWaiting(entry, { notBefore: 0, refund: false }),
    );
  }
}

const UNHELD = { holder: null, leaseUntil: 0, turnBefore: 0 };

function change(entry: Entry, changes: Partial<Job>): Job {
  entry.job = { ...entry.job, ...changes };
  return entry.job;
}

/** Into a state that nobody holds. */
function end(entry: Entry, state: JobState): Job {
  Object.assign(entry, UNHELD);
  return change(entry, { state });
}

function failed(failure: port.Failure, failedAt: number): JobState {
  return { kind: 'failed', ...failure, failedAt };
}

function startOf(job: Job): number {
  return job.state.kind === 'running' ? job.state.startedAt : 0;
}

function endOf(job: Job): number {
  return job.state.kind === 'failed' ? job.state.failedAt : 0;
}
