import type { ClientBase } from 'pg';
import { RiffError } from '../../errors.ts';

/** `EXECUTE FUNCTION` of a trigger came with it. */
const OLDEST = 11;
/** The others lack letters that prompts have. A server without a locale makes SQL_ASCII, which keeps every byte. */
const ENCODINGS = ['UTF8', 'SQL_ASCII'];
const FACTS = `SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS version,
  current_setting('server_encoding') AS encoding`;

export interface ServerFacts {
  /** 150018 is 15.18. */
  readonly number: string;
  readonly version: string;
  readonly encoding: string;
}

/** Rejects with RiffError('store_failed') where the server is too old, or its database cannot hold every text. */
export async function checkServer(client: ClientBase, place: string): Promise<void> {
  const { rows } = await client.query<ServerFacts>(FACTS);
  const fault = rows[0] ? serverFault(rows[0]) : null;
  if (fault !== null) throw new RiffError('store_failed', `${place}: ${fault}`);
}

/** What keeps Riff from using the server, and what to do. Null: nothing. */
export function serverFault({ number, version, encoding }: ServerFacts): string | null {
  if (Number(number) < OLDEST * 10_000)
    return `expected PostgreSQL ${OLDEST} or newer, got ${version}; update the server`;
  if (ENCODINGS.includes(encoding)) return null;
  return `expected a database in UTF8, got ${encoding}; make one with createdb --encoding=UTF8 --template=template0`;
}
