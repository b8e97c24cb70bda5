import { RiffError } from '../errors.ts';

/** A frame is its length (unsigned 32 bits, big-endian) and that many bytes of UTF-8 JSON. */
const HEADER_BYTES = 4;

/** Messages are small: pictures and sound travel as files. */
export const MAX_FRAME_BYTES = 1024 * 1024;

/** Throws RiffError('engine_protocol') when the message is larger than MAX_FRAME_BYTES. */
export function encodeFrame(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message), 'utf8');
  checkSize(body.length);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(body.length);
  return Buffer.concat([header, body]);
}

/** Splits a byte stream into messages. Buffers at most one frame and one chunk. */
export class FrameDecoder {
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true });
  #pending = Buffer.alloc(0);

  /** Throws RiffError('engine_protocol') on a frame that is empty, too large or not JSON; do not push again then. */
  push(chunk: Uint8Array): unknown[] {
    this.#pending = this.#pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#pending, chunk]);
    const messages: unknown[] = [];
    for (let frame = this.#take(); frame; frame = this.#take()) messages.push(this.#parse(frame));
    return messages;
  }

  #take(): Buffer | null {
    if (this.#pending.length < HEADER_BYTES) return null;
    const bytes = this.#pending.readUInt32BE(0);
    checkSize(bytes);
    const end = HEADER_BYTES + bytes;
    if (this.#pending.length < end) return null;
    const frame = this.#pending.subarray(HEADER_BYTES, end);
    this.#pending = this.#pending.subarray(end);
    return frame;
  }

  #parse(frame: Buffer): unknown {
    try {
      return JSON.parse(this.#utf8.decode(frame));
    } catch (cause) {
      throw new RiffError('engine_protocol', `expected a frame of JSON, got ${frame.length} other bytes`, {
        cause,
      });
    }
  }
}

function checkSize(bytes: number): void {
  if (bytes > 0 && bytes <= MAX_FRAME_BYTES) return;
  throw new RiffError(
    'engine_protocol',
    `expected a frame of 1 to ${MAX_FRAME_BYTES} bytes, got one of ${bytes}`,
  );
}
