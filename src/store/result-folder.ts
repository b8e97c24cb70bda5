import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf, RiffError } from '../errors.ts';
import type { ResultBytes, ResultStore } from '../queue/ports.ts';
import { type ResultKind, type RiffFiles, resultName, resultNames, uploadName } from '../riff/engine.ts';
import { writeFileAtomically } from '../system/atomic-file.ts';
import { makeFolder } from '../system/make-folder.mjs';
import { readOrdinaryFile } from '../system/ordinary-file.ts';
import type { Contents, FileEntries, ResultFiles } from './result-files.ts';

/** As many bytes as a picture and a WAV of the longest clip, and some more. */
const CHECK_BYTES = 2 * 1024 * 1024;

const UPLOAD_ENDING = uploadName('');

/** Results as files of one folder. Earlier versions had a subfolder for each engine; files there are found too. */
export class ResultFolder implements ResultStore, ResultFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async checkWritable(): Promise<void> {
    const path = join(this.#folder, `check-${randomUUID()}`);
    try {
      makeFolder(this.#folder);
      await writeFileAtomically(path, new Uint8Array(CHECK_BYTES), 0o600);
    } catch (cause) {
      throw new RiffError(
        'output_failed',
        `expected a folder of results that can be written, got ${this.#folder}: ${messageOf(cause)}; free some space or change its permissions`,
        { cause },
      );
    } finally {
      await rm(path, { force: true }).catch(() => {});
    }
  }

  async read(
    _jobId: string,
    { picture, wav, poster }: Pick<RiffFiles, 'picture' | 'wav' | 'poster'>,
  ): Promise<ResultBytes | null> {
    try {
      const [pictureBytes, wavBytes, posterBytes] = await Promise.all([
        readOrdinaryFile(picture.path),
        readOrdinaryFile(wav.path),
        poster ? readIfThere(poster.path) : null,
      ]);
      return { picture: pictureBytes, wav: wavBytes, poster: posterBytes };
    } catch (error) {
      return nullIfGone(error);
    }
  }

  async readAll(jobId: string, entries: FileEntries): Promise<Contents> {
    const upload: [string, { path: string }] = ['upload', { path: this.#pathOf(jobId, 'upload') }];
    const contents = new Map<string, Uint8Array>();
    for (const [name, { path }] of [...entries, upload]) {
      const bytes = await readIfThere(path);
      if (bytes) contents.set(name, bytes);
    }
    return contents;
  }

  readSource(jobId: string, kind: 'latents' | 'upload'): Promise<Uint8Array | null> {
    return readIfThere(this.#pathOf(jobId, kind));
  }

  async keepUpload(jobId: string, wav: Uint8Array): Promise<void> {
    makeFolder(this.#folder);
    await writeFileAtomically(this.#pathOf(jobId, 'upload'), wav, 0o600);
  }

  async deleteUpload(jobId: string): Promise<void> {
    await rm(this.#pathOf(jobId, 'upload'), { force: true });
  }

  async listUploads(): Promise<readonly string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names.filter((name) => name.endsWith(UPLOAD_ENDING)).map((name) => basename(name, UPLOAD_ENDING));
  }

  #pathOf(jobId: string, kind: ResultKind | 'upload'): string {
    return join(this.#folder, kind === 'upload' ? uploadName(jobId) : resultName(jobId, kind));
  }

  /** Under the names of an engine's own files. */
  async writeAll(jobId: string, contents: Contents): Promise<ReadonlyMap<string, string>> {
    makeFolder(this.#folder);
    const paths = new Map<string, string>();
    for (const [name, bytes] of contents) {
      const path = this.#pathOf(jobId, name as ResultKind | 'upload');
      await writeFileAtomically(path, bytes, 0o600);
      // No file of the riff, so its row does not name it.
      if (name !== 'upload') paths.set(name, path);
    }
    return paths;
  }

  async delete(jobId: string, files: Pick<RiffFiles, 'picture' | 'wav'> | null): Promise<number> {
    const known = files ? [files.picture.path, files.wav.path] : [];
    const names = [...resultNames(jobId), uploadName(jobId)];
    const folders = [this.#folder, ...(await this.#engineFolders())];
    const possible = folders.flatMap((folder) => names.map((name) => join(folder, name)));
    const deleted = await Promise.all([...new Set([...known, ...possible])].map(deleteFile));
    return deleted.filter(Boolean).length;
  }

  async #engineFolders(): Promise<readonly string[]> {
    const entries = await readdir(this.#folder, { withFileTypes: true }).catch(() => []);
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(this.#folder, name));
  }
}

/** Null: it is gone. */
function readIfThere(path: string): Promise<Uint8Array | null> {
  return readOrdinaryFile(path).catch(nullIfGone);
}

/** Null if the error says that the file or its folder is gone; throws other errors again. */
function nullIfGone(error: unknown): null {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return null;
  throw error;
}

/** False: it was not there. Throws what the file system throws. */
async function deleteFile(path: string): Promise<boolean> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (isThere) await rm(path, { force: true });
  return isThere;
}
