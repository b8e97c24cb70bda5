import { LONGEST_BACK_OFF_MS } from '../queue/job-store.ts';

/** SQL of the job table, which SQLite and PostgreSQL both understand. `:name` are the parameters that the store passes. */

/** A moment further ahead than any back-off was written by a clock that has been set back since: it is over. */
const READY = `job.state = 'waiting' AND job.not_before NOT BETWEEN CAST(:now AS BIGINT) + 1 AND CAST(:now AS BIGINT) + ${LONGEST_BACK_OFF_MS}
  AND job.tenant NOT IN (SELECT tenant FROM pauses) AND NOT EXISTS (SELECT 1 FROM pauses WHERE pauses.tenant = 'all')`;
const IN_SCOPE = `(CAST(:guildId AS TEXT) IS NULL OR job.guild_id = :guildId)
  AND (CAST(:userId AS TEXT) IS NULL OR job.user_id = :userId)`;
/** SQLite takes an index of some states only where they are named as in the index. */
const RUNS = `state IN ('running', 'rendered') AND state = 'running'`;
/** Clears the columns that only a running job uses. */
const LET_GO = 'worker_id = NULL, lease_until = NULL, started_at = NULL, progress = NULL';
/** Waiting jobs carry it, for the indexes; 0: never served. */
const TURN_OF_USER = 'coalesce((SELECT turn FROM turns WHERE user_id = :userId), 0)';

export const INSERT = `
  INSERT INTO jobs (id, user_id, guild_id, tenant, request, target, parent_job_id, created_at, bot_id, turn)
  VALUES (:id, :userId, :guildId, :tenant, :request, :target, :parentJobId, :createdAt, :botId, ${TURN_OF_USER})
  RETURNING turn, CASE WHEN EXISTS (SELECT 1 FROM pauses WHERE pauses.tenant IN ('all', :tenant)) THEN 0 ELSE 1 END AS ready`;
export const COUNT_WAITING = `
  SELECT (SELECT count(*) FROM jobs WHERE state = 'waiting') AS total,
    (SELECT count(*) FROM jobs WHERE state = 'waiting' AND user_id = :userId) AS "user",
    (SELECT count(*) FROM jobs WHERE state = 'waiting' AND tenant = :guildId) AS guild`;
/** Executed once for each clip. */
export const ACCEPT = `
  WITH RECURSIVE clips (number) AS (
    SELECT 1 UNION ALL SELECT number + 1 FROM clips WHERE number < CAST(:clips AS BIGINT)
  )
  INSERT INTO acceptances (user_id, at) SELECT :userId, CAST(:at AS BIGINT) FROM clips`;
/** A time in the future was written before the clock was set back. Either half is a range of an index; NOT BETWEEN would read all. */
export const PRUNE_ACCEPTANCES = 'DELETE FROM acceptances WHERE at < :since OR at > :until';
export const ACCEPTED_SINCE =
  'SELECT at FROM acceptances WHERE user_id = :userId AND at BETWEEN :since AND :until ORDER BY at';
export const GET = 'SELECT * FROM jobs WHERE id = :id';
/** So many ids in one statement: `:id0` to `:id49`, null for those that are not needed. */
export const IDS_AT_ONCE = 50;
export const GET_ALL = `SELECT * FROM jobs WHERE id IN (${Array.from({ length: IDS_AT_ONCE }, (_, index) => `:id${index}`).join()})`;

/**
 * The ready job whose turn it is, by the rule of turn-order.ts; a test holds both to the same cases. Either half takes the
 * first entry of an index that stands in that order, however many wait. It reads no JSON, so a damaged row blocks no other job.
 */
export const NEXT_READY = `
  SELECT job.id FROM jobs job INDEXED BY jobs_waiting_by_tenant
  WHERE ${READY} AND job.tenant = (
    SELECT job.tenant FROM jobs job INDEXED BY jobs_waiting_by_turn WHERE ${READY} ORDER BY job.turn, job.seq LIMIT 1
  )
  ORDER BY job.priority DESC, job.turn, job.seq LIMIT 1`;
