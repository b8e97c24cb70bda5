import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { NO_PROMPT_WORDS, type PromptWords, promptWordsSchema } from '../../riff/prompt-words.ts';
import { type RiffDefaults, SCHEDULER_NAMES, type SchedulerName } from '../../riff/request.ts';
import type { TimeGrid } from '../../riff/tempo.ts';
import { type ClipVocabulary, readClipVocabulary } from '../clip-vocabulary.ts';
import {
  type SchedulerConfig,
  schedulerClassSchema,
  schedulerConfigSchema,
} from '../schedulers/scheduler-config.ts';
import { type IrWeights, type ModelPart, type PortReader, readIr } from './ir-file.ts';
import { invalidModel, readJson, readOptionalJson } from './json-file.ts';
import { inputsByRole, isStatic, outputByRole } from './port-roles.ts';
import {
  type FewSteps,
  fewStepsSchema,
  guidance,
  type LatentShape,
  negativeGuidance,
  readFewSteps,
  readUnet,
  stepCount,
  type UnetPart,
} from './unet-parts.ts';
import { readDecoder, readSmallDecoder, readVaeEncoder } from './vae-parts.ts';

/** Everything that a folder says about its model. Sizes of ports may be −1 where the file leaves them open. */
export interface ModelFolder {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly defaults: RiffDefaults;
  /** The folder's spectrogram parameters, not checked here. */
  readonly spectrogram: unknown;
  readonly tempi: ModelTempi;
  readonly scheduler: SchedulerConfig;
  readonly vocabulary: ClipVocabulary;
  readonly textLength: number;
  readonly textEncoder: ModelPart;
  readonly unet: UnetPart;
  /** Distilled from `unet`, for the same texts and latents. */
  readonly fewSteps: FewSteps | undefined;
  /** Of the parts that every riff needs. */
  readonly weights: readonly IrWeights[];
  readonly vaeDecoder: ModelPart;
  /** Distilled from `vaeDecoder`, from the same latents to a picture of the same size. */
  readonly smallDecoder: ModelPart | undefined;
  readonly vaeEncoder: ModelPart | undefined;
  readonly latents: LatentShape;
  /** Latents of the U-Net = (latents of the VAE − shift) · scaling. */
  readonly vae: {
    readonly scaling: number;
    readonly shift: number;
    readonly pixelsPerLatent: number;
    /** Of the decoder's level at the picture's full size. */
    readonly channels: number;
  };
}

/** The tempi in the folder; empty if it names none. */
export type ModelTempi = Pick<TimeGrid, 'tempi' | 'tempiOfWords' | 'beatsPerBar'>;

const tempi = z.array(z.number().positive());

const indexSchema = z.object({
  _name_or_path: z.string().optional(),
  /** Library and class. */
  scheduler: z.preprocess(
    (pair) => (Array.isArray(pair) ? pair[1] : undefined),
    schedulerClassSchema.nullish(),
  ),
  riff: z
    .object({
      name: z.string().optional(),
      version: z.string().default('unknown'),
      closed_vocabulary: z.boolean().default(false),
      steps: stepCount.default(20),
      guidance_scale: guidance.default(7),
      negative_guidance_scale: guidance.optional(),
      /** Of the second U-Net; without it that is not looked for. */
      few_steps: fewStepsSchema.optional(),
      scheduler: z.enum(SCHEDULER_NAMES).optional(),
      spectrogram: z.unknown().optional(),
      tempi: tempi.default([]),
      tempi_of_words: z.record(z.string(), tempi).default({}),
      beats_per_bar: z.int().min(1).default(4),
    })
    .prefault({}),
});

/** 0.18215 is what diffusers' AutoencoderKL takes where the file is silent, as Stable Diffusion 1's is. */
const vaeConfigSchema = z.preprocess(
  levelsUnderOneName,
  z.object({
    scaling_factor: z.number().positive().nullish(),
    shift_factor: z.number().nullish(),
    block_out_channels: z.array(z.int()).min(1),
  }),
);

const textConfigSchema = z.object({
  max_position_embeddings: z.int().min(3).optional(),
  vocab_size: z.int().optional(),
});

/** AutoencoderKL has one list of widths, AutoencoderDC one for each half; every level but the first halves the side. */
function levelsUnderOneName(config: unknown): unknown {
  if (typeof config !== 'object' || config === null || !('decoder_block_out_channels' in config))
    return config;
  return { block_out_channels: config.decoder_block_out_channels, ...config };
}

/**
 * Reads a folder in the layout that Optimum Intel writes. Nothing is compiled.
 * Throws RiffError('invalid_model') naming the file, what was expected, what is there and what to do.
 */
