import { crc32 } from 'node:zlib';

/** Of the text chunk that holds the recipe. */
const RECIPE_KEYWORD = 'riff-recipe';
const SIGNATURE_BYTES = 8;
/** Length and type before a chunk's data, CRC after it. */
const CHUNK_HEAD_BYTES = 8;
const CHUNK_TAIL_BYTES = 4;

export function withRecipe(png: Uint8Array, recipe: string): Buffer {
  return withPngText(png, RECIPE_KEYWORD, recipe);
}

/** The recipe that was given to encodePng; undefined in a PNG from elsewhere and in other files. */
export function recipeOfPng(bytes: Uint8Array): string | undefined {
  return readPngText(bytes, RECIPE_KEYWORD);
}

/**
 * A PNG with the text in an iTXt chunk (UTF-8, not compressed) after its header chunk.
 * PNG specification, third edition, 11.3.3.4; the keyword is 1 … 79 Latin letters.
 */
export function withPngText(png: Uint8Array, keyword: string, text: string): Buffer {
  // Keyword, end; not compressed (2 bytes); no language, no translated keyword (2 empty strings); text.
  return withChunk(png, 'iTXt', Buffer.from(`${keyword}\0\0\0\0\0${text}`, 'utf8'));
}

/** A PNG with EXIF tags, a TIFF file as exif.ts writes it, after its header chunk. The same specification, 11.3.4.5. */
export function withPngExif(png: Uint8Array, tiff: Uint8Array): Buffer {
  return withChunk(png, 'eXIf', tiff);
}

function withChunk(png: Uint8Array, type: string, data: Uint8Array): Buffer {
  const header = firstChunkEnd(png);
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return Buffer.concat([png.subarray(0, header), chunk, png.subarray(header)]);
}

/** The text of the first iTXt or tEXt chunk with that keyword; undefined where there is none. */
export function readPngText(png: Uint8Array, keyword: string): string | undefined {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  let at = SIGNATURE_BYTES;
  while (at + CHUNK_HEAD_BYTES <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const data = bytes.subarray(at + CHUNK_HEAD_BYTES, at + CHUNK_HEAD_BYTES + length);
    const text = TEXT_READERS[type]?.(data, keyword);
    if (text !== undefined) return text;
    at += CHUNK_HEAD_BYTES + length + CHUNK_TAIL_BYTES;
  }
  return undefined;
}

const TEXT_READERS: Readonly<Record<string, (data: Buffer, keyword: string) => string | undefined>> = {
  iTXt: internationalText,
  tEXt: latinText,
};

function latinText(data: Buffer, keyword: string): string | undefined {
  const end = data.indexOf(0);
  return data.toString('latin1', 0, end) === keyword ? data.toString('latin1', end + 1) : undefined;
}

function internationalText(data: Buffer, keyword: string): string | undefined {
  const end = data.indexOf(0);
  const compressed = data[end + 1] !== 0;
  if (end < 0 || compressed || data.toString('latin1', 0, end) !== keyword) return undefined;
  const language = data.indexOf(0, end + 3);
  const translated = data.indexOf(0, language + 1);
  return data.toString('utf8', translated + 1);
}

function firstChunkEnd(png: Uint8Array): number {
  const length = Buffer.from(png.buffer, png.byteOffset, png.byteLength).readUInt32BE(SIGNATURE_BYTES);
  return SIGNATURE_BYTES + CHUNK_HEAD_BYTES + length + CHUNK_TAIL_BYTES;
}
