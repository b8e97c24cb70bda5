import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { Client } from 'pg';
import { z } from 'zod';
import { type Clock, sleep, throttle, within } from '../../clock.ts';
import { messageOf, RiffError } from '../../errors.ts';
import type { QueueLog } from '../../queue/ports.ts';
import type { NewsFeed, Presence, StoreNews } from '../../queue/processes.ts';
import { explain, placeOf } from './explanation.ts';
import { CHANNEL, SCHEMA } from './migrations.ts';
import { connectionOptions, type PostgresDatabase } from './postgres.ts';

/** Of Riff's session locks; any number that no other program on the database uses. */
const LOCK_CLASS = 7217;
const RECONNECT_MS = 500;
/** How often the log says that the server is still away. */
const STILL_AWAY_MS = 60_000;
/** A sign of life that is missing for less may belong to a process that connects again. */
const GRACE_MS = 2000;
/** After a longer pause between two looks this process itself was cut off, and knows nothing of the time between. */
const LOOK_GAP_MS = 5000;

/** The server notices after some 10 s that a client's cable is cut, and releases its lock. */
const KEEPALIVE =
  'SET tcp_keepalives_idle = 3; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3';
const HELD = `
  SELECT CAST(objid AS BIGINT) AS key FROM pg_locks
  WHERE locktype = 'advisory' AND classid = ${LOCK_CLASS} AND objsubid = 2 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** To all, that anything may have changed. */
const TELL = `SELECT pg_notify('${CHANNEL}', '{"job": null, "state": "waiting", "bot": null}')`;
const HEAR_LIMIT_MS = 5000;

const newsSchema = z.object({ job: z.string().nullable(), state: z.string(), bot: z.string().nullable() });
const ANYTHING: StoreNews = { jobId: null, state: 'waiting', botId: null };

export interface SessionOptions {
  readonly url: string;
  readonly database: PostgresDatabase;
  readonly id: string;
  readonly clock: Clock;
  readonly log: QueueLog;
}

/**
 * A connection that lives as long as the process: it holds an advisory lock, which the server releases as soon as the process
 * is gone, and hears what other processes change. It reconnects by itself.
 */
export class PostgresSession implements Presence, NewsFeed {
  readonly id: string;
  readonly #options: SessionOptions;
  readonly #events = new EventEmitter<{ news: [StoreNews] }>();
  readonly #closing = new AbortController();
  /** Since when (monotonic ms) the lock of a process is missing. */
  readonly #missing = new Map<number, number>();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #client: Client | null = null;

  private constructor(options: SessionOptions) {
    this.id = options.id;
    this.#options = options;
    this.#events.setMaxListeners(0);
  }

  /** Rejects with RiffError('store_failed') when the first connection fails, or is not the process's own. */
  static async open(options: SessionOptions): Promise<PostgresSession> {
    const session = new PostgresSession(options);
    try {
      await session.#connect();
      await session.#requireNews();
      return session;
    } catch (error) {
      await session.close();
      throw new RiffError('store_failed', explain(error, placeOf(options.url)), { cause: error });
    }
  }

  onNews(listener: (news: StoreNews) => void): () => void {
    this.#events.on('news', listener);
    return () => this.#events.off('news', listener);
  }

  async look(): Promise<(processId: string) => boolean> {
    const rows = await this.#options.database.all<{ readonly key: number }>(HELD);
    const held = new Set(rows.map(({ key }) => key));
    const now = performance.now();
    if (now - this.#lookedAt > LOOK_GAP_MS) this.#missing.clear();
    this.#lookedAt = now;
    for (const key of held) this.#missing.delete(key);
    return (processId) => this.#mayBeAlive(unsignedKey(processId), held, now);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => {});
  }

  #mayBeAlive(key: number, held: ReadonlySet<number>, now: number): boolean {
    if (held.has(key)) return true;
    const since = this.#missing.get(key) ?? now;
    this.#missing.set(key, since);
    return now - since < GRACE_MS;
  }

  async #connect(): Promise<void> {
    // It listens for as long as it lives, so no statement limit may end it.
    const client = new Client(connectionOptions(this.#options.url));
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query(`SET search_path TO ${SCHEMA}; ${KEEPALIVE}; LISTEN ${CHANNEL}`);
      // The lost connection may still hold this lock; the server releases it soon.
      await client.query('SELECT pg_advisory_lock($1, $2)', [LOCK_CLASS, signedKey(this.id)]);
    } catch (error) {
      // Not awaited: the end of a client that never connected does not come.
      client.end().catch(() => {});
      throw error;
    }
    client.on('notification', ({ payload }) => this.#hear(payload));
    client.on('end', () => void this.#reconnect());
    this.#client = client;
  }

  /** A pooler that lends connections by the transaction loses what others tell, and keeps the lock of a gone process. */
  async #requireNews(): Promise<void> {
    const { database, clock, url } = this.#options;
    const heard = Promise.withResolvers<void>();
    const stopListening = this.onNews(() => heard.resolve());
    await database.all(TELL);
    const hears = await within(heard.promise, HEAR_LIMIT_MS, clock).finally(stopListening);
    if (hears) return;
    throw new RiffError(
      'store_failed',
      `${placeOf(url)}: expected a connection that stays the same, got that of a pooler (no NOTIFY came through); put the server's own address into DATABASE_URL, or the pooler into session mode`,
    );
  }

  async #reconnect(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#closing;
    if (signal.aborted) return;
    log.warn({}, 'the connection to PostgreSQL is lost');
    let fault: unknown;
    const sayAway = (): void => log.warn({ error: messageOf(fault) }, 'PostgreSQL cannot be reached yet');
    const stillAway = throttle(sayAway, STILL_AWAY_MS, clock);
    const failed = (error: unknown): false => {
      fault = error;
      stillAway.call();
      return false;
    };
    let isBack = false;
    while (!isBack && !signal.aborted) {
      await sleep(RECONNECT_MS, clock, signal);
      if (!signal.aborted) isBack = await this.#connect().then(() => true, failed);
    }
    stillAway.stop();
    if (!isBack) return;
    log.info({}, 'PostgreSQL can be reached again');
    // The news of the meantime is lost.
    this.#events.emit('news', ANYTHING);
  }

  #hear(payload = ''): void {
    const parsed = newsSchema.safeParse(readJson(payload));
    if (!parsed.success) return;
    const { job: jobId, state, bot: botId } = parsed.data;
    this.#events.emit('news', { jobId, state, botId });
  }
}

/** Any other program may use the same channel. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function signedKey(processId: string): number {
  return createHash('sha256').update(processId).digest().readInt32BE();
}

/** As `pg_locks` shows it. */
function unsignedKey(processId: string): number {
  return signedKey(processId) >>> 0;
}
