import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../../errors.ts';
import { MIGRATIONS } from './migrations.ts';
import { checkStoreFiles } from './store-file.ts';
import { findLostChanges } from './write-ahead-log.ts';

export type Inspection =
  | { readonly kind: 'absent' }
  | { readonly kind: 'sound' }
  | { readonly kind: 'lossy'; readonly finding: string }
  | { readonly kind: 'newer'; readonly schema: number; readonly known: number }
  | { readonly kind: 'damaged'; readonly finding: string };

/** Inspects a store without changing it: a bot may be using it, and an older one keeps its schema. */
export function inspectStore(path: string): Inspection {
  try {
    checkStoreFiles(path);
    if (!existsSync(path)) return { kind: 'absent' };
    const lost = findLostChanges(path);
    // Opening it would rebuild the index, and the next start could no longer report the loss.
    if (lost !== null) return { kind: 'lossy', finding: lost };
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      return inspect(database);
    } finally {
      database.close();
    }
  } catch (error) {
    return { kind: 'damaged', finding: messageOf(error) };
  }
}

function inspect(database: DatabaseSync): Inspection {
  const finding = String(database.prepare('PRAGMA quick_check(1)').get()?.quick_check);
  if (finding !== 'ok') return { kind: 'damaged', finding };
  const schema = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  return schema > MIGRATIONS.length ? { kind: 'newer', schema, known: MIGRATIONS.length } : { kind: 'sound' };
}
