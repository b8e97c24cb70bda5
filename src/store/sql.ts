/** Values of parameters. Booleans and dates are missing, because the databases return them differently. */
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

/** SQLite answers at once, PostgreSQL later: await it. */
type Answer<T> = T | Promise<T>;

/** Every fault is a RiffError('store_failed') that says what to do. */
export interface SqlDatabase {
  /** How often it failed within the last minute. */
  readonly recentFaults: number;
  /** Counts a fault that only the reader of a row can notice. */
  noteFault(): void;
  /** The rows of one statement, read as what the SQL selects. */
  all<Row>(sql: string, parameters?: Parameters): Answer<readonly Row[]>;
  /** The first row; null: there is none. */
  get<Row>(sql: string, parameters?: Parameters): Answer<Row | null>;
  /** Returns how many rows changed. */
  run(sql: string, parameters?: Parameters): Answer<number>;
  /** Steps that only read see the database as it was at one moment. */
  readAtOnce<T>(steps: Steps<T>): Promise<T>;
  /** Carries out all of the steps or none. */
  transact<T>(steps: Steps<T>): Promise<T>;
  /** As transact, but never at the same time as another such transaction of any process on the database. */
  transactAlone<T>(steps: Steps<T>): Promise<T>;
  /** Resolves if it can be written. */
  checkWritable(): Promise<void>;
}

/** One statement among the steps of a transaction, as the database has it alone. */
export function* all<Row>(sql: string, parameters: Parameters = {}): Steps<readonly Row[]> {
  const { rows } = yield { sql, parameters, wants: 'rows' };
  return rows as readonly Row[];
}

export function* get<Row>(sql: string, parameters: Parameters = {}): Steps<Row | null> {
  const { rows } = yield { sql, parameters, wants: 'rows' };
  return (rows[0] as Row | undefined) ?? null;
}

export function* run(sql: string, parameters: Parameters = {}): Steps<number> {
  const { changes } = yield { sql, parameters, wants: 'changes' };
  return changes;
}
