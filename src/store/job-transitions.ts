import type { Act, Job } from '../queue/job.ts';
import type * as port from '../queue/job-store.ts';
import { sortRecovered } from '../queue/job-store.ts';
import type { JobReader, JobRow } from './job-row.ts';
import * as sql from './job-statements.ts';
import { all, get, run, type Steps } from './sql.ts';
import { takeTurn } from './turns.ts';

const HOUR_MS = 3_600_000;

type HeldRow = Pick<JobRow, 'id' | 'worker_id' | 'lease_until'>;
type Requeued = Extract<port.RenderResult, { readonly kind: 'requeued' }>;

/** The steps that take jobs from one state to the next. */
export class JobTransitions {
  readonly #reader: JobReader;

  constructor(reader: JobReader) {
    this.#reader = reader;
  }

  *claim({ workerId, leaseUntil }: port.Lease, now: number): Steps<Job | null> {
    for (;;) {
      const row = yield* get<JobRow>(sql.CLAIM, { workerId, leaseUntil, now });
      if (!row && !(yield* get(sql.NEXT_READY, { now }))) return null;
      const job = row && (yield* this.#reader.read(row));
      // Any other state, or null: it was damaged, or cancelled by another process.
      if (job?.state.kind !== 'running') continue;
      if (row?.keeps_turn === 0) yield* takeTurn(job.userId);
      return job;
    }
  }

  /** A requested cancellation overrides the result. */
  *settle(
    id: string,
    workerId: string,
    result: port.RenderResult,
    results: Steps<void>,
    now: number,
  ): Steps<Job | null> {
    const files = result.kind === 'rendered' ? JSON.stringify(result.files) : null;
    const settled = yield* this.#settleUncancelled(id, workerId, result, files, now);
    if (settled?.state.kind === 'rendered') yield* results;
    return settled ?? (yield* this.#cancelRunning(id, workerId, files, now));
  }

  #settleUncancelled(
    id: string,
    workerId: string,
    result: port.RenderResult,
    files: string | null,
    now: number,
  ): Steps<Job | null> {
    switch (result.kind) {
      case 'rendered':
        return this.#reader.one(sql.RENDERED, { id, workerId, files, now });
      case 'requeued':
        return this.#requeue(id, workerId, result, now);
      case 'failed':
        return this.#fail(id, workerId, result.failure, now);
    }
  }

  *settleDelivery(id: string, workerId: string, result: port.DeliveryResult, now: number): Steps<Job | null> {
    switch (result.kind) {
      case 'done':
        return yield* this.#reader.one(sql.DONE, { id, workerId, messageId: result.messageId, now });
      case 'requeued':
        return yield* this.#requeue(id, workerId, { delayMs: 0, countsAttempt: true }, now);
      case 'failed':
        return yield* this.#fail(id, workerId, result.failure, now);
    }
  }

  *cancel(id: string, { by, reason }: Act, now: number): Steps<port.CancelOutcome> {
    yield* run(sql.LOCK, { id });
    const cancelled = yield* this.#reader.one(sql.CANCEL_WAITING, { id, by, reason, now });
    if (cancelled) return { kind: 'cancelled', job: cancelled };
    const running = yield* this.#reader.one(sql.REQUEST_CANCEL, { id, by, reason });
    if (running) return { kind: 'requested', job: running };
    const job = yield* this.#reader.one(sql.GET, { id });
    return job ? { kind: 'too_late', job } : { kind: 'unknown' };
  }

  /** Null: no cancellation was requested, or the job belongs to another worker. */
  #cancelRunning(id: string, workerId: string, files: string | null, now: number): Steps<Job | null> {
    return this.#reader.one(sql.CANCEL_RUNNING, { id, workerId, files, now });
  }

  #requeue(
    id: string,
    workerId: string,
    { delayMs, countsAttempt }: Omit<Requeued, 'kind'>,
    now: number,
  ): Steps<Job | null> {
    const notBefore = delayMs === 0 ? 0 : now + delayMs;
    const uncounted = countsAttempt ? 0 : 1;
    return this.#reader.one(sql.REQUEUE, { id, workerId, notBefore, uncounted });
  }

  #fail(id: string, workerId: string, failure: port.Failure, now: number): Steps<Job | null> {
    const { code, reason, errorId } = failure;
    return this.#reader.one(sql.FAIL, { id, workerId, code, reason, errorId, now });
  }

  *hasLeftovers(terms: port.RecoveryTerms): Steps<boolean> {
    return (yield* goneBots(terms)).length > 0 || (yield* abandoned(terms)).length > 0;
  }

  *recover(terms: port.RecoveryTerms): Steps<port.Recovery> {
    const adopted: Job[] = [];
    for (const from of yield* goneBots(terms)) {
      const parameters = { botId: terms.workerId, from };
      adopted.push(...(yield* this.#reader.many(null, sql.ADOPT, parameters)));
    }
    const recovered: (Job | null)[] = [];
    for (const row of yield* abandoned(terms)) recovered.push(yield* this.#takeOver(row, terms));
    return sortRecovered(recovered, adopted);
  }

  *#takeOver({ id, worker_id: from }: HeldRow, terms: port.RecoveryTerms): Steps<Job | null> {
    const { workerId, leaseUntil, now, maxBotDeaths, tooManyBotDeaths } = terms;
    const adopted = yield* this.#reader.one(sql.TAKE_OVER, { id, workerId, leaseUntil, from });
    if (adopted?.state.kind !== 'running') return adopted;
    const cancelled = yield* this.#cancelRunning(id, workerId, null, now);
    if (cancelled) return cancelled;
    const counted = yield* get<Pick<JobRow, 'bot_deaths'>>(sql.COUNT_BOT_DEATH, { id });
    if ((counted?.bot_deaths ?? 0) >= maxBotDeaths)
      return yield* this.#fail(id, workerId, tooManyBotDeaths, now);
    return yield* this.#requeue(id, workerId, { delayMs: 0, countsAttempt: false }, now);
  }
}

function* abandoned({ workerId, isBot, now, workerIsAlive }: port.RecoveryTerms): Steps<readonly HeldRow[]> {
  const rows = yield* all<HeldRow>(sql.HELD_BY_OTHERS, { workerId, botId: isBot ? workerId : null });
  return rows.filter((row) => isOver(row.lease_until ?? 0, now) || !workerIsAlive(row.worker_id ?? ''));
}

/** Bots that have jobs left and no longer live. */
function* goneBots({ workerId, isBot, now, workerIsAlive }: port.RecoveryTerms): Steps<readonly string[]> {
  if (!isBot) return [];
  const bots = yield* all<{ readonly id: string; readonly leaseUntil: number | null }>(sql.BOTS_OF_JOBS, {
    botId: workerId,
  });
  return bots
    .filter(({ id, leaseUntil }) => isOver(leaseUntil ?? 0, now) || !workerIsAlive(id))
    .map(({ id }) => id);
}

/** A lease that ends hours ahead was written before the clock was set back. */
function isOver(leaseUntil: number, now: number): boolean {
  return leaseUntil <= now || leaseUntil > now + HOUR_MS;
}
