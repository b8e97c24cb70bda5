import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AttachmentVault } from '../messages/attachment-vault.ts';
import type { Attachment } from '../messages/message.ts';

/** Serves `/attachments/{channel}/{id}/{name}`; with ranges, without which a browser cannot seek in a sound. */
export function serveAttachment(
  vault: AttachmentVault,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): void {
  const attachment = vault.get(path.split('/')[3] ?? '');
  if (!attachment) {
    response.writeHead(404).end();
    return;
  }
  const range = parseRange(request.headers.range, attachment.bytes.length);
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'content-range': `bytes */${attachment.bytes.length}` }).end();
    return;
  }
  sendRange(response, attachment, range, request.method === 'HEAD');
}

interface ByteRange {
  readonly first: number;
  readonly last: number;
}

function sendRange(
  response: ServerResponse,
  attachment: Attachment,
  range: ByteRange | null,
  headOnly: boolean,
): void {
  const total = attachment.bytes.length;
  const { first, last } = range ?? { first: 0, last: total - 1 };
  response.writeHead(range ? 206 : 200, {
    'content-type': attachment.contentType,
    'content-length': last - first + 1,
    'accept-ranges': 'bytes',
    'cache-control': 'private, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
    // Whatever a bot uploads stays a file: it never runs as a page of this origin.
    'content-security-policy': "default-src 'none'; sandbox",
    'content-disposition': `${/^(image\/png|audio\/)/.test(attachment.contentType) ? 'inline' : 'attachment'}; filename="${attachment.filename}"`,
    ...(range ? { 'content-range': `bytes ${first}-${last}/${total}` } : {}),
  });
  response.end(headOnly ? undefined : attachment.bytes.subarray(first, last + 1));
}

/** Only a single range is answered, as RFC 9110 allows; several are ignored and the whole file comes. */
function parseRange(header: string | undefined, total: number): ByteRange | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const suffix = match[1] === '';
  const first = suffix ? Math.max(0, total - Number(match[2])) : Number(match[1]);
  const last = suffix || match[2] === '' ? total - 1 : Math.min(Number(match[2]), total - 1);
  return first > last ? 'unsatisfiable' : { first, last };
}
