/** A packet of one logical stream. */
export interface OggPacket {
  readonly bytes: Uint8Array;
  /** The codec's position at the packet's end, for Opus in samples at 48 kHz; 0 for headers. */
  readonly granule: number;
  /** The next packet begins a new page. */
  readonly endsPage: boolean;
}

/** RFC 3533, section 6: a page begins with 27 bytes, then the lengths of its segments, then the segments. */
const CAPTURE = 'OggS';
const HEAD_BYTES = 27;
const FLAGS_AT = 5;
const CRC_AT = 22;
const SEGMENTS_AT = 26;
const MOST_SEGMENTS = 255;
/** The size of a full segment; a packet ends with a shorter one. */
const SEGMENT_BYTES = 255;
const IS_CONTINUED = 1;
const IS_FIRST = 2;
const IS_LAST = 4;
/** The granule of a page on which no packet ends. */
const NO_GRANULE = 0xffff_ffff_ffff_ffffn;
/** The serial number of the only stream. Fixed, so that the same packets give the same bytes. */
const SERIAL = 1;

interface Page {
  readonly lengths: number[];
  readonly segments: Uint8Array[];
  granule: bigint;
  readonly isContinued: boolean;
}

/** Packets → an Ogg file of one stream (RFC 3533). There is at least one packet. */
export function writeOgg(packets: readonly OggPacket[]): Buffer {
  const pages: Page[] = [emptyPage(false)];
  const turnPage = (isContinued: boolean) => pages.push(emptyPage(isContinued));
  for (const { bytes, granule, endsPage } of packets) {
    if (pages.at(-1)!.lengths.length === MOST_SEGMENTS) turnPage(false);
    for (let at = 0; at <= bytes.length; at += SEGMENT_BYTES) {
      if (pages.at(-1)!.lengths.length === MOST_SEGMENTS) turnPage(true);
      const { lengths, segments } = pages.at(-1)!;
      const segment = bytes.subarray(at, at + SEGMENT_BYTES);
      lengths.push(segment.length);
      segments.push(segment);
    }
    pages.at(-1)!.granule = BigInt(granule);
    if (endsPage) turnPage(false);
  }
  if (pages.at(-1)!.lengths.length === 0) pages.pop();
  return Buffer.concat(pages.map((page, number) => pageBytes(page, number, number === pages.length - 1)));
}

function emptyPage(isContinued: boolean): Page {
  return { lengths: [], segments: [], granule: NO_GRANULE, isContinued };
}

function pageBytes(
  { lengths, segments, granule, isContinued }: Page,
  number: number,
  isLast: boolean,
): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(CAPTURE, 'latin1');
  head[FLAGS_AT] = (isContinued ? IS_CONTINUED : 0) | (number === 0 ? IS_FIRST : 0) | (isLast ? IS_LAST : 0);
  head.writeBigUInt64LE(granule, 6);
  head.writeUInt32LE(SERIAL, 14);
  head.writeUInt32LE(number, 18);
  head[SEGMENTS_AT] = lengths.length;
  const page = Buffer.concat([head, Uint8Array.from(lengths), ...segments]);
  page.writeUInt32LE(oggCrc(page), CRC_AT);
  return page;
}

/**
 * The first packets of an Ogg file's first stream: at most `most`, of at most `mostBytes` together, and only those before
 * any damage. Check sums are not verified: callers check what the packets hold.
 */
export function readOggPackets(file: Uint8Array, most: number, mostBytes: number): readonly Buffer[] {
  const packets: Buffer[] = [];
  let parts: Buffer[] = [];
  let bytesLeft = mostBytes;
  for (const { body, endsPacket } of segmentsOf(Buffer.from(file.buffer, file.byteOffset, file.byteLength))) {
    bytesLeft -= body.length;
    if (bytesLeft < 0) break;
    parts.push(body);
    if (!endsPacket) continue;
    packets.push(Buffer.concat(parts));
    parts = [];
    if (packets.length === most) break;
  }
  return packets;
}

function* segmentsOf(file: Buffer): Generator<{ readonly body: Buffer; readonly endsPacket: boolean }> {
  let serial: number | null = null;
  for (let at = 0; file.toString('latin1', at, at + 4) === CAPTURE && at + HEAD_BYTES <= file.length; ) {
    const lengths = file.subarray(at + HEAD_BYTES, at + HEAD_BYTES + file[at + SEGMENTS_AT]!);
    const pageSerial = file.readUInt32LE(at + 14);
    serial ??= pageSerial;
    at += HEAD_BYTES + lengths.length;
    for (const length of lengths) {
      const body = file.subarray(at, at + length);
      if (body.length < length) return;
      if (pageSerial === serial) yield { body, endsPacket: length < SEGMENT_BYTES };
      at += length;
    }
  }
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit++) value = value < 0 ? (value << 1) ^ 0x04c1_1db7 : value << 1;
  return value;
});

/**
 * The CRC of a page whose own CRC field is 0: polynomial 0x04c11db7, most significant bit first, initial value 0
 * (RFC 3533, section 6).
 */
export function oggCrc(page: Uint8Array): number {
  let crc = 0;
  for (const byte of page) crc = (crc << 8) ^ CRC_TABLE[(crc >>> 24) ^ byte]!;
  return crc >>> 0;
}
