import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import packageFile from '../../package.json' with { type: 'json' };
import { readOptionalJson } from '../diffusion/model-folder/json-file.ts';
import { messageOf } from '../errors.ts';
import { readOrdinaryFile } from '../system/ordinary-file.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { EMBEDDED_MODEL } from './new-model.ts';
import { folderBytes } from './read-through.ts';
import { verifiedAt } from './verification-stamp.ts';
import { wrongSizes } from './verify-model.ts';
import { weightPrecision } from './weight-precision.ts';

export type ModelState =
  | { readonly kind: 'verified'; readonly at: Date }
  | { readonly kind: 'unverified' }
  | { readonly kind: 'no-manifest' }
  /** Part of the project, and not verified since. */
  | { readonly kind: 'embedded' }
  | { readonly kind: 'damaged'; readonly problem: string };

export interface InstalledModel {
  readonly name: string;
  readonly folder: string;
  readonly bytes: number;
  /** Of the U-Net's weights. */
  readonly precision: string;
  /** Pixels; null: its files do not say. */
  readonly width: number | null;
  readonly licence: string | null;
  readonly state: ModelState;
}

/** The names of all folders with a model_index.json, except hidden ones, which are unfinished. */
export async function installedNames(modelsFolder: string): Promise<readonly string[]> {
  const names = await readdir(modelsFolder).catch(() => []);
  const visible = names.filter((name) => !name.startsWith('.')).sort();
  const isModel = await Promise.all(
    visible.map((name) => isFile(join(modelsFolder, name, 'model_index.json'))),
  );
  return visible.filter((_, index) => isModel[index]);
}

/** Reads the files of every model; needs no OpenVINO. */
export async function installedModels(modelsFolder: string): Promise<readonly InstalledModel[]> {
  const names = await installedNames(modelsFolder);
  return Promise.all(names.map((name) => look(modelsFolder, name)));
}

async function look(modelsFolder: string, name: string): Promise<InstalledModel> {
  const folder = join(modelsFolder, name);
  const bytes = await folderBytes(folder);
  const seen = { name, folder, bytes, precision: await unetPrecision(folder) };
  try {
    const manifest = await readManifest(folder);
    const width = manifest?.width ?? (await configuredWidth(folder));
    const isEmbedded = name === EMBEDDED_MODEL;
    const licence = licencesOf(manifest) ?? (isEmbedded ? packageFile.license : null);
    const state = await stateOf(folder, manifest);
    const isUnseen = state.kind === 'no-manifest' || state.kind === 'unverified';
    return { ...seen, width, licence, state: isEmbedded && isUnseen ? { kind: 'embedded' } : state };
  } catch (thrown) {
    return { ...seen, width: null, licence: null, state: { kind: 'damaged', problem: messageOf(thrown) } };
  }
}

/** The licences of the model and of its LoRAs, each once. */
function licencesOf(manifest: Manifest | undefined): string | null {
  if (!manifest?.licence) return null;
  const all = [manifest.licence, ...(manifest.loras ?? []).map(({ licence }) => licence)];
  return [...new Set(all.map((licence) => licence?.name ?? 'unknown'))].join(' + ');
}

async function stateOf(folder: string, manifest: Manifest | undefined): Promise<ModelState> {
  if (!manifest) return { kind: 'no-manifest' };
  const [problem] = await wrongSizes(folder, manifest);
  if (problem !== undefined) return { kind: 'damaged', problem };
  const at = await verifiedAt(folder, manifest);
  return at ? { kind: 'verified', at } : { kind: 'unverified' };
}

async function unetPrecision(folder: string): Promise<string> {
  const xml = readOrdinaryFile(join(folder, 'unet', 'openvino_model.xml'));
  return xml.then((bytes) => weightPrecision(bytes.toString('utf8'))).catch(() => 'none');
}

const unetSchema = z.object({ sample_size: z.union([z.int(), z.tuple([z.int(), z.int()])]).nullish() });
const levels = z.array(z.int()).min(1).optional();
/** AutoencoderKL uses the first key, AutoencoderDC the second. */
const vaeSchema = z.object({ block_out_channels: levels, decoder_block_out_channels: levels });

async function configuredWidth(folder: string): Promise<number | null> {
  const unet = await readOptionalJson(folder, 'unet/config.json', unetSchema);
  const vae = await readOptionalJson(folder, 'vae_decoder/config.json', vaeSchema);
  const size = unet?.sample_size;
  const width = typeof size === 'number' ? size : size?.[1];
  const channels = vae?.block_out_channels ?? vae?.decoder_block_out_channels;
  return width && channels ? width * 2 ** (channels.length - 1) : null;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}
