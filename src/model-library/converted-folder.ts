import { readModelFolder } from '../diffusion/model-folder/model-folder.ts';
import { RiffError } from '../errors.ts';
import type { Runtime } from '../openvino/runtime.ts';
import { assertDiskSpace } from './disk-space.ts';
import { type Manifest, readManifest } from './manifest.ts';
import type { TaskOptions } from './progress.ts';
import { copyFiles, filesBelow, sizesOf, sum } from './read-through.ts';
import { assertOwnFiles, PART_FOLDERS } from './stray-links.ts';
import { verifyModel } from './verify-model.ts';

const WANTED = [
  /^model_index\.json$/,
  /^(scheduler|tokenizer)\/[^/]+\.(json|txt)$/,
  /^(text_encoder|unet|vae_decoder|vae_decoder_small|vae_encoder)\/(config\.json|openvino_model\.(xml|bin))$/,
  /^(LICEN[CS]E|NOTICE|README)[^/]*$/i,
];

/**
 * Copies the files of a model and nothing else, after verifying them against the folder's manifest, if it has one.
 * Returns that manifest. Throws RiffError('invalid_model') for a damaged folder, UserError if the disk is too full.
 */
export async function copyConverted(
  runtime: Runtime,
  from: string,
  to: string,
  task: TaskOptions,
): Promise<Manifest | undefined> {
  const manifest = await readManifest(from);
  const names = manifest
    ? Object.keys(manifest.files)
    : (await filesBelow(from)).filter((name) => WANTED.some((pattern) => pattern.test(name)));
  if (manifest) await assertWhole(runtime, from, task);
  else {
    await assertOwnFiles(from, [...PART_FOLDERS, ...names]);
    // Read before copying, so that faults name the folder that the user knows.
    await readModelFolder(runtime, from);
  }
  await assertDiskSpace(to, sum(await sizesOf(from, names)), 'the copy');
  await copyFiles(from, to, new Map(names.map((name) => [name, name])), task);
  return manifest;
}

async function assertWhole(runtime: Runtime, folder: string, task: TaskOptions): Promise<void> {
  const { problems } = await verifyModel(runtime, folder, task);
  if (problems.length === 0) return;
  throw new RiffError(
    'invalid_model',
    `${folder}: expected the files of its manifest: ${problems.join('; ')}; copy the folder again.`,
  );
}
