/** Values of parameters. Booleans and dates are missing, because the databases return them differently. */
export type Parameters = Readonly<Record<string, string | number | Uint8Array | null>>;

/** Carries out statements in the SQL that SQLite and PostgreSQL share; `:name` is a parameter. */
export interface Statements {
  /** The rows, read as what the SQL selects. */
  all<Row>(sql: string, parameters?: Parameters): Promise<readonly Row[]>;
  /** The first row; null: there is none. */
  get<Row>(sql: string, parameters?: Parameters): Promise<Row | null>;
  /** Returns how many rows changed. */
  run(sql: string, parameters?: Parameters): Promise<number>;
}

/**
 * The statements of a transaction. It must await nothing else: SQLite, with its one connection, makes everything else wait
 * until it has ended.
 */
export type Transaction<T> = (tx: Statements) => Promise<T>;

/** Every fault is a RiffError('store_failed') that says what to do. */
export interface SqlDatabase extends Statements {
  /** How often it failed within the last minute. */
  readonly recentFaults: number;
  /** Counts a fault that only the reader of a row can notice. */
  noteFault(): void;
  /** For statements that only read: all of them see the database as it was at one moment. */
  readAtOnce<T>(work: Transaction<T>): Promise<T>;
  /** Carries out all of the statements or none. */
  transact<T>(work: Transaction<T>): Promise<T>;
  /** As transact, but never at the same time as another such transaction of any process on the database. */
  transactAlone<T>(work: Transaction<T>): Promise<T>;
  /** Resolves if it can be written. */
  checkWritable(): Promise<void>;
}
