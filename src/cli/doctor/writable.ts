import { rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../../errors.ts';

/**
 * Null where a file can be made in the folder, or in what is there of the way to it; else what the system says. Trying is
 * the only test that knows of read-only disks, full ones and odd file systems; nothing stays behind.
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

/** The path itself, or what is there of the way to it. */
export async function nearestExisting(path: string): Promise<string> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  return isThere || dirname(path) === path ? path : nearestExisting(dirname(path));
}
