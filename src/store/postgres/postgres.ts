import { type ClientConfig, Pool, type PoolClient, type QueryResult, types } from 'pg';
import { RiffError } from '../../errors.ts';
import { RecentFaults } from '../recent-faults.ts';
import type { Parameters, SqlDatabase, Statements, Transaction } from '../sql.ts';
import { checkServer } from './check-server.ts';
import { explain, placeOf } from './explanation.ts';
import { STATEMENT_LIMIT_S } from './limits.ts';
import { MIGRATIONS, SCHEMA } from './migrations.ts';

/** Few are needed: every statement takes milliseconds. */
const CONNECTIONS = 10;
const STATEMENT_LIMIT_MS = 1000 * STATEMENT_LIMIT_S;
/** Held by one transaction at a time, of all processes; any number that no other program on the database uses. */
const ALONE = 7_217_430_001;
const INT8_OID = 20;

/** What every connection to `url` is opened with; TLS and the like come with the URL. */
export function connectionOptions(url: string): ClientConfig {
  return {
    connectionString: withStandardTls(url),
    application_name: 'riff',
    connectionTimeoutMillis: 5000,
    statement_timeout: STATEMENT_LIMIT_MS,
    /** The server cannot say so itself when the cable is cut. */
    query_timeout: STATEMENT_LIMIT_MS + 2000,
    /** A process that hangs in a transaction holds up no other for longer. */
    idle_in_transaction_session_timeout: STATEMENT_LIMIT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 3000,
    types: {
      getTypeParser: (oid, format) => (oid === INT8_OID ? Number : types.getTypeParser(oid, format)),
    },
  };
}

/**
 * By itself pg reads `sslmode=require` as `verify-full`. This makes it mean what it means to psql: encrypted, whoever the server
 * is; with `sslrootcert`, only to a server that this authority has certified.
 */
function withStandardTls(url: string): string {
  const parameters = URL.parse(url)?.searchParams;
  const isPlain = !parameters?.has('sslmode') || parameters.has('uselibpqcompat');
  return isPlain ? url : `${url}&uselibpqcompat=true`;
}

/** A database of a PostgreSQL server at the current schema. Every fault is a RiffError('store_failed') that says what to do. */
export class PostgresDatabase implements SqlDatabase {
  readonly #place: string;
  readonly #pool: Pool;
  readonly #faults = new RecentFaults();

  /** Use `openPostgres`, which also brings the tables up to date. */
  constructor(url: string) {
    this.#place = placeOf(url);
    this.#pool = new Pool({ ...connectionOptions(url), max: CONNECTIONS });
    this.#pool.on('error', () => this.noteFault());
    this.#pool.on('connect', (client) => {
      // The statement under way fails as well; the pool replaces the connection.
      client.on('error', () => {});
      client.query(`SET search_path TO ${SCHEMA}`).catch(() => {});
    });
  }

  get recentFaults(): number {
    return this.#faults.count;
  }

  noteFault(): void {
    this.#faults.note();
  }

  all<Row>(sql: string, parameters?: Parameters): Promise<readonly Row[]> {
    return this.#connected((client) => statementsOn(client).all<Row>(sql, parameters));
  }

  get<Row>(sql: string, parameters?: Parameters): Promise<Row | null> {
    return this.#connected((client) => statementsOn(client).get<Row>(sql, parameters));
  }

  run(sql: string, parameters?: Parameters): Promise<number> {
    return this.#connected((client) => statementsOn(client).run(sql, parameters));
  }

  readAtOnce<T>(work: Transaction<T>): Promise<T> {
    const begin = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
    return this.#connected((client) => inTransaction(client, () => work(statementsOn(client)), begin));
  }

  transact<T>(work: Transaction<T>): Promise<T> {
    return this.#connected((client) => inTransaction(client, () => work(statementsOn(client))));
  }

  /** At READ COMMITTED each statement after the lock sees what the transaction before it has written. */
  transactAlone<T>(work: Transaction<T>): Promise<T> {
    return this.#connected((client) => inTransactionAlone(client, () => work(statementsOn(client))));
  }

  async checkWritable(): Promise<void> {
    await this.#connected((client) =>
      inTransaction(client, () =>
        client.query(`INSERT INTO facts VALUES ('write_check', 0)
          ON CONFLICT (name) DO UPDATE SET value = (facts.value + 1) % 1000000`),
      ),
    );
  }

  /** Brings the tables up to date; of several processes one does it. */
  migrate(steps: readonly string[] = MIGRATIONS): Promise<void> {
    return this.#connected(async (client) => {
      await checkServer(client, this.#place);
      await inTransactionAlone(client, async () => {
        // Where it is there, its owner need not be allowed to make one.
        const { rows: found } = await client.query('SELECT to_regnamespace($1) IS NULL AS lacks', [SCHEMA]);
        if (found[0]?.lacks === true) await client.query(`CREATE SCHEMA ${SCHEMA}`);
        await client.query('CREATE TABLE IF NOT EXISTS migrations (version integer PRIMARY KEY)');
        const { rows } = await client.query('SELECT coalesce(max(version), 0) AS version FROM migrations');
        const from = Number(rows[0]?.version);
        if (from > steps.length) throw this.#tooNew(from, steps.length);
        for (const [index, step] of steps.entries()) {
          if (index < from) continue;
          await client.query(step);
          await client.query('INSERT INTO migrations VALUES ($1)', [index + 1]);
        }
      });
    });
  }

  /** Rows that came with their numbers have not moved the counters: new rows get numbers after them. */
  continueNumbers(): Promise<void> {
    return this.#connected(async (client) => {
      for (const table of ['jobs', 'audit_trail'])
        await client.query(
          `SELECT setval(pg_get_serial_sequence('${table}', 'seq'), max(seq)) FROM ${table} HAVING max(seq) IS NOT NULL`,
        );
    });
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  async #connected<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    let client: PoolClient | null = null;
    try {
      client = await this.#pool.connect();
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      // A statement that the server refused leaves a good connection; anything else may have broken it.
      client?.release(!isRefusal(error));
      if (error instanceof RiffError) throw error;
      this.noteFault();
      throw new RiffError('store_failed', explain(error, this.#place), { cause: error });
    }
  }

  #tooNew(found: number, known: number): RiffError {
    return new RiffError(
      'store_failed',
      `${this.#place}: expected a store of schema ${known} or older, got schema ${found}; it was written by a newer Riff: update this one`,
    );
  }
}

