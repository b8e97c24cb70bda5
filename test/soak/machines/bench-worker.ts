import { rmSync } from 'node:fs';
import { systemClock } from '../../../src/clock.ts';
import { SqlJobStore } from '../../../src/store/job-store.ts';
import { PostgresDatabase } from '../../../src/store/postgres/postgres.ts';
import { PostgresSession } from '../../../src/store/postgres/session.ts';
import type { SqlDatabase } from '../../../src/store/sql.ts';
import { SqlWorkerRegistry } from '../../../src/store/worker-registry.ts';
import { Worker } from '../../../src/worker/worker.ts';
import { exampleDraft } from '../../queue/bench/example-jobs.ts';
import { SILENT } from '../../queue/bench/silent-log.ts';
import { quickFolder } from '../../quick-folder.ts';
import { PacedEngine } from '../../store/postgres/paced-engine.ts';
import { SCRIPTED_ENGINE } from '../../wire/bench/scripted-engine.ts';

const LEASE_MS = 600_000;

/** Jobs of so many users in 40 servers, all waiting, in the SQL of both databases. */
export async function fillStore(database: SqlDatabase, jobs: number, users: number): Promise<void> {
  const { request, target } = exampleDraft('u');
  const statement = `
    WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ${jobs})
    INSERT INTO jobs (id, user_id, guild_id, tenant, request, target, created_at, bot_id)
    SELECT 'j' || i, 'user' || (i % ${users}), 'g' || (i % 40), 'g' || (i % 40), :request, :target, i, 'bot' FROM numbers`;
  const parameters = { request: JSON.stringify({ ...request, steps: 4 }), target: JSON.stringify(target) };
  await database.run(statement, parameters);
  await database.run('ANALYZE jobs');
}

/** A worker as on a machine of its own, except that it shares this process; its renders only wait. */
export class BenchWorker implements AsyncDisposable {
  readonly #database: PostgresDatabase;
  readonly #session: PostgresSession;
  readonly #worker: Worker;
  readonly #folder: string;

  private constructor(database: PostgresDatabase, session: PostgresSession, worker: Worker, folder: string) {
    this.#database = database;
    this.#session = session;
    this.#worker = worker;
    this.#folder = folder;
  }

  static async start(url: string, id: string, renderMs: number, onResult: () => void): Promise<BenchWorker> {
    const database = new PostgresDatabase(url);
    const options = { url, database, id, clock: systemClock, log: SILENT };
    const session = await PostgresSession.open(options);
    const folder = quickFolder('bench-worker');
    const worker = new Worker({
      store: new SqlJobStore(database),
      results: { checkWritable: async () => {} },
      engines: [new PacedEngine(folder, renderMs)],
      clock: systemClock,
      log: SILENT,
      presence: session,
      news: session,
      isBot: false,
      beatMs: 1000,
    });
    worker.on('result', onResult);
    const entry = { id, slots: 1, description: SCRIPTED_ENGINE, blocked: null };
    await new SqlWorkerRegistry(database).register(entry, Date.now() + LEASE_MS, Date.now());
    await worker.start();
    return new BenchWorker(database, session, worker, folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#worker.close();
    await this.#worker.abortAll();
    this.#worker.stop();
    await this.#session.close();
    await this.#database.close();
    rmSync(this.#folder, { recursive: true });
  }
}
