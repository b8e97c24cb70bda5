import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readModelFolder } from '../diffusion/model-folder/model-folder.ts';
import { RiffError } from '../errors.ts';
import type { Runtime } from '../openvino/runtime.ts';
import { describeParts, type Manifest, type ManifestPart, readManifest } from './manifest.ts';
import type { TaskOptions } from './progress.ts';
import { hashFiles } from './read-through.ts';
import { strayTarget } from './stray-links.ts';

export interface Verification {
  /** A sentence for each fault: what was expected and what was found. Empty: the model is complete. */
  readonly problems: readonly string[];
  /** False without a manifest: then the parts were read, but no hash was checked. */
  readonly hashed: boolean;
}

/**
 * Compares a model folder with its manifest and reads every part of it without compiling. Faults of the folder are in the
 * result; throws for anything else (no OpenVINO, cancelled).
 */
export async function verifyModel(
  runtime: Runtime,
  folder: string,
  task: TaskOptions = {},
): Promise<Verification> {
  let manifest: Manifest | undefined;
  try {
    manifest = await readManifest(folder);
  } catch (thrown) {
    return { problems: [sentenceOf(thrown)], hashed: false };
  }
  const wrongFiles = manifest ? await wrongFilesOf(folder, manifest, task) : [];
  const wrongParts = await wrongPartsOf(runtime, folder, manifest);
  return { problems: [...wrongFiles, ...wrongParts], hashed: manifest !== undefined };
}

/** Compares sizes only, which is quick enough for a list. */
export async function wrongSizes(folder: string, { files }: Manifest): Promise<readonly string[]> {
  const problems = Object.entries(files).map(async ([name, { bytes }]) => {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found === undefined) return [`${name}: expected ${bytes} bytes, got no such file`];
    if (!found.isFile()) return [`${name}: expected a file of ${bytes} bytes, got something else`];
    const stray = await strayTarget(folder, name);
    if (stray !== undefined) return [`${name}: expected a file of the folder, got a link to ${stray}`];
    if (found.size === bytes) return [];
    const remark = found.size < bytes ? ': it is cut short' : '';
    return [`${name}: expected ${bytes} bytes, got ${found.size}${remark}`];
  });
  return (await Promise.all(problems)).flat();
}

async function wrongFilesOf(
  folder: string,
  manifest: Manifest,
  task: TaskOptions,
): Promise<readonly string[]> {
  const bySize = await wrongSizes(folder, manifest);
  const atFault = new Set(bySize.map((problem) => problem.slice(0, problem.indexOf(':'))));
  const ofRightSize = Object.entries(manifest.files).filter(([name]) => !atFault.has(name));
  const sizes = new Map(ofRightSize.map(([name, { bytes }]) => [name, bytes]));
  const hashes = await hashFiles(folder, sizes, `verifying ${basename(folder)}`, task);
  const byHash = ofRightSize.flatMap(([name, { sha256 }]) => {
    const found = hashes.get(name);
    return found === sha256 ? [] : [`${name}: expected SHA-256 ${sha256}, got ${found}`];
  });
  return [...bySize, ...byHash];
}

async function wrongPartsOf(
  runtime: Runtime,
  folder: string,
  manifest: Manifest | undefined,
): Promise<readonly string[]> {
  let found: Readonly<Record<string, ManifestPart>>;
  try {
    found = await describeParts(runtime, await readModelFolder(runtime, folder));
  } catch (thrown) {
    return [sentenceOf(thrown)];
  }
  return Object.entries(manifest?.parts ?? {}).flatMap(([part, expected]) => {
    const [wanted, there] = [listed(expected), listed(found[part])];
    return wanted === there ? [] : [`${part}: expected the ports ${wanted}, got ${there}`];
  });
}

/** The message of a fault in the folder; rethrows every other error. */
function sentenceOf(thrown: unknown): string {
  if (thrown instanceof RiffError && thrown.code === 'invalid_model') return thrown.message;
  throw thrown;
}

function listed(part: ManifestPart | undefined): string {
  if (!part) return 'none';
  const list = (ports: ManifestPart['inputs']) =>
    ports.map(({ name, elementType, shape }) => `${name} ${elementType}[${shape.join(',')}]`).join(', ');
  return `${list(part.inputs)} → ${list(part.outputs)}`;
}
