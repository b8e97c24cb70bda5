import { z } from 'zod';
import { RiffError } from '../errors.ts';
import type { RegisteredWorker, WorkerRegistry } from '../queue/processes.ts';
import type { EngineDescription } from '../riff/engine.ts';
import type { SqlDatabase, Statements } from './sql.ts';

const PUT = `
  INSERT INTO processes (id, lease_until, description) VALUES (:id, :leaseUntil, :description)
  ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until, description = excluded.description`;
const LIVING = `
  SELECT id, description FROM processes WHERE description IS NOT NULL AND lease_until > :now ORDER BY id`;
const LAST = `
  SELECT id, description FROM processes WHERE description IS NOT NULL ORDER BY lease_until DESC LIMIT 1`;
/** The last one stays: a bot that starts before any worker knows the model from it. */
const FORGET = `
  DELETE FROM processes WHERE lease_until < :before AND id <> :id`;

const DAY_MS = 24 * 3_600_000;

interface Row {
  readonly id: string;
  readonly description: string;
}

const workerSchema = z.object({
  slots: z.int().min(1),
  /** A worker wrote it whole. */
  description: z.custom<EngineDescription>((value) => value !== null && typeof value === 'object'),
  blocked: z.string().nullable(),
});

export class SqlWorkerRegistry implements WorkerRegistry {
  readonly #db: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#db = database;
  }

  register(worker: RegisteredWorker, leaseUntil: number, now: number): Promise<void> {
    return this.#db.transactAlone((tx) => register(tx, worker, leaseUntil, now));
  }

  async living(now: number): Promise<readonly RegisteredWorker[]> {
    return (await this.#db.all<Row>(LIVING, { now })).flatMap(workerOf);
  }

  async last(): Promise<RegisteredWorker | null> {
    const row = await this.#db.get<Row>(LAST);
    return (row && workerOf(row)[0]) ?? null;
  }
}

async function register(
  tx: Statements,
  worker: RegisteredWorker,
  leaseUntil: number,
  now: number,
): Promise<void> {
  const { id, slots, description, blocked } = worker;
  const others = (await tx.all<Row>(LIVING, { now })).flatMap(workerOf).filter((other) => other.id !== id);
  const stranger = others.find((other) => modelOf(other) !== modelOf(worker));
  if (stranger)
    throw new RiffError(
      'invalid_model',
      `MODEL: expected ${modelOf(stranger)}, which the worker ${stranger.id} renders with, got ${modelOf(worker)}; use the same model, or stop the other workers first`,
    );
  await tx.run(FORGET, { before: now - DAY_MS, id });
  await tx.run(PUT, { id, leaseUntil, description: JSON.stringify({ slots, description, blocked }) });
}

function modelOf({ description }: RegisteredWorker): string {
  return `${description.model} ${description.modelVersion}`;
}

/** Empty: what an earlier or later version wrote cannot be read. */
function workerOf({ id, description }: Row): readonly RegisteredWorker[] {
  try {
    return [{ id, ...workerSchema.parse(JSON.parse(description)) }];
  } catch {
    return [];
  }
}
