import { createHash } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../system/atomic-file.ts';
import { readOrdinaryFile } from '../system/ordinary-file.ts';
import { MANIFEST, type Manifest } from './manifest.ts';

const stampSchema = z.object({ manifestSha256: z.string(), verifiedAt: z.iso.datetime() });

/** Records, outside the model's folder, that all its hashes matched at this time. */
export async function stampVerified(modelFolder: string, at: Date): Promise<void> {
  const file = stampFile(modelFolder);
  await mkdir(dirname(file), { recursive: true });
  const stamp = { manifestSha256: await manifestHash(modelFolder), verifiedAt: at.toISOString() };
  await writeFileAtomically(file, `${JSON.stringify(stamp)}\n`);
}

export async function clearStamp(modelFolder: string): Promise<void> {
  await rm(stampFile(modelFolder), { force: true });
}

/** When the model was last verified; undefined if never, or if a file has changed since. */
export async function verifiedAt(modelFolder: string, manifest: Manifest): Promise<Date | undefined> {
  try {
    const stamp = stampSchema.parse(JSON.parse(String(await readOrdinaryFile(stampFile(modelFolder)))));
    if (stamp.manifestSha256 !== (await manifestHash(modelFolder))) return undefined;
    const at = new Date(stamp.verifiedAt);
    const changes = Object.keys(manifest.files).map(async (name) => {
      return (await stat(join(modelFolder, name))).mtimeMs;
    });
    return Math.max(...(await Promise.all(changes))) > at.getTime() ? undefined : at;
  } catch {
    // A missing or damaged stamp and a missing file all mean: not verified.
    return undefined;
  }
}

function stampFile(modelFolder: string): string {
  return join(dirname(modelFolder), '.verified', `${basename(modelFolder)}.json`);
}

async function manifestHash(modelFolder: string): Promise<string> {
  return createHash('sha256')
    .update(await readOrdinaryFile(join(modelFolder, MANIFEST)))
    .digest('hex');
}
