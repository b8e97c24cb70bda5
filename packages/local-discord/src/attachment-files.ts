import { Hono, type Context as HttpContext } from 'hono';
import type { AttachmentStore } from './state/attachment-store.ts';

/**
 * Serves `/attachments/{channel}/{id}/{name}` and, for files that are in no message, `/ephemeral-attachments/…`. Answers
 * range requests, without which a browser cannot seek in a sound.
 */
export function attachmentFiles(attachments: AttachmentStore): Hono {
  return new Hono().get('/:kind{attachments|ephemeral-attachments}/:channel/:id/:name', (http) => {
    const attachment = attachments.get(http.req.param('id'));
    if (!attachment) return http.notFound();
    return sendRange(http, attachments.bytes(attachment.id), {
      'content-type': attachment.contentType,
      'accept-ranges': 'bytes',
      'cache-control': 'private, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      // An uploaded file must never run as a page of this origin.
      'content-security-policy': "default-src 'none'; sandbox",
      'content-disposition': `${dispositionOf(attachment.contentType)}; filename="${attachment.filename}"`,
    });
  });
}

function dispositionOf(contentType: string): string {
  return /^(image\/(png|jpeg|gif|webp)|audio\/)/.test(contentType) ? 'inline' : 'attachment';
}

function sendRange(http: HttpContext, bytes: Uint8Array, headers: Record<string, string>): Response {
  const total = bytes.length;
  const range = parseRange(http.req.header('range'), total);
  if (range === 'unsatisfiable') return http.body(null, 416, { 'content-range': `bytes */${total}` });
  const { first, last } = range ?? { first: 0, last: total - 1 };
  return http.body(new Uint8Array(bytes.subarray(first, last + 1)), range ? 206 : 200, {
    ...headers,
    'content-length': String(last - first + 1),
    ...(range ? { 'content-range': `bytes ${first}-${last}/${total}` } : {}),
  });
}

interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** Several ranges are ignored, as RFC 9110 allows: the whole file is sent then. */
function parseRange(header: string | undefined, total: number): ByteRange | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const isSuffix = match[1] === '';
  const first = isSuffix ? Math.max(0, total - Number(match[2])) : Number(match[1]);
  const last = isSuffix || match[2] === '' ? total - 1 : Math.min(Number(match[2]), total - 1);
  return first > last ? 'unsatisfiable' : { first, last };
}
