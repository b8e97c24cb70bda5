import type { z } from 'zod';
import { messageOf } from '../errors.ts';
import { DAMAGED_CODE, DAMAGED_REASON } from '../queue/damaged-job.ts';
import { type Job, type JobState, replyTargetSchema } from '../queue/job.ts';
import type { NewJob } from '../queue/job-store.ts';
import type { QueueLog } from '../queue/ports.ts';
import { randomId } from '../queue/random-id.ts';
import { tenantOf } from '../queue/turn-order.ts';
import { renderProgressSchema, riffFilesSchema } from '../riff/engine.ts';
import { parseRiffRequest, type RiffRequest, riffRequestSchema } from '../riff/request.ts';
import type { Parameters, SqlDatabase } from './sql.ts';

/** The columns of `jobs` that a Job is made from. */
export interface JobRow {
  readonly id: string;
  readonly state: JobState['kind'];
  readonly user_id: string;
  readonly guild_id: string | null;
  readonly request: string;
  readonly target: string;
  readonly parent_job_id: string | null;
  readonly created_at: number;
  readonly attempts: number;
  readonly bot_deaths: number;
  readonly priority: number;
  readonly worker_id: string | null;
  readonly lease_until: number | null;
  /** Its place in the line: the number of its user's last turn before its own. */
  readonly turn: number;
  /** 1: its render was lost after its user had taken the turn for it. */
  readonly keeps_turn: 0 | 1;
  readonly started_at: number | null;
  readonly progress: string | null;
  readonly files: string | null;
  readonly rendered_at: number | null;
  readonly delivery_attempts: number;
  readonly ended_at: number | null;
  readonly message_id: string | null;
  readonly failure_code: string | null;
  readonly failure_reason: string | null;
  readonly error_id: string | null;
  readonly cancel_by: string | null;
  readonly cancel_reason: string | null;
}

/** `ready` 1: neither paused nor put off. */
export type WaitingRow = JobRow & { readonly ready: 0 | 1 };

/** `ended_at` lets the retention find it. */
const GIVE_UP = `
  UPDATE jobs SET state = 'failed', failure_code = :code, failure_reason = :reason, error_id = :errorId,
    ended_at = coalesce(ended_at, created_at),
    worker_id = NULL, lease_until = NULL, started_at = NULL, progress = NULL
  WHERE id = :id RETURNING *`;

/** Makes jobs from rows. A job whose row holds other values than Riff writes fails as `damaged`. */
export class JobReader {
  readonly #db: SqlDatabase;
  readonly #log: Pick<QueueLog, 'error'> | null;

  constructor(database: SqlDatabase, log: Pick<QueueLog, 'error'> | null) {
    this.#db = database;
    this.#log = log;
  }

  /** Null: there is no row, or one so damaged that its user is unknown. */
  async read(row: JobRow | null): Promise<Job | null> {
    if (row === null) return null;
    if (row.failure_code === DAMAGED_CODE) return salvagedJobOf(row);
    try {
      return jobOf(row);
    } catch (error) {
      return this.#giveUp(row.id, error);
    }
  }

  /** `kind`: without those that turn out to be damaged; null: of any kind. */
  async readAll(rows: readonly JobRow[], kind: JobState['kind'] | null = null): Promise<readonly Job[]> {
    const jobs = await Promise.all(rows.map((row) => this.read(row)));
    return jobs.filter((job) => job !== null && (kind === null || job.state.kind === kind)) as Job[];
  }

  async #giveUp(id: string, error: unknown): Promise<Job | null> {
    const errorId = randomId(6);
    this.#log?.error(
      { jobId: id, errorId, error: messageOf(error) },
      'a stored job is damaged, it is given up',
    );
    this.#db.noteFault();
    const parameters = { id, code: DAMAGED_CODE, reason: DAMAGED_REASON, errorId };
    const row = await this.#db.get<JobRow>(GIVE_UP, parameters);
    return row && salvagedJobOf(row);
  }
}

/** Throws SyntaxError or ZodError if a column holds another value than Riff writes. */
function jobOf(row: JobRow): Job {
  const request = parsed(riffRequestSchema, row.request);
  return {
    id: row.id,
    request,
    userId: row.user_id,
    guildId: row.guild_id,
    target: parsed(replyTargetSchema, row.target),
    parentJobId: row.parent_job_id,
    createdAt: row.created_at,
    attempts: row.attempts,
    priority: row.priority,
    state: stateOf(row, request),
  };
}

/** The job of a damaged row as far as it can be read; null if nobody is known to be told of it. */
function salvagedJobOf(row: JobRow): Job | null {
  const target = readable(replyTargetSchema, row.target);
  const request = readable(riffRequestSchema, row.request) ?? UNKNOWN_REQUEST;
  return target && jobOf({ ...row, request: JSON.stringify(request) });
}

const UNKNOWN_REQUEST = parseRiffRequest(
  { prompt: 'your riff' },
  { steps: 1, guidanceScale: 1, scheduler: 'ddim' },
  0,
);

export function rowOf(job: NewJob): Parameters {
  return {
    id: job.id,
    userId: job.userId,
    guildId: job.guildId,
    tenant: tenantOf(job),
    request: JSON.stringify(job.request),
    target: JSON.stringify(job.target),
    parentJobId: job.parentJobId,
    createdAt: job.createdAt,
    botId: job.botId,
  };
}

export function stateOf(row: JobRow, { steps }: RiffRequest): JobState {
  switch (row.state) {
    case 'waiting':
      return { kind: 'waiting' };
    case 'running':
      return {
        kind: 'running',
        startedAt: row.started_at ?? 0,
        leaseUntil: row.lease_until ?? 0,
        // Null: its engine has reported nothing yet.
        progress:
          row.progress === null
            ? { stage: 'load', stepIndex: 0, steps }
            : parsed(renderProgressSchema, row.progress),
      };
    case 'rendered':
      return {
        kind: 'rendered',
        files: parsed(riffFilesSchema, row.files),
        renderedAt: row.rendered_at ?? 0,
      };
    case 'done':
      return {
        kind: 'done',
        files: parsed(riffFilesSchema, row.files),
        doneAt: row.ended_at ?? 0,
        messageId: row.message_id,
      };
    case 'failed':
      return {
        kind: 'failed',
        code: row.failure_code ?? '',
        reason: row.failure_reason ?? '',
        errorId: row.error_id ?? '',
        failedAt: row.ended_at ?? 0,
      };
    case 'cancelled':
      return {
        kind: 'cancelled',
        by: row.cancel_by ?? '',
        reason: row.cancel_reason ?? '',
        cancelledAt: row.ended_at ?? 0,
      };
  }
}

/** Null if it holds another value than Riff writes. */
export function readable<T>(schema: z.ZodType<T>, json: string | null): T | null {
  try {
    return parsed(schema, json);
  } catch {
    return null;
  }
}

function parsed<T>(schema: z.ZodType<T>, json: string | null): T {
  return schema.parse(JSON.parse(json ?? ''));
}
