/** What Discord says of a file, by the end of its name. */
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

/** The type of a file by its name; null for an ending that is not known. */
export function typeByName(filename: string): string | null {
  return TYPES_BY_EXTENSION[extensionOf(filename)] ?? null;
}

/** The type that a sender gave, else the one that the name says. */
export function contentTypeOf(filename: string, given: string): string {
  return given && given !== UNKNOWN ? given : (typeByName(filename) ?? UNKNOWN);
}

/** In lower case, without the dot; the whole name where there is none. */
function extensionOf(filename: string): string {
  return filename.split('.').at(-1)?.toLowerCase() ?? '';
}
