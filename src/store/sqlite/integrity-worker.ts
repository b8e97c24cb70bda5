import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../errors.ts';

/** A worker thread, because reading a large store takes seconds. Posts the finding; null: none. */
parentPort?.postMessage(findDamage(workerData.path));

function findDamage(path: string): string | null {
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    const finding = String(database.prepare('PRAGMA integrity_check(1)').get()?.integrity_check);
    database.close();
    return finding === 'ok' ? null : finding;
  } catch (error) {
    return messageOf(error);
  }
}
