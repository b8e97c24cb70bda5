import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * Reads a whole file. Throws what the file system throws, and for anything but an ordinary file: reading a pipe waits
 * until somebody writes into it, reading a device may never end.
 */
export async function readOrdinaryFile(path: string): Promise<Buffer> {
  // Without O_NONBLOCK (which Windows lacks), opening a pipe would already wait.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!(await file.stat()).isFile()) throw new Error('it is not an ordinary file');
    return await file.readFile();
  } finally {
    await file.close();
  }
}