/** Null although `NEXT_READY` finds one: it was cancelled meanwhile. */
export const CLAIM = `
  UPDATE jobs SET
    state = 'running', attempts = attempts + 1, worker_id = :workerId, lease_until = :leaseUntil, started_at = :now
  WHERE id = (${NEXT_READY}) AND state = 'waiting'
  RETURNING *`;
/** A counter, not the time: two turns in one millisecond, or a clock set back, would lose the order. */
export const TAKE_TURN = `
  INSERT INTO turns (user_id, turn) VALUES (:userId, (SELECT coalesce(max(turn), 0) + 1 FROM turns))
  ON CONFLICT (user_id) DO UPDATE SET turn = excluded.turn`;
/** Of users without a job; who was accepted within the hour may have deleted theirs to be served first. */
export const FORGET_TURNS = `
  DELETE FROM turns WHERE user_id NOT IN (SELECT user_id FROM jobs) AND user_id NOT IN (SELECT user_id FROM acceptances)`;
export const COPY_TURN = `
  UPDATE jobs SET turn = ${TURN_OF_USER} WHERE user_id = :userId AND state = 'waiting' AND keeps_turn = 0`;
export const COUNT_READY = `
  SELECT count(*) AS count FROM (
    SELECT 1 FROM jobs job INDEXED BY jobs_waiting_by_turn WHERE ${READY} LIMIT :atMost
  ) AS ready`;

export const RENEW = `UPDATE jobs SET lease_until = :leaseUntil
  WHERE worker_id = :workerId AND state IN ('running', 'rendered')`;
export const PROGRESS = `UPDATE jobs SET progress = :progress
  WHERE id = :id AND worker_id = :workerId AND state = 'running'`;
/**
 * A requested cancellation overrides the result of the render: every other end requires that none was requested. Files that
 * exist all the same stay known.
 */
export const CANCEL_RUNNING = `
  UPDATE jobs SET state = 'cancelled', ended_at = :now, files = :files, ${LET_GO}
  WHERE id = :id AND worker_id = :workerId AND state = 'running' AND cancel_by IS NOT NULL
  RETURNING *`;
/** Hands the job over to the bot that has to deliver it. */
export const RENDERED = `
  UPDATE jobs SET state = 'rendered', files = :files, rendered_at = :now, worker_id = coalesce(bot_id, worker_id)
  WHERE id = :id AND worker_id = :workerId AND state = 'running' AND cancel_by IS NULL`;
/** The job keeps its position and its turn: a job takes one turn however often its render is lost. */
export const REQUEUE = `
  UPDATE jobs SET state = 'waiting', keeps_turn = 1, not_before = :notBefore, attempts = attempts - :uncounted,
    files = NULL, rendered_at = NULL, ${LET_GO}
  WHERE id = :id AND worker_id = :workerId AND state IN ('running', 'rendered') AND cancel_by IS NULL
  RETURNING *`;
export const BEGIN_DELIVERY = `
  UPDATE jobs SET delivery_attempts = delivery_attempts + 1
  WHERE id = :id AND worker_id = :workerId AND state = 'rendered'
  RETURNING delivery_attempts AS attempt`;
export const DONE = `
  UPDATE jobs SET state = 'done', message_id = :messageId, ended_at = :now, ${LET_GO}
  WHERE id = :id AND worker_id = :workerId AND state = 'rendered'`;
export const FAIL = `
  UPDATE jobs SET state = 'failed', failure_code = :code, failure_reason = :reason, error_id = :errorId,
    ended_at = :now, ${LET_GO}
  WHERE id = :id AND worker_id = :workerId AND state IN ('running', 'rendered') AND cancel_by IS NULL
  RETURNING *`;
/** A waiting job is cancelled; of a running one the request is stored, and the record names the first one to request it. */
export const CANCEL = `
  UPDATE jobs SET cancel_by = coalesce(cancel_by, :by), cancel_reason = coalesce(cancel_reason, :reason),
    ended_at = CASE WHEN state = 'waiting' THEN CAST(:now AS BIGINT) END,
    state = CASE WHEN state = 'waiting' THEN 'cancelled' ELSE state END
  WHERE id = :id AND state IN ('waiting', 'running')
  RETURNING *`;

