import type { SqlDatabase } from '../../src/store/sql.ts';

/** What SQLite finds wrong with the whole file; empty: nothing. */
export async function integrityFindings(database: SqlDatabase): Promise<readonly string[]> {
  const rows = await database.all<{ readonly integrity_check: string }>('PRAGMA integrity_check');
  return rows.map((row) => row.integrity_check).filter((finding) => finding !== 'ok');
}
