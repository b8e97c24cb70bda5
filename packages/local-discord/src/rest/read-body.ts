import { RESTJSONErrorCodes } from 'discord-api-types/v10';
import { DiscordError } from '../discord-error.ts';
import { readBytes } from '../http/read-bytes.ts';
import type { UploadedFile } from '../state/attachment-store.ts';

export interface ParsedBody {
  readonly json: unknown;
  readonly files: readonly UploadedFile[];
}

/** A whole request, all files together. */
const MAX_REQUEST_BYTES = 25 * 1024 * 1024;
const EMPTY: ParsedBody = { json: null, files: [] };

/** Discord goes by the name where a bot leaves the type out. */
const TYPES_BY_EXTENSION: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  wav: 'audio/x-wav',
  ogg: 'audio/ogg',
  mp3: 'audio/mpeg',
  json: 'application/json; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
};

/**
 * Reads JSON or multipart (`payload_json` and `files[n]`). Throws 40005 past 25 MiB, 50109 for broken JSON, 50035 for a
 * broken form. Source: reference, "Uploading Files".
 */
export async function readBody(request: Request): Promise<ParsedBody> {
  const bytes = await readBytes(request, MAX_REQUEST_BYTES);
  if (bytes === null) throw new DiscordError(RESTJSONErrorCodes.RequestEntityTooLarge);
  if (bytes.length === 0) return EMPTY;
  const contentType = request.headers.get('content-type') ?? '';
  if (contentType.startsWith('multipart/form-data')) return readForm(bytes, contentType);
  return { json: parseJson(Buffer.from(bytes).toString()), files: [] };
}

async function readForm(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<ParsedBody> {
  const form = await new Response(bytes, { headers: { 'content-type': contentType } })
    .formData()
    .catch(() => {
      throw new DiscordError(RESTJSONErrorCodes.InvalidFormBodyOrContentType);
    });
  const payload = form.get('payload_json');
  const files = await Promise.all(
    [...form].flatMap(([name, value]) => (value instanceof File ? [readFile(name, value)] : [])),
  );
  return { json: typeof payload === 'string' ? parseJson(payload) : {}, files };
}

async function readFile(name: string, file: File): Promise<UploadedFile> {
  return {
    index: /^files\[(\d+)\]$/.exec(name)?.[1] ?? name,
    filename: file.name,
    contentType: contentTypeOf(file),
    bytes: new Uint8Array(await file.arrayBuffer()),
  };
}

function contentTypeOf({ name, type }: File): string {
  if (type && type !== 'application/octet-stream') return type;
  return TYPES_BY_EXTENSION[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DiscordError(RESTJSONErrorCodes.RequestBodyContainsInvalidJSON);
  }
}
