import { createHash } from 'node:crypto';
import { stat, statfs } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { ModelCacheConfig } from '../config.ts';
import { CancelledError } from '../errors.ts';
import { dropEntry, leaseEntry } from './cache-entries.ts';
import type { CompiledModel, CompileOptions, Runtime } from './runtime.ts';
import { withCompile } from './wrap-runtime.ts';

/** Required free space in sizes of the .bin: an entry holds the weights again, in the device's precision, and more. */
const ROOM_FACTOR = 4;

/**
 * Wraps a runtime so that compiled models are cached in a folder. An unwritable folder, a full disk or a damaged cache
 * only costs the time of a compile: OpenVINO detects blobs that are truncated or come from another version or device, and
 * replaces them.
 */
export function withModelCache(runtime: Runtime, { folder }: Pick<ModelCacheConfig, 'folder'>): Runtime {
  return withCompile(runtime, (xmlPath, options) => compileCached(runtime, folder, xmlPath, options));
}

async function compileCached(
  runtime: Runtime,
  root: string,
  xmlPath: string,
  options: CompileOptions,
): Promise<CompiledModel> {
  const entry = await entryFor(root, runtime.version, xmlPath, options);
  if (entry === null) return runtime.compile(xmlPath, options);
  try {
    const properties = { ...options.properties, CACHE_DIR: entry };
    return await runtime.compile(xmlPath, { ...options, properties });
  } catch (thrown) {
    if (thrown instanceof CancelledError) throw thrown;
    // If the cache is at fault, this succeeds and the cache is cleared; otherwise this throws the real error.
    const compiled = await runtime.compile(xmlPath, options);
    await dropEntry(root, entry).catch(() => {});
    return compiled;
  }
}

/**
 * The cache folder for the model's present files and these options. Removes entries for earlier contents of the same
 * files. Null if no folder can be made or too little space is free.
 */
async function entryFor(
  root: string,
  version: string,
  xmlPath: string,
  options: CompileOptions,
): Promise<string | null> {
  try {
    const path = resolve(xmlPath);
    const [xml, bin] = await Promise.all([stat(path), stat(path.replace(/\.xml$/, '.bin'))]);
    const ofPath = `${basename(dirname(path))}-${digest(path)}-`;
    const ofContents = `${ofPath}${digest([xml.size, xml.mtimeMs, bin.size, bin.mtimeMs].join(' '))}-`;
    const name = `${ofContents}${digest(JSON.stringify([options.properties, options.shapes]))}`;
    const isOutdated = (sibling: string) => sibling.startsWith(ofPath) && !sibling.startsWith(ofContents);
    const entry = await leaseEntry(root, groupName(version, options.device), name, isOutdated);
    const { bavail, bsize } = await statfs(entry);
    return bavail * bsize > ROOM_FACTOR * bin.size ? entry : null;
  } catch {
    return null;
  }
}

function groupName(version: string, device: string): string {
  return `${version}-${device}`.replace(/[^\w.-]+/g, '-').slice(0, 120);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
