import { messageOf } from '../../errors.ts';
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
  const { code = '' } = error as { readonly code?: string };
  const detail = messageOf(error);
  // pg's own errors have no code, and a file of the URL that is missing has that of a missing socket.
  const fault = code === '' || detail.includes(' open ') ? detail : code;
  const found = EXPLANATIONS.find(([pattern]) => pattern.test(fault));
  return `${place}: ${found ? found[1](detail) : `the store failed (${code} ${detail}); check the server's log`}`;
}

type Explain = (detail: string) => string;

/** By SQLSTATE, the system's error code or what pg says; the first that matches. */
const EXPLANATIONS: readonly (readonly [fault: RegExp, explain: Explain])[] = [
  [/^28/, (detail) => `expected the user and password of DATABASE_URL to be taken (${detail}); correct them`],
  [/^3D000/, (detail) => `expected a database that exists (${detail}); create it with createdb`],
  [
    /^42501/,
    (detail) =>
      `expected a user who may create and write tables (${detail}); GRANT CREATE ON DATABASE … TO that user`,
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
    (detail) => `expected a server that can be written, got a standby (${detail}); name the primary`,
  ],
  [/^(08|57P)/, (detail) => `the server closed the connection (${detail}); it is tried again`],
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
    / open |^EISDIR/,
    (detail) =>
      `expected a file that can be read in DATABASE_URL (${detail}); correct sslrootcert, sslcert or sslkey`,
  ],
  [
    /^timeout|^Query read timeout|^Connection terminated/,
    (detail) =>
      `expected an answer in time (${detail}); the server or the network is overloaded or away, it is tried again`,
  ],
  [
    /^E[A-Z]+$/,
    (detail) =>
      `expected a server that answers (${detail}); start it, or correct the address in DATABASE_URL`,
  ],
];
