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
import { riffCacheFolder } from '../system/cache-folder.mjs';
import type { Catalog, CatalogEntry, Sampling } from './catalog.ts';
import { type Conversion, convertCheckpoint, type Weights } from './checkpoint.ts';
import { conversionPython, type Say } from './conversion-environment.ts';
import { copyConverted } from './converted-folder.ts';
import { findSource, type LocalSource, recognizeFolder, type Source } from './find-source.ts';
import { arrangeFlat } from './flat-folder.ts';
import { discardDownload, downloadFromHub, type Hub, lookAtHub } from './hub.ts';
import { type Fusion, findLoras, type LoraChoice } from './lora.ts';
import { type Manifest, type Origin, sealModel } from './manifest.ts';
import { assertNewName, installModel } from './new-model.ts';
import type { TaskOptions } from './progress.ts';
import { copyFiles, filesBelow } from './read-through.ts';
import { assertRoomToFetch } from './room-to-fetch.ts';
import { assertNoSpecialFiles, assertOwnFiles, PART_FOLDERS } from './stray-links.ts';
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

export interface AddContext {
  readonly runtime: Runtime;
  readonly modelsFolder: string;
  readonly catalog: Catalog;
  readonly env: NodeJS.ProcessEnv;
  readonly say: Say;
  /** Shows the licence and throws UserError unless it is accepted. */
  readonly accept: (what: string, licence: NonNullable<Origin['licence']>) => Promise<void>;
}

export interface AddedModel {
  readonly name: string;
  readonly folder: string;
  readonly manifest: Manifest;
}

type Provenance = Pick<Origin, 'source' | 'licence' | 'loras' | 'madeBy'>;

const DEFAULT_CONVERSION: Conversion = { weights: 'fp16', width: null, calibrationSamples: 32 };

/**
 * Installs a model in models/, complete and hashed or not at all.
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
  const { weights } = withDefaults(request.conversion);
  // Every licence is accepted before anything large is fetched.
  const own = (source.kind === 'hub' && source.entry?.loras) || [];
  const choices = [...own.map((what) => ({ what, scale: 1 })), ...(request.loras ?? [])];
  const found = await findLoras(context, choices, request.base, task);
  const fetched = source.kind === 'hub' ? await fetchModel(context, source, weights, task) : null;
  const local = fetched?.local ?? (source as LocalSource);
  assertFitting(local, request);
  const { loras, sampling } = await found.fetch(task);
  const riff = { ...sampling.riff, ...request.sampling?.riff };
  const fusion = { loras, sampling: { ...sampling, ...request.sampling, riff } };
  const sealed: { manifest?: Manifest } = {};
  // Checked before copying or converting.
  if (local.kind !== 'flat') await readScheduler(local.folder);
  const folder = await installModel(context.modelsFolder, name, async (partial) => {
    const filled = await fill(context, request, local, fusion, partial, task);
    if (request.decoder !== undefined) await addDecoder(request.decoder, partial, task);
    if (fetched?.entry) await proposeDefaults(partial, fetched.entry);
    const origin = { name, ...filled, ...fetched?.provenance };
    sealed.manifest = await sealModel(context.runtime, partial, origin, task);
  });
  await stampVerified(folder, new Date());
  const { config, name: scheduler } = await readScheduler(folder);
  for (const warning of schedulerWarnings(config, scheduler, scheduler))
    context.say(noticeText(warning, 'en'));
  if (!request.keepDownload) {
    if (fetched) await discardDownload(fetched.local.folder);
    for (const lora of loras) await lora.discard();
  }
  return { name, folder, manifest: sealed.manifest as Manifest };
}

interface Fetched {
  readonly local: LocalSource;
  readonly entry: CatalogEntry | null;
  readonly provenance: Pick<Provenance, 'source' | 'licence'>;
}

/** Fetches a model from the hub. Asks for a licence that the catalog knows before anything is fetched. */
async function fetchModel(
  context: AddContext,
  { hub: id, entry }: Extract<Source, { kind: 'hub' }>,
  weights: Weights,
  task: TaskOptions,
): Promise<Fetched> {
  if (entry) {
    await context.accept(id, entry.licence);
    const folders = { cache: riffCacheFolder(context.env), modelsFolder: context.modelsFolder };
    await assertRoomToFetch(entry, weights, folders);
  }
  const hub = hubOf(context);
  const listing = await lookAtHub(hub, id, entry?.revision ?? 'main', task);
  const licence = entry?.licence ?? { name: listing.licence ?? 'none stated' };
  if (!entry) await context.accept(id, licence);
  const folder = await downloadFromHub(hub, id, listing, task);
  const source = { kind: 'hub' as const, from: id, revision: listing.revision };
  return { local: await recognizeFolder(folder), entry, provenance: { source, licence } };
}

function hubOf({ env, say }: AddContext): Hub {
  return { python: conversionPython(env, say), cache: riffCacheFolder(env), env };
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
      await assertNoSpecialFiles(source.folder);
      await assertOwnFiles(source.folder, [...PART_FOLDERS, ...(await filesBelow(source.folder))]);
      const python = conversionPython(context.env, context.say);
      const conversion = withDefaults(request.conversion);
      const logFile = join(riffCacheFolder(context.env), 'conversion.log');
      const made = await convertCheckpoint(python, source.folder, partial, conversion, fusion, logFile, task);
      const fused = fusion.loras.map(({ origin }) => origin);
      return { ...origin, ...(fused.length > 0 && { loras: fused }), ...made };
    }
  }
}

/** For flat folders without a tokenizer: every Stable Diffusion 1 uses CLIP's. */
async function fetchTokenizer(context: AddContext, task: TaskOptions): Promise<string> {
  const { hub: id, revision, files, licence } = context.catalog.clipTokenizer;
  context.say(
    `A flat IR folder has no tokenizer; fetching CLIP's from ${id} (${licence.name}). Offline: give a folder that has one with --settings.`,
  );
  const hub = hubOf(context);
  return downloadFromHub(hub, id, await lookAtHub(hub, id, revision, task, { files }), task);
}

function withDefaults({ weights, width, calibrationSamples }: Partial<Conversion>): Conversion {
  return {
    weights: weights ?? DEFAULT_CONVERSION.weights,
    width: width ?? DEFAULT_CONVERSION.width,
    calibrationSamples: calibrationSamples ?? DEFAULT_CONVERSION.calibrationSamples,
  };
}

/** Copies a small decoder into the model, replacing one that it may have. */
async function addDecoder(from: string, folder: string, task: TaskOptions): Promise<void> {
  const names = ['openvino_model.xml', 'openvino_model.bin', 'config.json'];
  const found = await filesBelow(from).catch((): readonly string[] => []);
  const missing = names.filter((name) => !found.includes(name));
  if (missing.length > 0) {
    throw new UserError(
      `--decoder: expected a folder that models/distil_decoder.py made, but ${from} lacks ${missing.join(', ')}`,
    );
  }
  const targets = new Map(names.map((name) => [name, join(SMALL_DECODER, name)]));
  await copyFiles(from, folder, targets, task);
}

/** Writes the catalog's defaults into model_index.json; values that are there already win. */
async function proposeDefaults(folder: string, { defaults }: CatalogEntry): Promise<void> {
  const file = join(folder, 'model_index.json');
  const index = parsePythonJson(await readFile(file, 'utf8')) as { riff?: object };
  const proposed = { ...index, riff: { ...defaults, ...index.riff } };
  await writeFileAtomically(file, `${JSON.stringify(proposed, null, 2)}\n`);
}
