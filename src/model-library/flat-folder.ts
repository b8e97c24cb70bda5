import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { assertDiskSpace } from './disk-space.ts';
import type { FlatParts } from './find-source.ts';
import type { TaskOptions } from './progress.ts';
import { copyFiles, filesBelow, sizesOf, sum } from './read-through.ts';

/** Flat folders lack these settings; the models are Stable Diffusion 1.5. */
const STABLE_DIFFUSION_1_5: Readonly<Record<string, unknown>> = {
  'scheduler/scheduler_config.json': {
    _class_name: 'PNDMScheduler',
    beta_start: 0.00085,
    beta_end: 0.012,
    beta_schedule: 'scaled_linear',
    num_train_timesteps: 1000,
    set_alpha_to_one: false,
    skip_prk_steps: true,
    steps_offset: 1,
  },
  'unet/config.json': { sample_size: 64 },
  'vae_decoder/config.json': { block_out_channels: [128, 256, 512, 512], scaling_factor: 0.18215 },
};

/** File of a model → where a settings folder may have it. */
const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  'scheduler/scheduler_config.json': ['scheduler/scheduler_config.json'],
  'unet/config.json': ['unet/config.json'],
  'vae_decoder/config.json': ['vae_decoder/config.json', 'vae/config.json'],
  'text_encoder/config.json': ['text_encoder/config.json'],
};

/**
 * Arranges a flat IR folder as a model. `settings` is a diffusers or model folder that provides the tokenizer, and the
 * scheduler and configurations if it has them; otherwise those are Stable Diffusion 1.5's.
 * Throws UserError if weights or the tokenizer are missing, or the disk is too full.
 */
export async function arrangeFlat(
  from: string,
  parts: FlatParts,
  settings: string,
  to: string,
  task: TaskOptions,
): Promise<void> {
  const tokenizer = await tokenizerFiles(settings);
  const graphs = await graphFiles(from, parts);
  await assertDiskSpace(to, sum(await sizesOf(from, [...graphs.keys()])), 'the copy');
  await copyFiles(from, to, graphs, task);
  await copyFiles(settings, to, tokenizer, {});
  for (const [target, candidates] of Object.entries(SETTINGS)) {
    const found = await firstExisting(settings, candidates);
    if (found !== undefined) await copyFiles(settings, to, new Map([[found, target]]), {});
    else if (target in STABLE_DIFFUSION_1_5) await writeJson(join(to, target), STABLE_DIFFUSION_1_5[target]);
  }
  await writeJson(join(to, 'model_index.json'), { _class_name: 'OVStableDiffusionPipeline' });
}

async function graphFiles(from: string, parts: FlatParts): Promise<ReadonlyMap<string, string>> {
  const files = [...parts].flatMap(([part, stem]): [string, string][] =>
    ['xml', 'bin'].map((extension) => [`${stem}.${extension}`, `${part}/openvino_model.${extension}`]),
  );
  for (const [name] of files) {
    if ((await firstExisting(from, [name])) !== undefined) continue;
    throw new UserError(`model: expected ${join(from, name)}, got no such file; copy the folder again`);
  }
  return new Map(files);
}

/** The tokenizer's files in tokenizer/ or in the folder itself → their names in a model. */
async function tokenizerFiles(settings: string): Promise<ReadonlyMap<string, string>> {
  const inner = await firstExisting(settings, ['tokenizer/merges.txt', 'tokenizer/tokenizer.json']);
  const prefix = inner === undefined ? '' : 'tokenizer/';
  const pattern = new RegExp(
    `^${prefix}(vocab|tokenizer|tokenizer_config|special_tokens_map|added_tokens|merges)\\.(json|txt)$`,
  );
  const names = (await filesBelow(settings)).filter((name) => pattern.test(name));
  if (names.some((name) => /(merges\.txt|tokenizer\.json)$/.test(name))) {
    return new Map(names.map((name) => [name, `tokenizer/${name.slice(prefix.length)}`]));
  }
  throw new UserError(
    `settings: expected a tokenizer (vocab.json and merges.txt) in ${settings} or its tokenizer/, got none`,
  );
}

async function firstExisting(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const isThere = await access(join(folder, name)).then(
      () => true,
      () => false,
    );
    if (isThere) return name;
  }
  return undefined;
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
