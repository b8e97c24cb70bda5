import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../errors.ts';
import { nearestExisting } from '../user-files.ts';

/**
 * Null if a file can be written into the folder, or into its nearest existing parent; otherwise the system's reason.
 * Only trying detects read-only or full disks and odd file systems; the test file is removed again.
 */
export async function whyNotWritable(folder: string): Promise<string | null> {
  const path = join(await nearestExisting(folder), `.riff-doctor-${process.pid}`);
  try {
    await writeFile(path, 'written to see whether it can be', { flag: 'wx' });
    return null;
  } catch (error) {
    return messageOf(error);
  } finally {
    await rm(path, { force: true }).catch(() => {});
  }
}
