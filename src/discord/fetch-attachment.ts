import type { Attachment } from 'discord.js';
import { UserError } from '../errors.ts';
import { isOnThisMachine } from '../system/setting-rules.ts';

/** What is fetched of a file that a user attached. */
export type AttachmentFile = Pick<Attachment, 'name' | 'size' | 'url'>;

/**
 * Fetches a file that a user attached, of at most `maxBytes`. Throws UserError if it is larger, not on Discord's own
 * hosts, or cannot be fetched in time.
 */
export type FetchAttachment = (file: AttachmentFile, maxBytes: number) => Promise<Uint8Array>;

/** Where Discord keeps attachments. */
const HOSTS: ReadonlySet<string> = new Set(['cdn.discordapp.com', 'media.discordapp.net']);
const TIMEOUT_MS = 20_000;

/** `apiBase`: as in the configuration; a local Discord on this machine keeps files as well. */
export function createFetchAttachment(apiBase: string | null, timeoutMs = TIMEOUT_MS): FetchAttachment {
  const localOrigin = apiBase !== null && isOnThisMachine(new URL(apiBase)) ? new URL(apiBase).origin : null;
  return async ({ url, size }, maxBytes) => {
    if (!isDiscords(url, localOrigin)) throw new UserError([{ kind: 'notUploaded' }]);
    if (size > maxBytes) throw tooLarge(size, maxBytes);
    return await fetchBytes(url, maxBytes, timeoutMs);
  };
}

function isDiscords(url: string, localOrigin: string | null): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, port, origin, username } = new URL(url);
  if (origin === localOrigin) return true;
  return protocol === 'https:' && port === '' && username === '' && HOSTS.has(hostname);
}

async function fetchBytes(url: string, maxBytes: number, timeoutMs: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    // A redirect could lead anywhere, into this machine's own network as well.
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
    // The stated size need not be true, and a compressed body may expand.
    for await (const part of response.body) {
      length += part.length;
      if (length > maxBytes) throw tooLarge(length, maxBytes);
      parts.push(part);
    }
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError([{ kind: 'notFetched' }], { cause });
  }
  return Buffer.concat(parts);
}

function tooLarge(bytes: number, maxBytes: number): UserError {
  return new UserError([{ kind: 'fileTooLarge', bytes, mostBytes: maxBytes }]);
}