/** `botId`: only jobs of this bot; null: all that run. */
export const HELD_BY_OTHERS = `
  SELECT id, worker_id, lease_until FROM jobs INDEXED BY jobs_held WHERE state IN ('running', 'rendered') AND worker_id <> :workerId
    AND (bot_id = :botId OR (state = 'running' AND CAST(:botId AS TEXT) IS NULL)) ORDER BY seq`;
/**
 * All jobs about which a user is still to be told, with their bots; empty: an earlier version noted none. In three parts, one
 * for each index.
 */
const UNTOLD = `(
  SELECT seq, coalesce(bot_id, '') AS bot FROM jobs WHERE state = 'waiting'
  UNION ALL SELECT seq, coalesce(bot_id, '') FROM jobs WHERE state IN ('running', 'rendered')
  UNION ALL SELECT seq, coalesce(bot_id, '') FROM jobs WHERE state IN ('failed', 'cancelled') AND end_told_at IS NULL
) AS untold`;
export const BOTS_OF_JOBS = `
  SELECT DISTINCT bot AS id, processes.lease_until AS "leaseUntil"
  FROM ${UNTOLD} LEFT JOIN processes ON processes.id = bot WHERE bot <> :botId`;
export const ADOPT = `
  UPDATE jobs SET bot_id = :botId WHERE seq IN (SELECT seq FROM ${UNTOLD} WHERE bot = :from) RETURNING *`;
export const RENEW_PROCESS = `
  INSERT INTO processes (id, lease_until) VALUES (:workerId, :leaseUntil)
  ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until`;
export const RUNNING_OF = `
  SELECT id, cancel_by FROM jobs INDEXED BY jobs_held WHERE worker_id = :workerId AND ${RUNS}`;
export const ACTIVE = `SELECT id FROM jobs WHERE bot_id = :botId AND state IN ('running', 'rendered')`;
export const LEAVE = 'UPDATE processes SET lease_until = 0 WHERE id = :workerId';
export const TAKE_OVER = `
  UPDATE jobs SET worker_id = :workerId, lease_until = :leaseUntil
  WHERE id = :id AND worker_id = :from AND state IN ('running', 'rendered') RETURNING *`;
export const COUNT_BOT_DEATH =
  'UPDATE jobs SET bot_deaths = bot_deaths + 1 WHERE id = :id RETURNING bot_deaths';

/** In order of arrival; `ready` 0: paused or put off. */
export const WAITING = `
  SELECT job.*, CASE WHEN ${READY} THEN 1 ELSE 0 END AS ready
  FROM jobs job INDEXED BY jobs_waiting_by_turn WHERE job.state = 'waiting' ORDER BY job.seq`;
export const RUNNING = `SELECT * FROM jobs INDEXED BY jobs_held WHERE ${RUNS} ORDER BY started_at, seq`;
/** Newest first. */
export const UNFINISHED_OF = `
  SELECT * FROM jobs INDEXED BY jobs_waiting_by_user WHERE state = 'waiting' AND user_id = :userId
  UNION ALL SELECT * FROM jobs INDEXED BY jobs_held WHERE ${RUNS} AND user_id = :userId
  ORDER BY created_at DESC, seq DESC`;
export const DEAD_LETTERS = `
  SELECT * FROM jobs job WHERE job.failure_code = 'dead_lettered' AND ${IN_SCOPE}
  ORDER BY job.ended_at DESC, job.seq DESC LIMIT :limit`;
export const MARK_NOTIFIED = 'UPDATE jobs SET end_told_at = :now WHERE id = :id';
export const SET_PRIORITY = `UPDATE jobs SET priority = :priority WHERE id = :id AND state = 'waiting'`;

export const PAUSE = `
  INSERT INTO pauses (tenant, reason) VALUES (:tenant, :reason)
  ON CONFLICT (tenant) DO UPDATE SET reason = excluded.reason WHERE pauses.reason <> excluded.reason`;
export const RESUME = 'DELETE FROM pauses WHERE tenant = :tenant';
export const PAUSES = 'SELECT tenant, reason FROM pauses ORDER BY tenant';
