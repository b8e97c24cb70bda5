import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CancelledError } from '../errors.ts';
import type { CompiledModel, CompileOptions, Runtime } from './runtime.ts';
import { withCompile } from './wrap-runtime.ts';

/** OpenVINO writes the weights once more, as wide as the device wants them, and for more than one shape at times. */
const ROOM_FACTOR = 4;

/**
 * The same runtime, which keeps what it compiled in a folder under `root` and finds it there the next time. A folder
 * that cannot be written, a full disk or a cache that OpenVINO chokes on cost the time of a compile, nothing else.
 * OpenVINO notices blobs that are cut short, of another version or of another device, and replaces them.
 */
export function withModelCache(runtime: Runtime, root: string): Runtime {
  return withCompile(runtime, (xmlPath, options) => compileCached(runtime, root, xmlPath, options));
}

async function compileCached(
  runtime: Runtime,
  root: string,
  xmlPath: string,
  options: CompileOptions,
): Promise<CompiledModel> {
  const folder = await prepareFolder(join(root, folderName(runtime.version, options.device)), xmlPath);
  if (folder === null) return runtime.compile(xmlPath, options);
  try {
    const properties = { ...options.properties, CACHE_DIR: folder };
    return await runtime.compile(xmlPath, { ...options, properties });
  } catch (thrown) {
    if (thrown instanceof CancelledError) throw thrown;
    // Either the cache is at fault, then this works and the cache is cleared, or this says what is wrong.
    const compiled = await runtime.compile(xmlPath, options);
    await rm(folder, { recursive: true, force: true }).catch(() => {});
    return compiled;
  }
}

/**
 * The folder of this model as it is on disk now; what was compiled from earlier contents of the same file is removed.
 * Null where there is none to be had.
 */
async function prepareFolder(parent: string, xmlPath: string): Promise<string | null> {
  try {
    const path = resolve(xmlPath);
    const [xml, bin] = await Promise.all([stat(path), stat(path.replace(/\.xml$/, '.bin'))]);
    const ofPath = `${basename(dirname(path))}-${digest(path)}`;
    const name = `${ofPath}-${digest([xml.size, xml.mtimeMs, bin.size, bin.mtimeMs].join(' '))}`;
    await mkdir(join(parent, name), { recursive: true });
    const { bavail, bsize } = await statfs(parent);
    await removeOthers(parent, ofPath, name);
    return bavail * bsize > ROOM_FACTOR * bin.size ? join(parent, name) : null;
  } catch {
    return null;
  }
}

async function removeOthers(parent: string, prefix: string, kept: string): Promise<void> {
  const old = (await readdir(parent)).filter((name) => name.startsWith(prefix) && name !== kept);
  await Promise.all(old.map((name) => rm(join(parent, name), { recursive: true, force: true })));
}

function folderName(version: string, device: string): string {
  return `${version}-${device}`.replace(/[^\w.-]+/g, '-').slice(0, 120);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
