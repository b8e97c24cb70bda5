import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { SCHEDULER_NAMES } from '../riff/request.ts';

const licenceSchema = z.object({ name: z.string(), url: z.url() });

/** Sampling settings for a model or a LoRA; models/convert.py takes them as --sampling. */
const samplingSchema = z.object({
  /** Replaces keys of scheduler_config.json. */
  scheduler: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  /** As in model_index.json under "riff". */
  riff: z
    .object({ steps: z.int(), guidance_scale: z.number(), scheduler: z.enum(SCHEDULER_NAMES) })
    .partial()
    .default({}),
  /** Normalized attention guidance (models/riff_conversion/nag.py); null or absent: the U-Net gets no port for it. */
  nag: z
    .object({ scale: z.number().min(1), alpha: z.number().min(0).max(1), tau: z.number().min(1) })
    .nullish(),
});

const loraSchema = z.object({
  about: z.string(),
  hub: z.string(),
  revision: z.string(),
  /** Its file in the repository. */
  file: z.string(),
  licence: licenceSchema,
  sampling: samplingSchema,
});

const entrySchema = z.object({
  about: z.string(),
  /** The hub's id, "organisation/name", and the branch or commit there. */
  hub: z.string(),
  revision: z.string(),
  /** The number of weights in all parts that Riff uses. Sizes and hashes of files come from the hub. */
  weightCount: z.int().min(1),
  licence: licenceSchema,
  /** The model's defaults, as in model_index.json under "riff". */
  defaults: z.object({ steps: z.int(), guidance_scale: z.number(), scheduler: z.enum(SCHEDULER_NAMES) }),
  /** Names under "loras", fused at scale 1. */
  loras: z.array(z.string()).default([]),
});

const catalogSchema = z.object({
  models: z.record(z.string(), entrySchema),
  /** LoRAs that --lora accepts by name. */
  loras: z.record(z.string(), loraSchema),
  /** For flat folders without a tokenizer. */
  clipTokenizer: z.object({
    hub: z.string(),
    revision: z.string(),
    licence: licenceSchema,
    files: z.array(z.string()),
  }),
});

export type Sampling = z.infer<typeof samplingSchema>;
export type CatalogLora = z.infer<typeof loraSchema>;
export type CatalogEntry = z.infer<typeof entrySchema>;
export type Catalog = z.infer<typeof catalogSchema>;

/** Reads models/catalog.json. Faults are not translated: the file belongs to the project. */
export async function readCatalog(
  file: URL = new URL('../../models/catalog.json', import.meta.url),
): Promise<Catalog> {
  return catalogSchema.parse(JSON.parse(await readFile(file, 'utf8')));
}
