import { Client } from 'pg';
import { checkServer } from './check-server.ts';
import { explain, placeOf } from './explanation.ts';
import { MIGRATIONS, SCHEMA } from './migrations.ts';
import { connectionOptions } from './postgres.ts';

/** `place` names the server and the database, without user and password. */
export type PostgresInspection =
  | { readonly kind: 'absent' | 'sound'; readonly place: string }
  | { readonly kind: 'newer'; readonly place: string; readonly schema: number; readonly known: number }
  /** A sentence that says what to do. */
  | { readonly kind: 'unreachable'; readonly finding: string };

/** Looks at the store that DATABASE_URL names without changing it. */
export async function inspectPostgres(url: string): Promise<PostgresInspection> {
  const place = placeOf(url);
  try {
    const schema = await connected(url, async (client) => {
      await checkServer(client, place);
      return schemaOf(client);
    });
    if (schema === null) return { kind: 'absent', place };
    const known = MIGRATIONS.length;
    return schema > known ? { kind: 'newer', place, schema, known } : { kind: 'sound', place };
  } catch (error) {
    return { kind: 'unreachable', finding: explain(error, place) };
  }
}

/** Rejects as pg does, also where a file that the URL names cannot be read. */
async function connected<T>(url: string, look: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(connectionOptions(url));
  client.on('error', () => {});
  try {
    await client.connect();
    return await look(client);
  } finally {
    // Not awaited: the end of a client that never connected does not come.
    client.end().catch(() => {});
  }
}

/** Null where Riff has made no tables yet. */
async function schemaOf(client: Client): Promise<number | null> {
  const table = `${SCHEMA}.migrations`;
  const { rows: found } = await client.query('SELECT to_regclass($1) IS NOT NULL AS there', [table]);
  if (found[0]?.there !== true) return null;
  const { rows } = await client.query(`SELECT coalesce(max(version), 0) AS version FROM ${table}`);
  return Number(rows[0]?.version);
}
