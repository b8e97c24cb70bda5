import { DiscordAPIError, HTTPError } from 'discord.js';
import { RiffError } from '../errors.ts';

export const TOKEN_REFUSED = 'DISCORD_TOKEN: expected a valid token, Discord refused it; copy it again';

export const GATEWAY_CLOSED =
  'Discord: expected its gateway to open within two minutes, it did not; check the network, and whether a proxy lets WebSockets through';

/** Close codes after which reconnecting cannot succeed. */
const CLOSE_REASONS: Readonly<Record<number, string>> = {
  4004: TOKEN_REFUSED,
  4010: 'Discord: the gateway refused the shard of this bot (4010); update Riff',
  4011: 'Discord: this bot is in too many servers for one connection (4011); update Riff',
  4012: 'Discord: the gateway no longer speaks this version of the API (4012); update Riff',
  4013: 'Discord: the gateway refused the intents of this bot (4013); update Riff',
  4014: 'Discord: the gateway refused the intents of this bot (4014); allow them in the developer portal',
};

export function closedForGood(code: number): RiffError {
  const reason =
    CLOSE_REASONS[code] ?? `Discord: the gateway closed the connection for good (${code}); start again`;
  return new RiffError('discord_refused', reason);
}

/** Turns a refused token or a failed connection into a RiffError with one sentence; returns other errors unchanged. */
export function connectionFault(error: unknown, apiBase: string | null): unknown {
  const got = failureOf(error);
  if (error instanceof DiscordAPIError && error.status === 401)
    return new RiffError('discord_refused', TOKEN_REFUSED, { cause: error });
  if (got === null) return error;
  const url = apiBase ?? 'https://discord.com/api';
  const message = `Discord: expected an answer from ${url}, got ${got}; check the network, a proxy (NODE_USE_ENV_PROXY=1 with HTTPS_PROXY) and DISCORD_API_BASE`;
  return new RiffError('discord_unreachable', message, { cause: error });
}

/** Null: not a connection error. */
function failureOf(error: unknown): string | null {
  if (error instanceof RiffError) return null;
  if (error instanceof DiscordAPIError || error instanceof HTTPError) return `status ${error.status}`;
  if (!(error instanceof Error)) return null;
  if (error.name === 'AbortError') return 'none in time';
  if (HANDSHAKE_FAULT.test(error.message)) return `“${error.message}” from the gateway`;
  const { code, cause } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && CONNECTION_CODE.test(code)) return code;
  return cause === undefined ? null : failureOf(cause);
}

/** Of ws, which gives them no code: a proxy on the way answered a WebSocket with a page, or with nothing. */
const HANDSHAKE_FAULT =
  /^(Unexpected server response: \d+|Opening handshake has timed out|Invalid (Upgrade|Sec-WebSocket-\S+) header)/;

/** Error codes of Node (ENOTFOUND, ECONNREFUSED, ETIMEDOUT …), of undici and of TLS. */
const CONNECTION_CODE = /^(E[A-Z_]+|UND_ERR_\w+|\w*CERT\w*|UNABLE_TO_\w+|DEPTH_ZERO_\w+)$/;
