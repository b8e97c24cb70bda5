/** A RIFF file in memory; `bigEndian` for RIFX. */
export interface WavContainer {
  readonly bytes: Buffer;
  readonly bigEndian: boolean;
}

export interface WavChunks {
  /** Body of the "fmt " chunk; undefined where there is none. */
  readonly format: Buffer | undefined;
  /** The samples; undefined where there is no data chunk. */
  readonly data: Buffer | undefined;
  /** Bodies of the LIST chunks of type INFO, without that type. */
  readonly infos: readonly Buffer[];
}

const CONTAINERS: Readonly<Record<string, { readonly bigEndian: boolean }>> = {
  RIFF: { bigEndian: false },
  RIFX: { bigEndian: true },
  RF64: { bigEndian: false },
  BW64: { bigEndian: false },
};

/** RIFF, form size, WAVE. */
const FILE_HEAD_BYTES = 12;
/** Id and size before a chunk's body. */
const CHUNK_HEAD_BYTES = 8;
/** No program writes more chunks; the rest is ignored. */
const MOST_CHUNKS = 10_000;

/** Undefined if the bytes do not begin with a WAV header. */
export function openWav(bytes: Buffer): WavContainer | undefined {
  const container = CONTAINERS[bytes.toString('latin1', 0, 4).toUpperCase()];
  if (!container || bytes.toString('latin1', 8, FILE_HEAD_BYTES).toUpperCase() !== 'WAVE') return undefined;
  return { bytes, ...container };
}

/**
 * Finds the format, data and INFO chunks, as views without copying. Ids may be in either case. The data reach to the end
 * of the file when their size was never filled in (0 after a crash) or exceeds the file (0xFFFFFFFF from a pipe or RF64).
 */
export function readChunks(file: WavContainer): WavChunks {
  const infos: Buffer[] = [];
  let format: Buffer | undefined;
  let data: Buffer | undefined;
  for (const { id, body } of chunksOf(file, FILE_HEAD_BYTES)) {
    if (id === 'fmt ') format ??= body;
    else if (id === 'data') data ??= body;
    else if (id === 'list' && idAt(body, 0) === 'info') infos.push(body.subarray(4));
  }
  return { format, data, infos };
}

/** The text of an INFO entry, up to its NUL; undefined where there is none. */
export function infoText(
  { bigEndian }: WavContainer,
  infos: readonly Buffer[],
  id: string,
): string | undefined {
  for (const bytes of infos) {
    for (const entry of chunksOf({ bytes, bigEndian }, 0)) {
      if (entry.id === id.toLowerCase()) return untilNul(entry.body);
    }
  }
  return undefined;
}

interface Chunk {
  /** In lower case. */
  readonly id: string;
  readonly body: Buffer;
}

function* chunksOf(file: WavContainer, from: number): Generator<Chunk> {
  const { bytes } = file;
  let data64: number | undefined;
  let at = from;
  for (let count = 0; count < MOST_CHUNKS && at + CHUNK_HEAD_BYTES <= bytes.length; count++) {
    const id = idAt(bytes, at);
    const size = uint32(file, at + 4);
    const start = at + CHUNK_HEAD_BYTES;
    const end = Math.min(start + (id === 'data' ? dataSize(file, start, size, data64) : size), bytes.length);
    const body = bytes.subarray(start, end);
    if (id === 'ds64' && body.length >= 16) data64 = Number(body.readBigUInt64LE(8));
    yield { id, body };
    at = nextChunk(bytes, end, body.length);
  }
}

export function uint32({ bytes, bigEndian }: WavContainer, at: number): number {
  return bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
}

export function uint16({ bytes, bigEndian }: WavContainer, at: number): number {
  return bigEndian ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at);
}

/** `size`: from the chunk itself. `data64`: from the ds64 chunk of RF64 and BW64. */
function dataSize(file: WavContainer, start: number, size: number, data64: number | undefined): number {
  if (size === 0 && !isChainOfChunks(file, start)) return file.bytes.length - start;
  return size === 0xffff_ffff && data64 ? data64 : size;
}

/** True when well-formed chunks fill the rest of the file; then a data chunk of size 0 really is empty. */
function isChainOfChunks(file: WavContainer, from: number): boolean {
  const { bytes } = file;
  let at = from;
  for (let count = 0; at < bytes.length; count++) {
    if (count === MOST_CHUNKS || at + CHUNK_HEAD_BYTES > bytes.length || !isChunkId(bytes, at)) return false;
    const size = uint32(file, at + 4);
    at += CHUNK_HEAD_BYTES + size;
    if (at > bytes.length) return false;
    if (size % 2 === 1 && at < bytes.length) at += 1;
  }
  return true;
}

/** Chunks begin at even offsets; some programs forget the padding byte. */
function nextChunk(bytes: Buffer, end: number, size: number): number {
  if (size % 2 === 0) return end;
  const isUnpadded = isChunkId(bytes, end) && !isChunkId(bytes, end + 1);
  return isUnpadded ? end : end + 1;
}

function isChunkId(bytes: Buffer, at: number): boolean {
  return /^[\x20-\x7e]{4}$/.test(bytes.toString('latin1', at, at + 4));
}

function idAt(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, at + 4).toLowerCase();
}

function untilNul(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
}
