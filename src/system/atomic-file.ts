import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes a file completely or not at all: a ".part" file beside it is written, synced and renamed.
 * `mode`: its permissions from the first byte on. Throws the file system's error; no partial file remains.
 */
export async function writeFileAtomically(
  path: string,
  bytes: Uint8Array | string,
  mode = 0o666,
): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  try {
    const file = await open(part, 'w', mode);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (thrown) {
    await rm(part, { force: true });
    throw thrown;
  }
}
