import { RESTJSONErrorCodes } from 'discord-api-types/v10';
import { DiscordError } from '../discord-error.ts';
import { readBytes } from '../read-bytes.ts';
import type { UploadedFile } from '../state/attachment-store.ts';
import { contentTypeOf } from '../state/content-type.ts';

export interface ParsedBody {
  readonly json: unknown;
  readonly files: readonly UploadedFile[];
}

const EMPTY: ParsedBody = { json: null, files: [] };

/**
 * Reads JSON or multipart (`payload_json` and `files[n]`). Throws 40005 past `maxBytes` for the whole request, 50109 for
 * broken JSON, 50035 for a broken form. Source: reference, "Uploading Files".
 */
export async function readBody(request: Request, maxBytes: number): Promise<ParsedBody> {
  const bytes = await readBytes(request, maxBytes);
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
    contentType: contentTypeOf(file.name, file.type),
    bytes: new Uint8Array(await file.arrayBuffer()),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DiscordError(RESTJSONErrorCodes.RequestBodyContainsInvalidJSON);
  }
}
