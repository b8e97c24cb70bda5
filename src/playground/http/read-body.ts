import type { IncomingMessage } from 'node:http';
import type { UploadedFile } from '../messages/attachment-vault.ts';
import { DiscordError } from '../rest/discord-error.ts';

/** A whole request, all files together. Source: reference, "Uploading Files". */
const MAX_REQUEST_BYTES = 25 * 1024 * 1024;

export interface ParsedBody {
  readonly json: unknown;
  readonly files: readonly UploadedFile[];
}

/** Reads JSON or multipart (`payload_json` and `files[n]`). Throws 40005 past 25 MiB and 50109 for broken JSON. */
export async function readBody(request: IncomingMessage): Promise<ParsedBody> {
  const bytes = await readBytes(request);
  const contentType = request.headers['content-type'] ?? '';
  if (bytes.length === 0) return { json: null, files: [] };
  if (!contentType.startsWith('multipart/form-data'))
    return { json: parseJson(bytes.toString('utf8')), files: [] };
  const form = await parseMultipart(bytes, contentType);
  const payload = form.get('payload_json');
  const files = await Promise.all(
    [...form].flatMap(([name, value]) => (value instanceof File ? [uploaded(name, value)] : [])),
  );
  return { json: typeof payload === 'string' ? parseJson(payload) : {}, files };
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    // The rest is still read, so that the sender is able to read the answer.
    if (sizeBytes <= MAX_REQUEST_BYTES) chunks.push(chunk);
  }
  if (sizeBytes > MAX_REQUEST_BYTES) throw new DiscordError(40005);
  return Buffer.concat(chunks);
}

async function parseMultipart(bytes: Buffer, contentType: string): Promise<FormData> {
  try {
    return await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
  } catch (cause) {
    if (cause instanceof TypeError) throw new DiscordError(50035);
    throw cause;
  }
}

async function uploaded(name: string, file: File): Promise<UploadedFile> {
  return {
    index: /^files\[(\d+)\]$/.exec(name)?.[1] ?? name,
    filename: file.name,
    contentType: contentTypeOf(file),
    bytes: new Uint8Array(await file.arrayBuffer()),
  };
}

/** Bots often leave the type out; Discord then goes by the name. */
function contentTypeOf(file: File): string {
  if (file.type && file.type !== 'application/octet-stream') return file.type;
  const known: Record<string, string> = {
    png: 'image/png',
    wav: 'audio/x-wav',
    ogg: 'audio/ogg',
    mp3: 'audio/mpeg',
    json: 'application/json; charset=utf-8',
    txt: 'text/plain; charset=utf-8',
  };
  return known[file.name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DiscordError(50109);
  }
}