export async function readModelFolder(runtime: PortReader, path: string): Promise<ModelFolder> {
  await assertFolder(path);
  const { riff } = await readJson(path, 'model_index.json', indexSchema);
  const { config: scheduler, name: schedulerName } = await readScheduler(path);
  const isClosed = riff.closed_vocabulary;
  const vocabulary = { ...(await readClipVocabulary(join(path, 'tokenizer'))), isClosed };
  const { weights: textWeights, ...text } = await readTextEncoder(runtime, path, vocabulary);
  const { weights: unetWeights, unet, latents } = await readUnet(runtime, path);
  const fewSteps = await readFewSteps(runtime, path, riff.few_steps, latents.channels);
  const { weights: decoderWeights, ...vaeDecoder } = await readDecoder(runtime, path, latents.channels);
  const vaeConfig = await readJson(path, 'vae_decoder/config.json', vaeConfigSchema);
  return {
    path,
    name: riff.name ?? basename(path),
    version: riff.version,
    defaults: {
      steps: riff.steps,
      guidanceScale: riff.guidance_scale,
      scheduler: schedulerName,
      ...negativeGuidance(riff),
      ...(fewSteps && { fewSteps: fewSteps.defaults }),
    },
    spectrogram: riff.spectrogram,
    tempi: { tempi: riff.tempi, tempiOfWords: riff.tempi_of_words, beatsPerBar: riff.beats_per_bar },
    scheduler,
    vocabulary,
    ...text,
    unet,
    fewSteps,
    latents,
    weights: [textWeights, unetWeights, decoderWeights],
    vaeDecoder,
    smallDecoder: await readSmallDecoder(runtime, path, latents.channels),
    vaeEncoder: await readVaeEncoder(runtime, path),
    vae: {
      scaling: vaeConfig.scaling_factor ?? 0.18215,
      shift: vaeConfig.shift_factor ?? 0,
      pixelsPerLatent: 2 ** (vaeConfig.block_out_channels.length - 1),
      channels: vaeConfig.block_out_channels[0] ?? 0,
    },
  };
}

/**
 * The settings of the folder's schedulers, and the one that runs where a request names none. Quick, and for
 * checkpoints too. Throws RiffError('invalid_model') where no scheduler of Riff's can run the model.
 */
export async function readScheduler(
  path: string,
): Promise<{ readonly config: SchedulerConfig; readonly name: SchedulerName }> {
  const { riff, scheduler } = await readJson(path, 'model_index.json', indexSchema);
  // diffusers takes the class from the index; its own files name it in both.
  const named = z.looseObject({ _class_name: z.unknown().default(scheduler?.className) });
  const schema = named.pipe(schedulerConfigSchema);
  const config = await readJson(path, 'scheduler/scheduler_config.json', schema);
  return { config, name: riff.scheduler ?? config.name };
}

/** The folder's list of known words. Throws RiffError('invalid_model') if its file cannot be read. */
export async function readPromptWords(folder: string): Promise<PromptWords> {
  return (await readOptionalJson(folder, 'prompt_words.json', promptWordsSchema)) ?? NO_PROMPT_WORDS;
}

async function assertFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw invalidModel(path, 'a model folder', found ? 'a file' : 'nothing', 'check the path');
}

async function readTextEncoder(
  runtime: PortReader,
  path: string,
  vocabulary: ClipVocabulary,
): Promise<Pick<ModelFolder, 'textEncoder' | 'textLength'> & { readonly weights: IrWeights }> {
  const ir = await readIr(runtime, path, 'text_encoder');
  const { tokenIds: input } = inputsByRole(ir, ['tokenIds']);
  const output = outputByRole(ir, 'hiddenStates');
  const config = await readOptionalJson(path, 'text_encoder/config.json', textConfigSchema);
  const lengths = [vocabulary.maxLength, config?.max_position_embeddings].filter((n) => n !== undefined);
  const textLength = isStatic(input.shape[1]) ? input.shape[1] : Math.min(...lengths);
  if (!Number.isFinite(textLength)) {
    const file = join(path, 'tokenizer', 'tokenizer_config.json');
    throw invalidModel(file, 'model_max_length', 'none, nor in text_encoder/config.json');
  }
  const largest = Math.max(...vocabulary.ids.values());
  if (config?.vocab_size !== undefined && largest >= config.vocab_size) {
    const file = join(path, 'tokenizer');
    throw invalidModel(file, `token ids below the text encoder's ${config.vocab_size}`, String(largest));
  }
  return { textEncoder: { xmlPath: ir.xmlPath, input, output }, textLength, weights: ir.weights };
}
