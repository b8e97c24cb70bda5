import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parsePythonJson } from '../diffusion/model-folder/json-file.ts';
import { readScheduler } from '../diffusion/model-folder/model-folder.ts';
import { SMALL_DECODER } from '../diffusion/model-folder/vae-parts.ts';
import { schedulerWarnings } from '../diffusion/schedulers/scheduler-config.ts';
import { UserError } from '../errors.ts';
import { noticeText } from '../messages/notices.ts';
import type { Runtime } from '../openvino/runtime.ts';
import { writeFileAtomically } from '../system/atomic-file.ts';
import type { Sampling } from './catalog.ts';
import { type Conversion, checkCheckpoint, convertCheckpoint } from './checkpoint.ts';
import { copyConverted } from './converted-folder.ts';
import { discardDownload } from './download.ts';
import { type FetchContext, type FoundModel, fetchTokenizer, lookAtModel } from './fetch-model.ts';
import { findSource, type LocalSource, type Source } from './find-source.ts';
import { arrangeFlat } from './flat-folder.ts';
import { type Fusion, findLoras, type LoraChoice } from './lora.ts';
import { type Manifest, type Origin, sealModel } from './manifest.ts';
import { assertNewName, installModel } from './new-model.ts';
import type { TaskOptions } from './progress.ts';
import { copyFiles, filesBelow } from './read-through.ts';
import { stampVerified } from './verification-stamp.ts';

export interface AddRequest {
  /** A folder (relative to `base`), a name of the catalog or an id of the hub. */
  readonly what: string;
  readonly base: string;
  readonly name?: string | undefined;
  /** Absent values get defaults; others are allowed for checkpoints only. */
  readonly conversion: Partial<Conversion>;
  /** Fused into a checkpoint's weights, one after the other. */
  readonly loras?: readonly LoraChoice[] | undefined;
  /** Sampling defaults for the model; override those of checkpoint and LoRAs. */
  readonly sampling?: Pick<Partial<Sampling>, 'riff' | 'nag'> | undefined;
  /** A folder that completes a flat one; see arrangeFlat. */
  readonly settings?: string | undefined;
  /** A folder that models/distil_decoder.py made; see addDecoder. */
  readonly decoder?: string | undefined;
  readonly keepDownload: boolean;
}

export interface AddContext extends FetchContext {
  readonly runtime: Runtime;
}

export interface AddedModel {
  readonly name: string;
  readonly folder: string;
  readonly manifest: Manifest;
}

type Provenance = Pick<Origin, 'source' | 'licence' | 'loras' | 'madeBy'>;

const DEFAULT_CONVERSION: Conversion = { weights: 'fp16', width: null, calibrationSamples: 32 };

/**
 * Installs a model in models/, complete and hashed or not at all. What is cheap comes first: names, licences and settings
 * are checked before weights are fetched, packages installed or files copied.
 * Throws UserError for what cannot be added, RiffError('invalid_model') for a damaged model, CancelledError.
 */
export async function addModel(
  context: AddContext,
  request: AddRequest,
  task: TaskOptions,
): Promise<AddedModel> {
  const source = await findSource(request.what, request.base, context.catalog);
  const name = request.name ?? (source.kind === 'hub' ? source.name : basename(source.folder));
  await assertNewName(context.modelsFolder, name);
  if (source.kind !== 'hub') assertFitting(source, request);
  if (request.decoder !== undefined) await assertDecoder(request.decoder);
  const found = await findLoras(context, lorasOf(source, request), request.base, task);
  const model = await findModel(context, source, request, task);
  await assertUsable(context, model.local, source, request, task);
  await model.fetch(task);
  const fusion = withSampling(await found.fetch(task), request.sampling);
  const added = await install(context, request, model, fusion, name, task);
  await warnOfScheduler(context, added.folder);
  if (!request.keepDownload) {
    if (source.kind === 'hub') await discardDownload(model.local.folder);
    for (const lora of fusion.loras) await lora.discard();
  }
  return added;
}

/** The LoRAs that the catalog fuses into the model, and those that were asked for. */
function lorasOf(source: Source, { loras = [] }: AddRequest): readonly LoraChoice[] {
  const own = (source.kind === 'hub' && source.entry?.loras) || [];
  return [...own.map((what) => ({ what, scale: 1 })), ...loras];
}

async function findModel(
  context: AddContext,
  source: Source,
  { conversion }: AddRequest,
  task: TaskOptions,
): Promise<FoundModel> {
  if (source.kind === 'hub') return lookAtModel(context, source, withDefaults(conversion).weights, task);
  return { local: source, provenance: {}, defaults: null, fetch: async () => {} };
}

/** Throws UserError for a model that Riff cannot convert or draw with, as far as the files that are there show it. */
async function assertUsable(
  { env }: AddContext,
  local: LocalSource,
  source: Source,
  request: AddRequest,
  task: TaskOptions,
): Promise<void> {
  assertFitting(local, request);
  if (local.kind !== 'flat') await readScheduler(local.folder);
  if (local.kind !== 'checkpoint') return;
  const what = source.kind === 'hub' ? 'settings' : 'all';
  await checkCheckpoint(env, local.folder, what, request.conversion.width ?? null, task);
}