/**
 * Connects to the database that `url` names and makes or updates Riff's tables in its schema `riff`.
 * Rejects with RiffError('store_failed') that says what to do.
 */
export async function openPostgres(url: string): Promise<PostgresDatabase> {
  const database = new PostgresDatabase(url);
  try {
    await database.migrate();
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

function statementsOn(client: PoolClient): Statements {
  const query = (sql: string, parameters: Parameters = {}): Promise<QueryResult> => {
    const { text, names } = translated(sql);
    return client.query(text, valuesOf(names, parameters));
  };
  return {
    all: async (sql, parameters) => (await query(sql, parameters)).rows,
    get: async (sql, parameters) => (await query(sql, parameters)).rows[0] ?? null,
    run: async (sql, parameters) => (await query(sql, parameters)).rowCount ?? 0,
  };
}

function valuesOf(names: readonly string[], parameters: Parameters): unknown[] {
  return names.map((name) => {
    const value = parameters[name];
    return value instanceof Uint8Array
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      : value;
  });
}

async function inTransaction<T>(client: PoolClient, work: () => Promise<T>, begin = 'BEGIN'): Promise<T> {
  try {
    await client.query(begin);
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    if (isRefusal(error)) await client.query('ROLLBACK');
    throw error;
  }
}

/** Never two at once, of all processes on the database. */
function inTransactionAlone<T>(client: PoolClient, work: () => Promise<T>): Promise<T> {
  return inTransaction(client, work, `BEGIN; SELECT pg_advisory_xact_lock(${ALONE})`);
}

/**
 * Riff itself refused, or the server answered, with a code of five characters:
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
function isRefusal(error: unknown): boolean {
  const code = (error as { readonly code?: unknown }).code;
  const isEndOfSession = /^(08|57P)/.test(String(code));
  return error instanceof RiffError || (typeof code === 'string' && code.length === 5 && !isEndOfSession);
}

interface Translation {
  readonly text: string;
  readonly names: readonly string[];
}

const translations = new Map<string, Translation>();

/** `:name` becomes `$n`, and SQLite's hint of an index goes: PostgreSQL has none. */
export function translated(sql: string): Translation {
  const known = translations.get(sql);
  if (known) return known;
  const names: string[] = [];
  const text = sql.replace(/ INDEXED BY \w+/g, '').replace(/:([a-z]\w*)/gi, (_, name: string) => {
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  const translation = { text, names };
  translations.set(sql, translation);
  return translation;
}
