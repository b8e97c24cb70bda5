import { Worker } from 'node:worker_threads';
import type { Clock } from '../../clock.ts';
import { messageOf } from '../../errors.ts';
import type { QueueLog } from '../../queue/ports.ts';
import type { SqliteDatabase } from './sqlite.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export interface StoreCare {
  /** The finding of the last check of the whole file, at most a day ago; null: none. */
  readonly damage: string | null;
  /** The changes of the last run that could not be read when the store was opened; null: none is known to be lost. */
  readonly lostChanges: string | null;
  stop(): void;
}

/**
 * Writes the write-ahead log back into the file every minute, so that a lost log loses little, and checks the whole file
 * every day in a thread of its own, so that no command waits for it. Opening the store has done both for the start;
 * changes that were found lost then are logged.
 */
export function keepStoreSound(
  database: Pick<SqliteDatabase, 'path' | 'checkpoint' | 'lostChanges'>,
  { clock, log }: { readonly clock: Clock; readonly log: QueueLog },
): StoreCare {
  const { lostChanges } = database;
  if (lostChanges !== null) log.error({ lostChanges }, 'the newest changes of the store are lost');
  let damage: string | null = null;
  const checkpoint = every(MINUTE_MS, clock, log, async () => database.checkpoint());
  const check = every(DAY_MS, clock, log, async () => {
    damage = await findDamage(database.path);
    if (damage !== null) log.error({ damage }, 'the store is damaged: put a backup in its place');
  });
  return {
    get damage() {
      return damage;
    },
    lostChanges,
    stop() {
      checkpoint();
      check();
    },
  };
}

/** Reads the file in a thread; null: it is sound. */
async function findDamage(path: string): Promise<string | null> {
  const worker = new Worker(new URL('./integrity-worker.ts', import.meta.url), { workerData: { path } });
  const found = Promise.withResolvers<string | null>();
  worker.once('message', found.resolve);
  worker.once('error', found.reject);
  worker.once('exit', () => found.reject(new Error('the check of the store ended without a result')));
  return found.promise;
}

/** Returns the function that ends it. */
function every(periodMs: number, clock: Clock, log: QueueLog, work: () => Promise<void>): () => void {
  let cancel = () => {};
  const plan = () => {
    cancel = clock.after(periodMs, () => {
      plan();
      work().catch((error: unknown) =>
        log.error({ error: messageOf(error) }, 'the store could not be checked'),
      );
    });
  };
  plan();
  return () => cancel();
}
