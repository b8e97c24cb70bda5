import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes a file that is there completely or not at all: a neighbour named ".part" is written, synced and renamed.
 * `mode` are the permissions from the first byte on. Throws what the file system throws; nothing half-written stays.
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
