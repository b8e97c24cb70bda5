/**
 * What the files of a store that was not closed say about lost changes. SQLite itself reads a damaged log as far as it
 * is sound and says nothing of the rest. Layout of both files: https://www.sqlite.org/walformat.html
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { endianness } from 'node:os';
import { english } from '../../messages/wording.ts';

const MAGICS = { littleEndian: 0x377f0682, bigEndian: 0x377f0683 } as const;
const VERSION = 3_007_000;
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const INDEX_HEADER_BYTES = 48;
/** Both copies of the index's header, and the count of frames that a checkpoint has written back. */
const INDEX_BYTES = 2 * INDEX_HEADER_BYTES + 4;
const IS_LITTLE_ENDIAN = endianness() === 'LE';

/** A frame is one changed page. The salt names the log's present round: it changes when the log begins anew. */
interface Log {
  readonly salt: Buffer;
  /** Up to the last commit that SQLite will find. */
  readonly committed: number;
  /** Up to a commit that was certainly on the disk before later frames were written. */
  readonly synced: number;
}

interface Index {
  readonly salt: Buffer;
  readonly committed: number;
  /** Frames that are in the store's own file already. */
  readonly writtenBack: number;
}

/**
 * A sentence when committed changes can no longer be read from the log, null when none is known to be missing. To be
 * called before the store is opened: SQLite then rebuilds the index, and no process may close a file of a store that it
 * has open. A log that a power cut left with half a commit at its end has lost nothing, nor has an empty one whose
 * changes are written back.
 */
export function findLostChanges(path: string): string | null {
  // The index first: a log that grows meanwhile only has more than the index says.
  const index = readIndex(`${path}-shm`);
  const bytes = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size;
  if (bytes === undefined) return null;
  const log = readLog(`${path}-wal`, bytes);
  if (log === null) {
    const missing = index === null ? 0 : index.committed - index.writtenBack;
    // Frames come after the header is on the disk: only damage makes an unreadable log longer than it.
    if (index === null ? bytes <= HEADER_BYTES : missing <= 0) return null;
    return sentence(
      path,
      index === null ? 'changes' : english.counted(missing, 'changed page'),
      `${english.counted(bytes, 'byte')} that are none`,
    );
  }
  const known = index?.salt.equals(log.salt) ? index : { committed: 0, writtenBack: 0 };
  const wanted = Math.max(known.committed, log.synced);
  const there = Math.max(known.writtenBack, log.committed);
  return wanted > there
    ? sentence(path, english.counted(wanted, 'changed page'), `${there} that can be read`)
    : null;
}

function sentence(path: string, expected: string, got: string): string {
  return `${path}-wal: expected ${expected}, got ${got}; the newest changes of the store are lost, check the disk`;
}

/** Null where the bytes are no header of a log. */
function readLog(path: string, bytes: number): Log | null {
  const file = openSync(path, 'r');
  try {
    const header = readBytes(file, 0, HEADER_BYTES);
    const isLittleEndian = header?.readUInt32BE(0) === MAGICS.littleEndian;
    if (header === null || !(isLittleEndian || header.readUInt32BE(0) === MAGICS.bigEndian)) return null;
    const sum = checksum(header.subarray(0, 24), isLittleEndian);
    if (header.readUInt32BE(4) !== VERSION || !hasSum(header, 24, sum)) return null;
    return readFrames(file, bytes, header, isLittleEndian, sum);
  } finally {
    closeSync(file);
  }
}

function readFrames(file: number, bytes: number, header: Buffer, isLittleEndian: boolean, start: Sum): Log {
  const salt = header.subarray(16, 24);
  const frameBytes = FRAME_HEADER_BYTES + header.readUInt32BE(8);
  let sum: Sum | null = start;
  let committed = 0;
  let commits: readonly number[] = [];
  const count = Math.floor((bytes - HEADER_BYTES) / frameBytes);
  for (let number = 1; number <= count; number += 1) {
    const frame = readBytes(file, HEADER_BYTES + (number - 1) * frameBytes, frameBytes);
    const isOfThisRound = frame?.subarray(8, 16).equals(salt) ?? false;
    sum = frame && sum && isOfThisRound ? nextSum(frame, isLittleEndian, sum) : null;
    if (frame === null || !isOfThisRound || frame.readUInt32BE(4) === 0) continue;
    if (sum) committed = number;
    commits = [...commits.slice(-1), number];
  }
  return { salt, committed, synced: commits.length === 2 ? (commits[0] ?? 0) : 0 };
}

/** Null where the frame's own sum is another. */
function nextSum(frame: Buffer, isLittleEndian: boolean, before: Sum): Sum | null {
  const ofHeader = checksum(frame.subarray(0, 8), isLittleEndian, before);
  const sum = checksum(frame.subarray(FRAME_HEADER_BYTES), isLittleEndian, ofHeader);
  return hasSum(frame, 16, sum) ? sum : null;
}

/** Null where there is none, or a process was killed while it wrote it. */
function readIndex(path: string): Index | null {
  if (!statSync(path, { throwIfNoEntry: false })) return null;
  const file = openSync(path, 'r');
  try {
    const bytes = readBytes(file, 0, INDEX_BYTES);
    const header = bytes?.subarray(0, INDEX_HEADER_BYTES);
    if (!bytes || !header?.equals(bytes.subarray(INDEX_HEADER_BYTES, 2 * INDEX_HEADER_BYTES))) return null;
    const sum = checksum(header.subarray(0, 40), IS_LITTLE_ENDIAN);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const word = (offset: number) => view.getUint32(offset, IS_LITTLE_ENDIAN);
    if (word(0) !== VERSION || word(40) !== sum[0] || word(44) !== sum[1]) return null;
    return { salt: header.subarray(32, 40), committed: word(16), writtenBack: word(96) };
  } finally {
    closeSync(file);
  }
}

type Sum = readonly [number, number];

function checksum(bytes: Buffer, isLittleEndian: boolean, [first, second]: Sum = [0, 0]): Sum {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [a, b] = [first, second];
  for (let offset = 0; offset < bytes.length; offset += 8) {
    a = (a + view.getUint32(offset, isLittleEndian) + b) >>> 0;
    b = (b + view.getUint32(offset + 4, isLittleEndian) + a) >>> 0;
  }
  return [a, b];
}

/** Whichever way the words are added up, the sum stands in big-endian order. */
function hasSum(bytes: Buffer, offset: number, [a, b]: Sum): boolean {
  return bytes.readUInt32BE(offset) === a && bytes.readUInt32BE(offset + 4) === b;
}

/** Null where the file ends before. */
function readBytes(file: number, offset: number, length: number): Buffer | null {
  const bytes = Buffer.alloc(length);
  return readSync(file, bytes, 0, length, offset) === length ? bytes : null;
}
