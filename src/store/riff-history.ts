import type { Job } from '../queue/job.ts';
import type { FinishedJob, HistoryEntry, HistoryStep, RiffHistory } from '../queue/ports.ts';
import { type RiffRequest, riffRequestSchema } from '../riff/request.ts';
import { type JobReader, type JobRow, readable } from './job-row.ts';
import type { SqlDatabase } from './sql.ts';

const RECENT = 'SELECT request FROM jobs WHERE user_id = :userId ORDER BY seq DESC LIMIT :limit';

const RECENT_RIFFS = `SELECT * FROM jobs WHERE user_id = :userId AND state = 'done' ORDER BY seq DESC LIMIT :limit`;

/** `favouritesOnly` is 0 or 1. */
const MINE = `user_id = :userId AND state = 'done' AND (:favouritesOnly = 0 OR favourite_since IS NOT NULL)`;
const SEQ = '(SELECT seq FROM jobs WHERE id = :jobId)';
const FIND: Readonly<Record<HistoryStep['kind'], string>> = {
  newest: `SELECT * FROM jobs WHERE ${MINE} ORDER BY seq DESC LIMIT 1`,
  at: `SELECT * FROM jobs WHERE ${MINE} AND id = :jobId`,
  newer: `SELECT * FROM jobs WHERE ${MINE} AND seq > ${SEQ} ORDER BY seq LIMIT 1`,
  older: `SELECT * FROM jobs WHERE ${MINE} AND seq < ${SEQ} ORDER BY seq DESC LIMIT 1`,
};
const PLACE = `
  SELECT count(*) AS total, count(CASE WHEN seq >= ${SEQ} THEN 1 END) AS number,
    max(CASE WHEN id = :jobId THEN favourite_since END) AS since
  FROM jobs WHERE ${MINE}`;
const COUNT_OTHER_FAVOURITES = `
  SELECT count(*) AS count FROM jobs WHERE user_id = :userId AND favourite_since IS NOT NULL AND id <> :jobId`;
const SET_FAVOURITE = `
  UPDATE jobs SET favourite_since = :since WHERE id = :jobId AND user_id = :userId AND state = 'done'`;

interface Place {
  readonly total: number;
  readonly number: number;
  readonly since: number | null;
}

export class SqlRiffHistory implements RiffHistory {
  readonly #db: SqlDatabase;
  readonly #reader: JobReader;

  constructor(database: SqlDatabase, reader: JobReader) {
    this.#db = database;
    this.#reader = reader;
  }

  async recentRequests(userId: string, limit: number): Promise<readonly RiffRequest[]> {
    const rows = await this.#db.all<{ readonly request: string }>(RECENT, { userId, limit });
    // What is damaged is logged when the job itself is read.
    return rows
      .map(({ request }) => readable(riffRequestSchema, request))
      .filter((request) => request !== null);
  }

  async recentRiffs(userId: string, limit: number): Promise<readonly Job[]> {
    const rows = await this.#db.all<JobRow>(RECENT_RIFFS, { userId, limit });
    return this.#reader.readAll(rows, 'done');
  }

  async find(userId: string, step: HistoryStep, favouritesOnly: boolean): Promise<HistoryEntry | null> {
    const whose = { userId, favouritesOnly: favouritesOnly ? 1 : 0 };
    const wanted = step.kind === 'newest' ? whose : { ...whose, jobId: step.jobId };
    const found = await this.#reader.read(await this.#db.get<JobRow>(FIND[step.kind], wanted));
    if (found === null) return null;
    const { state, ...job } = found;
    // Damaged: it is no finished one any more, so the next is found.
    if (state.kind !== 'done') return this.find(userId, step, favouritesOnly);
    const place = await this.#db.get<Place>(PLACE, { ...whose, jobId: job.id });
    const { total = 1, number = 1, since = null } = place ?? {};
    return { job: { ...job, state } satisfies FinishedJob, isFavourite: since !== null, number, total };
  }

  setFavourite(
    userId: string,
    jobId: string,
    since: number | null,
    most: number,
  ): Promise<'set' | 'full' | 'unknown'> {
    return this.#db.transactAlone(async (tx) => {
      const others = await tx.get<{ readonly count: number }>(COUNT_OTHER_FAVOURITES, { userId, jobId });
      if (since !== null && (others?.count ?? 0) >= most) return 'full';
      return (await tx.run(SET_FAVOURITE, { userId, jobId, since })) > 0 ? 'set' : 'unknown';
    });
  }
}
