import { messageOf, RiffError } from '../../errors.ts';
import { STATEMENT_LIMIT_S } from './limits.ts';

/** The server and the database of a URL, without the user and the password. */
export function placeOf(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return 'PostgreSQL';
  const host = parsed.searchParams.get('host') ?? decodeURIComponent(parsed.hostname);
  return `PostgreSQL at ${host || 'localhost'}${parsed.port === '' ? '' : `:${parsed.port}`}${parsed.pathname}`;
}

/** What went wrong and what to do, as one sentence for the operator. */
export function explain(error: unknown, place: string): string {
  if (error instanceof RiffError) return error.message;
  const { code = '' } = error as { readonly code?: string };
  const detail = messageOf(error);
  const found = EXPLANATIONS.find(([pattern]) => pattern.test(code) || pattern.test(detail));
  return `${place}: ${found ? found[1](detail) : `the store failed (${code} ${detail}); check the server's log`}`;
}

type Explain = (detail: string) => string;

/** By SQLSTATE, the system's error code or what is said; the first that matches. */
const EXPLANATIONS: readonly (readonly [fault: RegExp, explain: Explain])[] = [
  [
    /client password must be/,
    (detail) =>
      `expected a password in DATABASE_URL (${detail}); write postgres://USER:PASSWORD@HOST/DATABASE`,
  ],
  [
    /, no encryption$/,
    (detail) =>
      `expected to be let in without TLS (${detail}); add ?sslmode=require to DATABASE_URL, or an entry to the server's pg_hba.conf`,
  ],
  [
    /unsupported startup parameter/,
    (detail) =>
      `expected PostgreSQL itself, got a pooler (${detail}); put the server's own address into DATABASE_URL`,
  ],
  [/^28/, (detail) => `expected the user and password of DATABASE_URL to be taken (${detail}); correct them`],
  [/^3D000/, (detail) => `expected a database that exists (${detail}); create it with createdb`],
  [
    /^(42501|3F000)/,
    (detail) =>
      `expected a user who may make and write Riff's tables (${detail}); GRANT CREATE ON DATABASE … TO that user, or make it the owner of the schema riff and of its tables`,
  ],
  [
    /^(42703|42P01)/,
    (detail) =>
      `expected Riff's tables as this version made them (${detail}); where a newer Riff has changed them, update this one and start it again`,
  ],
  [/^53100/, (detail) => `the server's disk is full (${detail}); free some space`],
  [
    /^53300/,
    (detail) => `expected a free connection (${detail}); raise max_connections or run fewer processes`,
  ],
  [/^53/, (detail) => `the server is short of resources (${detail}); see its log`],
  [
    /^57014|^55P03|^25P03/,
    (detail) =>
      `expected an answer within ${STATEMENT_LIMIT_S} s (${detail}); the server is overloaded or a lock is held`,
  ],
  [
    /^25006/,
    (detail) => `expected a server that can be written, got a read-only one (${detail}); name the primary`,
  ],
  [
    /^(08|57P)/,
    (detail) => `the server closed the connection (${detail}); it may be starting or stopping: see its log`,
  ],
  [
    /CERT|^UNABLE_TO_|^ERR_TLS/,
    (detail) =>
      `expected a server with a certificate that can be trusted (${detail}); name its authority with sslrootcert=FILE in DATABASE_URL, and the host as the certificate does`,
  ],
  [
    /does not support SSL/,
    (detail) =>
      `expected a server that speaks TLS (${detail}); set ssl = on there, or take sslmode out of DATABASE_URL`,
  ],
  [
    // pg's own errors have no code, and a file of the URL that is missing has that of a missing socket.
    /^E[A-Z]+: .*, open |^EISDIR/,
    (detail) =>
      `expected a file that can be read in DATABASE_URL (${detail}); correct sslrootcert, sslcert or sslkey`,
  ],
  [
    /^Connection terminated unexpectedly|establishing an SSL connection/,
    (detail) =>
      `expected a PostgreSQL server that goes on answering (${detail}); see whether there is one at this address, and its log`,
  ],
  [
    /^timeout|^Query read timeout|^Connection terminated/,
    (detail) => `expected an answer in time (${detail}); the server or the network is overloaded or away`,
  ],
  [
    /^E[A-Z]+$/,
    (detail) =>
      `expected a server that answers (${detail}); start it, or correct the address in DATABASE_URL`,
  ],
];
