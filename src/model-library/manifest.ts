import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import packageFile from '../../package.json' with { type: 'json' };
import { readOptionalJson } from '../diffusion/model-folder/json-file.ts';
import { type ModelFolder, readModelFolder } from '../diffusion/model-folder/model-folder.ts';
import { FEW_STEPS_UNET } from '../diffusion/model-folder/unet-parts.ts';
import { SMALL_DECODER } from '../diffusion/model-folder/vae-parts.ts';
import type { Port, Runtime } from '../openvino/runtime.ts';
import { writeFileAtomically } from '../system/atomic-file.ts';
import type { TaskOptions } from './progress.ts';
import { filesBelow, hashFiles, sizesOf } from './read-through.ts';
import { weightPrecision } from './weight-precision.ts';

export const MANIFEST = 'manifest.json';

const portSchema = z.object({ name: z.string(), elementType: z.string(), shape: z.array(z.int()) });

const partSchema = z.object({
  /** As weightPrecision() has it. */
  precision: z.string(),
  inputs: z.array(portSchema),
  outputs: z.array(portSchema),
});

const fileSchema = z.object({ bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/** A relative path that cannot leave the model's folder. */
export const innerPath = z
  .string()
  .refine((path) => !/^([\\/]|[a-zA-Z]:)|(^|[\\/])\.\.([\\/]|$)/.test(path), {
    error: 'expected a path below the model folder',
  });

/** Null: none is stated. */
const licenceSchema = z.object({ name: z.string(), url: z.string().optional() }).nullable();

const loraSchema = z.object({
  /** The name of a local file, or organisation/name/file on the hub. */
  from: z.string(),
  /** The hub's commit. */
  revision: z.string().optional(),
  scale: z.number(),
  sha256: z.string(),
  licence: licenceSchema,
});

/** A LoRA that is part of the weights. */
export type FusedLora = z.infer<typeof loraSchema>;

const originSchema = z.object({
  name: z.string(),
  source: z.object({
    /** What the model was added from; `trained`: made by models/riff_training. */
    kind: z.enum(['converted', 'flat', 'checkpoint', 'hub', 'trained', 'unknown']),
    from: z.string(),
    /** The hub's commit. */
    revision: z.string().optional(),
  }),
  licence: licenceSchema,
  loras: z.array(loraSchema).optional(),
  /** Program → version. */
  madeBy: z.record(z.string(), z.string()),
});

const manifestSchema = originSchema.extend({
  format: z.literal(1),
  /** Width of a clip's picture, in pixels. */
  width: z.int().min(1),
  /** The defaults when the model was added, for information; model_index.json applies. Absent in older manifests. */
  defaults: z.object({ steps: z.int(), guidanceScale: z.number(), scheduler: z.string() }).optional(),
  parts: z.record(z.string(), partSchema),
  files: z.record(innerPath, fileSchema),
});

/** Where a model comes from, as far as its files do not say. */
export type Origin = z.infer<typeof originSchema>;

/** What a model folder has to hold. */
export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestPart = z.infer<typeof partSchema>;

/** Undefined if there is none. Throws RiffError('invalid_model') if it is damaged. */
export function readManifest(folder: string): Promise<Manifest | undefined> {
  return readOptionalJson(folder, MANIFEST, manifestSchema);
}

/**
 * Checks a finished folder, hashes the files for which `isListed` is true and writes the manifest.
 * Throws RiffError('invalid_model') for a folder that cannot be rendered with, CancelledError.
 */
export async function sealModel(
  runtime: Runtime,
  folder: string,
  origin: Origin,
  task: TaskOptions,
  isListed: (name: string) => boolean = () => true,
): Promise<Manifest> {
  const model = await readModelFolder(runtime, folder);
  const names = (await filesBelow(folder)).filter((name) => name !== MANIFEST && isListed(name));
  const sizes = await sizesOf(folder, names);
  const hashes = await hashFiles(folder, sizes, 'hashing', task);
  const files = [...sizes].map(([name, bytes]) => [name, { bytes, sha256: hashes.get(name) ?? '' }]);
  const { steps, guidanceScale, scheduler } = model.defaults;
  const manifest: Manifest = {
    format: 1,
    ...origin,
    width: model.latents.width * model.vae.pixelsPerLatent,
    defaults: { steps, guidanceScale, scheduler },
    madeBy: { ...origin.madeBy, riff: packageFile.version },
    parts: await describeParts(runtime, model),
    files: Object.fromEntries(files),
  };
  await writeFileAtomically(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** The precision and ports of each part, read from disk. */
export async function describeParts(
  runtime: Runtime,
  model: ModelFolder,
): Promise<Record<string, ManifestPart>> {
  const { textEncoder, unet, fewSteps, vaeDecoder, smallDecoder, vaeEncoder } = model;
  const paths = Object.entries({
    text_encoder: textEncoder.xmlPath,
    unet: unet.xmlPath,
    [FEW_STEPS_UNET]: fewSteps?.unet.xmlPath,
    vae_decoder: vaeDecoder.xmlPath,
    [SMALL_DECODER]: smallDecoder?.xmlPath,
    vae_encoder: vaeEncoder?.xmlPath,
  });
  const parts: Record<string, ManifestPart> = {};
  for (const [name, xmlPath] of paths) {
    if (xmlPath === undefined) continue;
    const { inputs, outputs } = await runtime.readPorts(xmlPath);
    const precision = weightPrecision(await readFile(xmlPath, 'utf8'));
    parts[name] = { precision, inputs: inputs.map(plainPort), outputs: outputs.map(plainPort) };
  }
  return parts;
}

function plainPort({ name, elementType, shape }: Port): ManifestPart['inputs'][number] {
  return { name, elementType, shape: [...shape] };
}
