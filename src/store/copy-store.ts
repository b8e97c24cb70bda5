import { createHash } from 'node:crypto';
import { RiffError } from '../errors.ts';
import { type FileEntries, fileEntriesOf, type ResultFiles } from './result-files.ts';
import type { SqlDatabase, Statements } from './sql.ts';

export interface StoreEnd {
  readonly database: SqlDatabase & { continueNumbers?(): Promise<void> };
  readonly results: ResultFiles;
}

/** The numbers of rows by table, and of files, that are the same in both stores. */
export type CopyReport = Readonly<Record<string, number>>;

/** The copied tables with their key columns. `processes` is not copied. */
const TABLES: Readonly<Record<string, string>> = {
  jobs: 'seq',
  turns: 'user_id',
  acceptances: 'user_id, at',
  pauses: 'tenant',
  guild_settings: 'guild_id',
  blocks: 'user_id, guild_id',
  audit_trail: 'seq',
  facts: 'name',
  presets: 'owner_kind, owner_id, name',
};
const PAGE = 500;

type Row = Readonly<Record<string, string | number | null>>;

/**
 * Copies a store into an empty one, then reads both and compares. Nothing else may use them meanwhile.
 * Rejects with RiffError('store_failed') where the target is not empty, or where a table or a file is not the same
 * afterwards; the target is emptied again then.
 */
export async function copyStore(from: StoreEnd, to: StoreEnd): Promise<CopyReport> {
  await requireEmpty(to.database);
  try {
    const report: Record<string, number> = { files: 0 };
    for (const table of Object.keys(TABLES)) {
      for await (const rows of pagesOf(from.database, table)) {
        const moved = table === 'jobs' ? await copyFiles(rows, from, to, report) : rows;
        await to.database.transact((tx) => insertAll(table, moved, tx));
      }
    }
    await to.database.continueNumbers?.();
    for (const table of Object.keys(TABLES)) report[table] = await compare(table, from, to);
    return report;
  } catch (error) {
    for (const table of Object.keys(TABLES)) await to.database.run(`DELETE FROM ${table}`);
    throw error;
  }
}

async function requireEmpty(database: SqlDatabase): Promise<void> {
  for (const table of Object.keys(TABLES)) {
    // checkWritable leaves a row in `facts`.
    if (table === 'facts' || (await database.get(`SELECT 1 FROM ${table} LIMIT 1`)) === null) continue;
    throw new RiffError(
      'store_failed',
      `store copy: expected an empty store to copy into, got rows in its table ${table}; move that store away first`,
    );
  }
  await database.run('DELETE FROM facts');
}

async function* pagesOf(database: SqlDatabase, table: string): AsyncGenerator<readonly Row[]> {
  for (let offset = 0; ; offset += PAGE) {
    const page = `SELECT * FROM ${table} ORDER BY ${TABLES[table]} LIMIT :limit OFFSET :offset`;
    const rows = await database.all<Row>(page, { limit: PAGE, offset });
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE) return;
  }
}

async function insertAll(table: string, rows: readonly Row[], tx: Statements): Promise<void> {
  for (const row of rows) {
    const columns = Object.keys(row);
    const values = columns.map((column) => `:${column}`);
    await tx.run(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${values.join(', ')})`, row);
  }
}

/** The rows with the paths of their files at the target. Throws if a copied file does not match its hash. */
async function copyFiles(
  rows: readonly Row[],
  from: StoreEnd,
  to: StoreEnd,
  report: Record<string, number>,
): Promise<readonly Row[]> {
  const moved: Row[] = [];
  for (const row of rows) {
    const id = String(row.id);
    const entries = entriesOf(row.files);
    const contents = await from.results.readAll(id, entries);
    for (const [name, bytes] of contents) checkHash(id, name, bytes, entries);
    const paths = contents.size > 0 ? await to.results.writeAll(id, contents) : new Map<string, string>();
    report.files = (report.files ?? 0) + contents.size;
    moved.push({ ...row, files: withPaths(row.files, paths) });
  }
  return moved;
}

function checkHash(id: string, name: string, bytes: Uint8Array, entries: FileEntries): void {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const expected = entries.get(name)?.sha256;
  if (expected === undefined || expected === sha256) return;
  throw new RiffError(
    'store_failed',
    `store copy: expected the ${name} of the riff ${id} with SHA-256 ${expected}, got ${sha256}; delete that file, then copy again`,
  );
}

/** Compares row by row, whatever order the databases sort texts in. Returns the number of rows. */
async function compare(table: string, from: StoreEnd, to: StoreEnd): Promise<number> {
  const [before, after] = [await digestsOf(from.database, table), await digestsOf(to.database, table)];
  if (before.join() === after.join()) return before.length;
  throw new RiffError(
    'store_failed',
    `store copy: expected the same ${before.length} rows of ${table} in both stores, got ${after.length} with other contents; stop every Riff on them, then copy again`,
  );
}

async function digestsOf(database: SqlDatabase, table: string): Promise<readonly string[]> {
  const digests: string[] = [];
  for await (const rows of pagesOf(database, table)) digests.push(...rows.map(digestOf));
  return digests.sort();
}

/** Paths differ between the stores. */
function digestOf(row: Row): string {
  const files = withPaths(row.files, new Map([...entriesOf(row.files).keys()].map((name) => [name, ''])));
  const columns = Object.entries({ ...row, ...(files !== undefined && { files }) }).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return createHash('sha256').update(JSON.stringify(columns)).digest('hex');
}

function entriesOf(files: Row[string] | undefined): FileEntries {
  return fileEntriesOf(parsed(files));
}

function withPaths(files: Row[string] | undefined, paths: ReadonlyMap<string, string>): Row[string] {
  if (typeof files !== 'string' || paths.size === 0) return files ?? null;
  const moved = [...entriesOf(files)].map(([name, entry]) => [
    name,
    { ...entry, path: paths.get(name) ?? entry.path },
  ]);
  return JSON.stringify({ ...parsed(files), ...Object.fromEntries(moved) });
}

/** Empty: there are none, or what was stored of them is damaged; it is copied as it is then. */
function parsed(files: string | number | null | undefined): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(String(files ?? '{}')) ?? {};
  } catch {
    return {};
  }
}
