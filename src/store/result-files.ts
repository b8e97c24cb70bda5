/** The contents of a riff's files by their names: picture, wav, … */
export type Contents = ReadonlyMap<string, Uint8Array>;

/** A store's files of riffs. */
export interface ResultFiles {
  /** Resolves with the files that are still there. */
  readAll(jobId: string, entries: FileEntries): Promise<Contents>;
  /** Resolves with the paths of those that have one. */
  writeAll(jobId: string, contents: Contents): Promise<ReadonlyMap<string, string>>;
}

export interface FileEntry {
  readonly path: string;
  readonly sha256: string;
}
export type FileEntries = ReadonlyMap<string, FileEntry>;

/** The entries of an object that are files. */
export function fileEntriesOf(files: object): FileEntries {
  const entries = Object.entries(files).filter((entry): entry is [string, FileEntry] => isFile(entry[1]));
  return new Map(entries);
}

function isFile(value: unknown): value is FileEntry {
  return typeof value === 'object' && value !== null && 'path' in value && 'sha256' in value;
}
