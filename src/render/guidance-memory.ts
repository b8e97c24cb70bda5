import { createHash, randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { GuidanceBatch, GuidanceMemory } from '../diffusion/guidance-choice.ts';
import type { DeviceOptions } from '../openvino/device-options.ts';

/**
 * Remembers measured choices in small files beside the compiled models, keyed by the model's files, the OpenVINO build, the
 * device and its settings. A file that cannot be read or written counts as missing.
 */
export function guidanceMemory(
  cacheFolder: string,
  modelFolder: string,
  openvino: string,
  options: DeviceOptions,
): GuidanceMemory {
  const path = async (): Promise<string> => {
    const unet = resolve(modelFolder, 'unet', 'openvino_model.xml');
    const { size, mtimeMs } = await stat(unet);
    const key = JSON.stringify([unet, size, mtimeMs, openvino, options]);
    return join(cacheFolder, `guidance-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`);
  };
  const recall = async (): Promise<GuidanceBatch | null> => {
    const text = await path()
      .then((file) => readFile(file, 'utf8'))
      .catch(() => '');
    return text === '1' ? 1 : text === '2' ? 2 : null;
  };
  return {
    recall,
    async keep(choice) {
      // Never overwritten: two processes that measure at once must agree, or one seed would give two pictures.
      const isReadable = async (): Promise<boolean> => (await recall()) !== null;
      await path()
        .then((file) => writeUnless(isReadable, file, String(choice)))
        .catch(() => {});
      return (await recall()) ?? choice;
    },
  };
}

/** The file appears whole, so that a process killed here leaves none that is empty. One that cannot be read is replaced. */
async function writeUnless(isReadable: () => Promise<boolean>, file: string, text: string): Promise<void> {
  const part = `${file}.${randomUUID()}.part`;
  try {
    await writeFile(part, text);
    // Fails where the file exists, and on a file system without hard links.
    await link(part, file).catch(async () => {
      if (!(await isReadable())) await rename(part, file);
    });
  } finally {
    await rm(part, { force: true });
  }
}
