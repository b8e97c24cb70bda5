/** Discord's content type by the extension of a file's name. */
const TYPES_BY_EXTENSION: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  wav: 'audio/x-wav',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  opus: 'audio/ogg',
  mp3: 'audio/mpeg',
  flac: 'audio/flac',
  m4a: 'audio/mp4',
  webm: 'video/webm',
  mp4: 'video/mp4',
  json: 'application/json; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
};
const UNKNOWN = 'application/octet-stream';

/** The content type by a file's name; null for an unknown extension. */
export function typeByName(filename: string): string | null {
  return TYPES_BY_EXTENSION[extensionOf(filename)] ?? null;
}

/** The content type that the sender gave, otherwise the one by the name. */
export function contentTypeOf(filename: string, given: string): string {
  return given && given !== UNKNOWN ? given : (typeByName(filename) ?? UNKNOWN);
}

/** In lower case, without the dot; the whole name if it has none. */
function extensionOf(filename: string): string {
  return filename.split('.').at(-1)?.toLowerCase() ?? '';
}
