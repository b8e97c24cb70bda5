import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, relative, sep } from 'node:path';
import { messageOf, UserError } from '../errors.ts';
import { writeFileAtomically } from '../system/atomic-file.ts';
import { typedPath } from '../system/cache-folder.mjs';

/** Five minutes of 32-bit stereo at 192 kHz fit; larger files are taken for a mistake. */
const MAX_INPUT_BYTES = 512 * 1024 ** 2;

/** The user's working directory: npm changes into the package's folder and keeps the original in INIT_CWD. */
export function userFolder(): string {
  return process.env.INIT_CWD ?? process.cwd();
}

/** A typed path, made absolute. */
function userPath(path: string): string {
  return typedPath(userFolder(), path);
}

/** Reads a file relative to the user's folder. Throws UserError unless it is readable, ordinary and not too large. */
export async function readUserFile(name: string, path: string): Promise<Buffer> {
  const full = userPath(path);
  try {
    const found = await stat(full);
    if (!found.isFile()) throw new Error('it is not an ordinary file');
    if (found.size > MAX_INPUT_BYTES)
      throw new Error(`it has ${found.size} bytes, ${MAX_INPUT_BYTES} at most`);
    return await readFile(full);
  } catch (cause) {
    throw new UserError(
      `${name}: expected a file that can be read, got ${full}: ${reasonOf(cause)}; check the path`,
      { cause },
    );
  }
}

/**
 * Checks the path of an output file before the work begins, and returns it absolute. Missing folders are made later, but
 * only below the user's working directory: elsewhere they are probably a typing error.
 * Throws UserError for another extension, a folder, one of the inputs, or a path that cannot be written.
 */
export async function checkOutput(
  name: string,
  path: string,
  extension: string,
  inputs: readonly string[] = [],
): Promise<string> {
  const full = userPath(path);
  const refuse = (reason: string) =>
    new UserError(
      `${name}: expected a ${extension} file that can be written, got ${full}: ${reason}; give another path`,
    );
  if (extname(full).toLowerCase() !== extension) throw refuse(`its name does not end in ${extension}`);
  const existing = await stat(full).catch(() => null);
  if (existing && !existing.isFile()) throw refuse('it is not an ordinary file');
  for (const input of inputs)
    if (await isSameFile(full, userPath(input))) throw refuse('it is the file that is read');
  const folder = await nearestExisting(dirname(full));
  if (!(await stat(folder)).isDirectory()) throw refuse(`${folder} is not a folder`);
  if (folder !== dirname(full) && !isInside(folder, userFolder()))
    throw refuse(`there is no folder ${dirname(full)}`);
  await writeAndRemove(join(folder, `${basename(full)}.${process.pid}.part`)).catch((thrown: unknown) => {
    throw refuse(reasonOf(thrown));
  });
  return full;
}

/** Compares inodes: links, and names that differ in case only, may be the same file. */
async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all(
    [one, other].map((path) => stat(path, { bigint: true }).catch(() => null)),
  );
  return a != null && b != null && a.dev === b.dev && a.ino === b.ino;
}

function isInside(folder: string, parent: string): boolean {
  const path = relative(parent, folder);
  return path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

/** Null if a file can be written into the folder, or into its nearest existing parent; otherwise the system's reason. */
export async function whyNotWritable(folder: string): Promise<string | null> {
  const path = join(await nearestExisting(folder), `.riff-${process.pid}`);
  return writeAndRemove(path).then(() => null, messageOf);
}

/** Only trying detects read-only and full disks, odd file systems and names that are too long. */
async function writeAndRemove(path: string): Promise<void> {
  try {
    await writeFile(path, 'written to see whether it can be', { flag: 'wx' });
  } finally {
    await rm(path, { force: true }).catch(() => {});
  }
}

/** Writes the file completely or not at all. Throws UserError with the system's reason. */
export async function saveUserFile(name: string, fullPath: string, bytes: Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(fullPath), { recursive: true });
    await writeFileAtomically(fullPath, bytes);
  } catch (cause) {
    throw new UserError(
      `${name}: expected to write ${fullPath}, got an error: ${reasonOf(cause)}; give another path`,
      { cause },
    );
  }
}

export interface UserFile {
  /** What it is, for a message. */
  readonly name: string;
  /** Absolute. A file without a path or without bytes is left out. */
  readonly path: string | undefined;
  readonly bytes: Uint8Array | null | undefined;
}

/** Writes all the files, or none where one fails: a full disk gets back its room. Throws as saveUserFile does. */
export async function saveUserFiles(files: readonly UserFile[]): Promise<void> {
  const written: string[] = [];
  try {
    for (const { name, path, bytes } of files) {
      if (path === undefined || !bytes) continue;
      await saveUserFile(name, path, bytes);
      written.push(path);
    }
  } catch (thrown) {
    await Promise.all(written.map((path) => rm(path, { force: true })));
    throw thrown;
  }
}

/** The path itself, or its nearest parent that exists. */
export async function nearestExisting(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  return found || path === dirname(path) ? path : nearestExisting(dirname(path));
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
  ENAMETOOLONG: 'the name is too long',
};

function reasonOf(thrown: unknown): string {
  const code = (thrown as { code?: unknown }).code;
  return (typeof code === 'string' ? REASONS[code] : undefined) ?? messageOf(thrown);
}
