/**
 * The body of a request; null if it is larger than allowed. (hono's own limit makes a second Request, which does not work
 * while the process keeps its global classes.) A body with a content-length is read without a stream, which would cost as
 * much as the rest of a small request; Node ends bodies at their content-length.
 */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const statedBytes = Number(request.headers.get('content-length') ?? Number.NaN);
  if (statedBytes <= maxBytes) return new Uint8Array(await request.arrayBuffer());
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of request.body ?? []) {
    sizeBytes += chunk.length;
    // Reads the rest too, so that the sender gets to read the answer.
    if (sizeBytes <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return sizeBytes <= maxBytes ? new Uint8Array(Buffer.concat(chunks)) : null;
}