function withSampling({ loras, sampling }: Fusion, wanted: AddRequest['sampling']): Fusion {
  const riff = { ...sampling.riff, ...wanted?.riff };
  return { loras, sampling: { ...sampling, ...wanted, riff } };
}

async function install(
  context: AddContext,
  request: AddRequest,
  { local, provenance, defaults }: FoundModel,
  fusion: Fusion,
  name: string,
  task: TaskOptions,
): Promise<AddedModel> {
  const sealed: { manifest?: Manifest } = {};
  const folder = await installModel(context.modelsFolder, name, async (partial) => {
    const filled = await fill(context, request, local, fusion, partial, task);
    if (request.decoder !== undefined) await addDecoder(request.decoder, partial, task);
    if (defaults) await proposeDefaults(partial, defaults);
    sealed.manifest = await sealModel(context.runtime, partial, { name, ...filled, ...provenance }, task);
  });
  await stampVerified(folder, new Date());
  return { name, folder, manifest: sealed.manifest as Manifest };
}

async function warnOfScheduler({ say }: AddContext, folder: string): Promise<void> {
  const { config, name } = await readScheduler(folder);
  for (const warning of schedulerWarnings(config, name, name)) say(noticeText(warning, 'en'));
}

function assertFitting({ kind, folder }: LocalSource, request: AddRequest): void {
  const { conversion, loras = [], sampling: { riff, ...sampling } = {}, settings } = request;
  const given =
    loras.length > 0 ||
    Object.values({ ...conversion, ...riff, ...sampling }).some((value) => value !== undefined);
  if (given && kind !== 'checkpoint') {
    throw new UserError(
      `--weights, --width, --calibration-samples, --lora, --nag, --scheduler, --steps and --guidance: expected a diffusers checkpoint, but ${folder} is converted already; leave them out`,
    );
  }
  if (settings !== undefined && kind !== 'flat') {
    throw new UserError(
      `--settings: expected a flat IR folder, but ${folder} has its own tokenizer and scheduler; leave it out`,
    );
  }
}

async function fill(
  context: AddContext,
  request: AddRequest,
  source: LocalSource,
  fusion: Fusion,
  partial: string,
  task: TaskOptions,
): Promise<Provenance> {
  const origin = { source: { kind: source.kind, from: basename(source.folder) }, licence: null, madeBy: {} };
  switch (source.kind) {
    case 'converted': {
      const known = await copyConverted(context.runtime, source.folder, partial, task);
      if (!known) return origin;
      const { loras, licence, madeBy } = known;
      return { source: known.source, licence, ...(loras && { loras }), madeBy };
    }
    case 'flat': {
      const settings = request.settings ?? (await fetchTokenizer(context, task));
      await arrangeFlat(source.folder, source.parts, settings, partial, task);
      return origin;
    }
    case 'checkpoint': {
      const made = await convertCheckpoint(
        context,
        source.folder,
        partial,
        withDefaults(request.conversion),
        fusion,
        task,
      );
      const fused = fusion.loras.map(({ origin }) => origin);
      return { ...origin, ...(fused.length > 0 && { loras: fused }), ...made };
    }
  }
}

function withDefaults({ weights, width, calibrationSamples }: Partial<Conversion>): Conversion {
  return {
    weights: weights ?? DEFAULT_CONVERSION.weights,
    width: width ?? DEFAULT_CONVERSION.width,
    calibrationSamples: calibrationSamples ?? DEFAULT_CONVERSION.calibrationSamples,
  };
}

const DECODER_FILES = ['openvino_model.xml', 'openvino_model.bin', 'config.json'];

async function assertDecoder(folder: string): Promise<void> {
  const found = await filesBelow(folder).catch((): readonly string[] => []);
  const missing = DECODER_FILES.filter((name) => !found.includes(name));
  if (missing.length === 0) return;
  throw new UserError(
    `--decoder: expected a folder that models/distil_decoder.py made, but ${folder} lacks ${missing.join(', ')}`,
  );
}

/** Copies a small decoder into the model, replacing one that it may have. */
function addDecoder(from: string, folder: string, task: TaskOptions): Promise<void> {
  const targets = new Map(DECODER_FILES.map((name) => [name, join(SMALL_DECODER, name)]));
  return copyFiles(from, folder, targets, task);
}

/** Writes the catalog's defaults into model_index.json; values that are there already win. */
async function proposeDefaults(folder: string, defaults: object): Promise<void> {
  const file = join(folder, 'model_index.json');
  const index = parsePythonJson(await readFile(file, 'utf8')) as { riff?: object };
  const proposed = { ...index, riff: { ...defaults, ...index.riff } };
  await writeFileAtomically(file, `${JSON.stringify(proposed, null, 2)}\n`);
}
