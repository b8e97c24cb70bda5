import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../atomic-file.ts';
import { messageOf, RiffError } from '../errors.ts';
import type { RiffFile, RiffFiles } from '../riff/engine.ts';
import type { RenderResult, ResultFile } from './protocol.ts';

/** Creates the folder for this user alone and clears away what a killed child left half-written. */
export function prepareOutputFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder).filter(isAbandoned)) rmSync(join(folder, name), { force: true });
  } catch (cause) {
    throw new RiffError(
      'engine_failed',
      `expected an output folder that can be written, got ${folder}: ${messageOf(cause)}`,
      { cause },
    );
  }
}

/** Child side: the file is complete under its name or not there at all. */
export async function writeResultFile(folder: string, name: string, bytes: Uint8Array): Promise<ResultFile> {
  await writeFileAtomically(join(folder, name), bytes);
  return { name, bytes: bytes.byteLength, sha256: sha256(bytes) };
}

/**
 * Parent side: a result counts only when both files are what the message says.
 * Throws RiffError('engine_protocol') otherwise.
 */
export async function checkResult(folder: string, jobId: string, result: RenderResult): Promise<RiffFiles> {
  const [picture, wav] = await Promise.all([
    checkFile(folder, `${jobId}.png`, result.picture),
    checkFile(folder, `${jobId}.wav`, result.wav),
  ]);
  return { ...result, picture, wav };
}

/** Removes whatever a job left behind that failed or was cancelled. */
export async function discardResult(folder: string, jobId: string): Promise<void> {
  const names = [`${jobId}.png`, `${jobId}.wav`];
  await Promise.all(names.map((name) => rm(join(folder, name), { force: true })));
}

async function checkFile(folder: string, expectedName: string, file: ResultFile): Promise<RiffFile> {
  const path = join(folder, expectedName);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new RiffError('engine_protocol', `expected the file ${expectedName}: ${messageOf(cause)}`, {
      cause,
    });
  });
  if (file.name === expectedName && bytes.length === file.bytes && sha256(bytes) === file.sha256) {
    return { path, bytes: file.bytes, sha256: file.sha256 };
  }
  throw new RiffError(
    'engine_protocol',
    `expected ${expectedName} with ${file.bytes} bytes and SHA-256 ${file.sha256}, got ${bytes.length} other bytes`,
  );
}

/** A half-written file carries its writer's process id; other engines may share the folder. */
function isAbandoned(name: string): boolean {
  const writer = /\.(\d+)\.part$/.exec(name)?.[1];
  if (writer === undefined) return false;
  try {
    process.kill(Number(writer), 0);
    return false;
  } catch {
    return true;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
