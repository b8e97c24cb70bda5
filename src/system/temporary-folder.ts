import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, RiffError } from '../errors.ts';

/** Makes an empty folder for this user alone. Rejects with RiffError('output_failed') that says what to do. */
export async function makeTemporaryFolder(prefix: string, parent = tmpdir()): Promise<string> {
  try {
    return await mkdtemp(join(parent, prefix));
  } catch (cause) {
    throw new RiffError(
      'output_failed',
      `TMPDIR: expected a folder for temporary files that can be written, got ${parent} (${messageOf(cause)}); free some space, or set TMPDIR to another folder`,
      { cause },
    );
  }
}
