/**
 * The body of a request; null where it is larger than allowed. (hono's own limit makes a second Request, which the
 * server's does not fit while the process keeps its global classes.) A body of a stated size is read without a stream,
 * which would cost as much as all else that is done for a small request; Node lets no body be longer than it states.
 */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const statedBytes = Number(request.headers.get('content-length') ?? Number.NaN);
  if (statedBytes <= maxBytes) return new Uint8Array(await request.arrayBuffer());
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of request.body ?? []) {
    sizeBytes += chunk.length;
    // The rest is still read, so that the sender is able to read the answer.
    if (sizeBytes <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return sizeBytes <= maxBytes ? new Uint8Array(Buffer.concat(chunks)) : null;
}
