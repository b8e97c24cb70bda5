/** Tag → value in the first directory: numbers only, and of a list its first. */
export type ExifTags = ReadonlyMap<number, number>;

/** Byte order, 42, offset of the first directory. */
const HEAD_BYTES = 8;
/** Tag, type, count, value or its offset. */
const ENTRY_BYTES = 12;
/** JPEG and some programs put this before the TIFF. */
const MARKER = Buffer.from('Exif\0\0', 'latin1');

const LONG = 4;
const DOUBLE = 12;

interface NumberType {
  readonly bytes: number;
  readonly read: (view: DataView, at: number, little: boolean) => number;
}

/** TIFF 6.0, section 2, "types". */
const TYPES: Readonly<Record<number, NumberType>> = {
  1: { bytes: 1, read: (view, at) => view.getUint8(at) },
  3: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  4: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  5: { bytes: 8, read: (view, at, little) => view.getUint32(at, little) / view.getUint32(at + 4, little) },
  6: { bytes: 1, read: (view, at) => view.getInt8(at) },
  8: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  9: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  10: { bytes: 8, read: (view, at, little) => view.getInt32(at, little) / view.getInt32(at + 4, little) },
  11: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  12: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
};

/** Reads the numbers of a picture's EXIF block. Damaged entries are skipped; a block that is not EXIF gives none. */
export function readExif(block: Uint8Array): ExifTags {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  const tiff = bytes.subarray(0, MARKER.length).equals(MARKER) ? bytes.subarray(MARKER.length) : bytes;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const order = tiff.toString('latin1', 0, 2);
  const tags = new Map<number, number>();
  if (tiff.length < HEAD_BYTES || (order !== 'II' && order !== 'MM')) return tags;
  const little = order === 'II';
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return tags;
  const count = view.getUint16(directory, little);
  for (let i = 0; i < count; i++) {
    const at = directory + 2 + i * ENTRY_BYTES;
    if (at + ENTRY_BYTES > tiff.length) break;
    const value = entryValue(view, at, little);
    if (value !== undefined) tags.set(view.getUint16(at, little), value);
  }
  return tags;
}

function entryValue(view: DataView, at: number, little: boolean): number | undefined {
  const type = TYPES[view.getUint16(at + 2, little)];
  const count = view.getUint32(at + 4, little);
  if (!type || count === 0) return undefined;
  // Values of up to four bytes are in the entry itself.
  const place = type.bytes * count <= 4 ? at + 8 : view.getUint32(at + 8, little);
  return place + type.bytes <= view.byteLength ? type.read(view, place, little) : undefined;
}

/** A TIFF file of one directory, as a PNG's eXIf chunk holds it: whole numbers ≥ 0 as LONG, others as DOUBLE. */
export function writeExif(tags: ExifTags): Buffer {
  const entries = [...tags].sort(([one], [other]) => one - other);
  const directoryBytes = 2 + entries.length * ENTRY_BYTES + 4;
  const doubles = entries.filter(([, value]) => !isLong(value)).length;
  const out = Buffer.alloc(HEAD_BYTES + directoryBytes + 8 * doubles);
  out.write('II*\0', 0, 'latin1');
  out.writeUInt32LE(HEAD_BYTES, 4);
  out.writeUInt16LE(entries.length, HEAD_BYTES);
  let heap = HEAD_BYTES + directoryBytes;
  for (const [i, [tag, value]] of entries.entries()) {
    const at = HEAD_BYTES + 2 + i * ENTRY_BYTES;
    out.writeUInt16LE(tag, at);
    out.writeUInt16LE(isLong(value) ? LONG : DOUBLE, at + 2);
    out.writeUInt32LE(1, at + 4);
    out.writeUInt32LE(isLong(value) ? value : heap, at + 8);
    if (isLong(value)) continue;
    out.writeDoubleLE(value, heap);
    heap += 8;
  }
  return out;
}

function isLong(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;
}
