import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, RiffError } from '../errors.ts';
import { type ResultKind, type RiffFile, type RiffFiles, resultName, resultNames } from '../riff/engine.ts';
import { writeFileAtomically } from '../system/atomic-file.ts';
import { makeFolder } from '../system/make-folder.mjs';
import { readOrdinaryFile } from '../system/ordinary-file.ts';
import { isProcessAlive } from '../system/process-alive.mjs';
import type { RenderResult, ResultFile } from './protocol.ts';

/**
 * Creates the folder for this user alone and removes half-written files of processes that are gone.
 * Throws RiffError('output_failed').
 */
export function prepareOutputFolder(folder: string): void {
  try {
    makeFolder(folder);
    for (const name of readdirSync(folder).filter(isAbandoned)) rmSync(join(folder, name), { force: true });
  } catch (cause) {
    throw outputFault(folder, cause);
  }
}

/**
 * Child side: writes the file completely or not at all. Makes the folder if it is missing.
 * Throws RiffError('output_failed').
 */
export async function writeResultFile(folder: string, name: string, bytes: Uint8Array): Promise<ResultFile> {
  try {
    makeFolder(folder);
    await writeFileAtomically(join(folder, name), bytes, 0o600);
  } catch (cause) {
    throw outputFault(folder, cause);
  }
  return { name, bytes: bytes.byteLength, sha256: sha256(bytes) };
}

/**
 * Parent side: checks that the files are as the message says.
 * Throws RiffError('output_failed') if one cannot be read, RiffError('engine_protocol') if one is missing or differs.
 */
export async function checkResult(folder: string, jobId: string, result: RenderResult): Promise<RiffFiles> {
  const { latents: kept, poster: drawn, ...facts } = result;
  const check = (kind: ResultKind, file: ResultFile) => checkFile(folder, resultName(jobId, kind), file);
  const [picture, wav, latents, poster] = await Promise.all([
    check('picture', result.picture),
    check('wav', result.wav),
    kept && check('latents', kept),
    drawn && check('poster', drawn),
  ]);
  return { ...facts, picture, wav, ...(latents && { latents }), ...(poster && { poster }) };
}

/** Removes the files of a failed or cancelled job. */
export async function discardResult(folder: string, jobId: string): Promise<void> {
  // A file that cannot be removed now is removed with the job.
  await Promise.allSettled(resultNames(jobId).map((name) => rm(join(folder, name), { force: true })));
}

function outputFault(folder: string, cause: unknown): RiffError {
  return new RiffError(
    'output_failed',
    `expected an output folder that can be written, got ${folder}: ${messageOf(cause)}; free some space or change its permissions`,
    { cause },
  );
}

async function checkFile(folder: string, expectedName: string, file: ResultFile): Promise<RiffFile> {
  const path = join(folder, expectedName);
  const bytes = await readOrdinaryFile(path).catch((cause: NodeJS.ErrnoException) => {
    // A missing file is the child's fault, a missing folder is not.
    if (cause.code !== 'ENOENT' || !existsSync(folder)) throw outputFault(folder, cause);
    throw new RiffError('engine_protocol', `expected the file ${expectedName}, the engine wrote none`, {
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
  return writer !== undefined && !isProcessAlive(Number(writer));
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
