/** What the statements of this folder can hold; booleans and dates are no values that every database returns alike. */
export type Parameters = Readonly<Record<string, string | number | Uint8Array | null>>;

export interface Statement {
  /** In the SQL that SQLite and PostgreSQL share; `:name` is a parameter. */
  readonly sql: string;
  readonly parameters: Parameters;
  readonly wants: 'rows' | 'changes';
}

export interface StatementResult {
  readonly rows: readonly unknown[];
  /** How many rows changed; 0 where rows were wanted. */
  readonly changes: number;
}

/**
 * Work on a database that stops at every statement for its result: `yield*` reads as `await` would. SQLite runs such
 * steps without a pause, so that nothing else comes between two statements of a transaction on its one connection;
 * PostgreSQL awaits each answer.
 */
export type Steps<T> = Generator<Statement, T, StatementResult>;

export interface SqlDatabase {
  /** How often it failed within the last minute. */
  readonly recentFaults: number;
  /** Counts what only a reader of the rows can see to be wrong. */
  noteFault(): void;
  /** Rejects, as all of these do, with RiffError('store_failed') that says what to do. */
  perform<T>(steps: Steps<T>): Promise<T>;
  /** Steps that only read see the database as it was at one moment. */
  readAtOnce<T>(steps: Steps<T>): Promise<T>;
  /** All of the steps or nothing. */
  transact<T>(steps: Steps<T>): Promise<T>;
  /** The same, and never two at once, of all processes on the database. */
  transactAlone<T>(steps: Steps<T>): Promise<T>;
  /** Resolves if it can be written. */
  checkWritable(): Promise<void>;
}

/** All rows, read as what the SQL selects. */
export function* all<Row>(sql: string, parameters: Parameters = {}): Steps<readonly Row[]> {
  const { rows } = yield { sql, parameters, wants: 'rows' };
  return rows as readonly Row[];
}

/** The first row; null: there is none. */
export function* get<Row>(sql: string, parameters: Parameters = {}): Steps<Row | null> {
  const { rows } = yield { sql, parameters, wants: 'rows' };
  return (rows[0] as Row | undefined) ?? null;
}

/** Returns how many rows changed. */
export function* run(sql: string, parameters: Parameters = {}): Steps<number> {
  const { changes } = yield { sql, parameters, wants: 'changes' };
  return changes;
}
