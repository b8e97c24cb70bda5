import { z } from 'zod';
import type { Deletion, Holdings, ResultStore, Retention } from '../queue/ports.ts';
import { riffFilesSchema } from '../riff/engine.ts';
import * as sql from './job-statements.ts';
import { takeTurn } from './job-transactions.ts';
import { fileEntriesOf } from './result-files.ts';
import type { Parameters, SqlDatabase, Statements } from './sql.ts';

interface Leftover {
  readonly seq: number;
  readonly id: string;
  readonly files: string | null;
}

const OLD = 'ended_at < :before AND favourite_since IS NULL';
const ONE = `id = :jobId AND user_id = :userId AND state = 'done'`;
const OWN = `user_id = :userId AND state <> 'running'`;
const LAST_SWEEP = 'last_sweep';

const OPEN = `SELECT id FROM jobs WHERE state IN ('waiting', 'running', 'rendered')`;
const COUNT_OLD = `SELECT count(*) AS count FROM jobs WHERE ${OLD}`;
const DELETE_OLD_ENTRIES = 'DELETE FROM audit_trail WHERE at < :before';
const FILES = 'SELECT files FROM jobs WHERE user_id = :userId';
const OWN_PRESETS = `FROM presets WHERE owner_kind = 'user' AND owner_id = :userId`;
const NOTED = 'SELECT value FROM facts WHERE name = :name';
const NOTE = `
  INSERT INTO facts (name, value) VALUES (:name, :at)
  ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE facts.value < excluded.value`;
/** The newest time in the store. */
const NEWEST = `SELECT max(at) AS at FROM (
  SELECT max(created_at) AS at FROM jobs UNION ALL SELECT max(ended_at) FROM jobs
  UNION ALL SELECT max(at) FROM audit_trail) AS moments`;

type KeptResults = Pick<ResultStore, 'delete' | 'listUploads' | 'deleteUpload'>;

export class SqlRetention implements Retention {
  readonly #db: SqlDatabase;
  readonly #results: KeptResults;

  constructor(database: SqlDatabase, results: KeptResults) {
    this.#db = database;
    this.#results = results;
  }

  async countOlderThan(before: number): Promise<number> {
    return (await this.#db.get<{ readonly count: number }>(COUNT_OLD, { before }))?.count ?? 0;
  }

  async deleteOlderThan(before: number): Promise<Deletion> {
    const deleted = await this.#deleteJobs(OLD, { before });
    await this.#deleteStrayUploads();
    const auditEntries = await this.#db.run(DELETE_OLD_ENTRIES, { before });
    await this.#db.transactAlone((tx) => tx.run(sql.FORGET_TURNS));
    return { ...deleted, auditEntries };
  }

  async forgetUser(userId: string): Promise<Holdings> {
    const deleted = await this.#deleteJobs(OWN, { userId });
    await this.#db.transactAlone((tx) => takeTurn(tx, userId));
    const presets = await this.#db.run(`DELETE ${OWN_PRESETS}`, { userId });
    return { ...deleted, presets };
  }

  async forgetRiff(userId: string, jobId: string): Promise<boolean> {
    return (await this.#deleteJobs(ONE, { userId, jobId })).jobs > 0;
  }

  async holdingsOf(userId: string): Promise<Holdings> {
    const jobs = await this.#db.all<Pick<Leftover, 'files'>>(FILES, { userId });
    const counting = `SELECT count(*) AS count ${OWN_PRESETS}`;
    const counted = await this.#db.get<{ readonly count: number }>(counting, { userId });
    const files = jobs.reduce((sum, job) => sum + countFiles(job.files), 0);
    return { jobs: jobs.length, files, presets: counted?.count ?? 0 };
  }

  async lastSweep(): Promise<number | null> {
    const noted = await this.#db.get<{ readonly value: number }>(NOTED, { name: LAST_SWEEP });
    return noted?.value ?? (await this.#db.get<{ readonly at: number | null }>(NEWEST))?.at ?? null;
  }

  async noteSweep(at: number): Promise<void> {
    await this.#db.run(NOTE, { name: LAST_SWEEP, at });
  }

  /** Deletes uploads without a job, left by a kill. An upload is stored shortly before its job, so jobs are read last. */
  async #deleteStrayUploads(): Promise<void> {
    const kept = await this.#results.listUploads();
    if (kept.length === 0) return;
    const open = await this.#db.all<{ readonly id: string }>(OPEN);
    const needed = new Set(open.map(({ id }) => id));
    for (const id of kept) if (!needed.has(id)) await this.#results.deleteUpload(id);
  }

  /** Files first: after a crash in between the rows still know which files are left. */
  async #deleteJobs(which: string, parameters: Parameters): Promise<{ jobs: number; files: number }> {
    const selection = `SELECT seq, id, files FROM jobs WHERE ${which}`;
    const rows = await this.#db.all<Leftover>(selection, parameters);
    let files = 0;
    for (const row of rows) files += await this.#results.delete(row.id, filesOf(row.files));
    const deletion = (tx: Statements) => deleteRows(tx, rows, which, parameters);
    // A claim changes a user's waiting jobs as well, perhaps in another order: the two could wait for each other.
    const jobs = await (which === OWN ? this.#db.transactAlone(deletion) : this.#db.transact(deletion));
    return { jobs, files };
  }
}

/** Returns how many there still were. */
async function deleteRows(
  tx: Statements,
  rows: readonly Leftover[],
  which: string,
  parameters: Parameters,
): Promise<number> {
  let count = 0;
  for (const { seq } of rows)
    count += await tx.run(`DELETE FROM jobs WHERE seq = :seq AND ${which}`, { ...parameters, seq });
  return count;
}

const filePaths = z.object({
  picture: riffFilesSchema.unwrap().shape.picture,
  wav: riffFilesSchema.unwrap().shape.wav,
});

function countFiles(json: string | null): number {
  try {
    return fileEntriesOf(JSON.parse(json ?? '{}')).size;
  } catch {
    return 0;
  }
}

/** Null: there are none, or their record is damaged; then only their names tell where they are. */
function filesOf(json: string | null): z.infer<typeof filePaths> | null {
  try {
    return filePaths.parse(JSON.parse(json ?? 'null'));
  } catch {
    return null;
  }
}
