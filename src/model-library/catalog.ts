import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { SCHEDULER_NAMES } from '../riff/request.ts';

const licenceSchema = z.object({ name: z.string(), url: z.url() });

/** How weights with a LoRA are drawn with; what models/convert.py takes as --sampling. */
const samplingSchema = z.object({
  /** Replace keys of scheduler_config.json. */
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
  /** The one that counts among the files of its repository. */
  file: z.string(),
  licence: licenceSchema,
  sampling: samplingSchema,
});

const entrySchema = z.object({
  about: z.string(),
  /** The hub's id, "organisation/name", and the branch or commit there. */
  hub: z.string(),
  revision: z.string(),
  /**
   * Of all parts that Riff takes. How large its files are and what they hash to is the hub's word: it is asked for
   * before the download, and the files are held against it.
   */
  weightCount: z.int().min(1),
  licence: licenceSchema,
  /** What the model proposes where the user says nothing; as in model_index.json under "riff". */
  defaults: z.object({ steps: z.int(), guidance_scale: z.number(), scheduler: z.enum(SCHEDULER_NAMES) }),
  /** Names under "loras", fused at scale 1. */
  loras: z.array(z.string()).default([]),
});

const catalogSchema = z.object({
  models: z.record(z.string(), entrySchema),
  /** What "--lora" knows by name. */
  loras: z.record(z.string(), loraSchema),
  /** For folders that came without one. */
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

/** models/catalog.json. Throws what reading and checking it throws: the file belongs to the project. */
export async function readCatalog(
  file: URL = new URL('../../models/catalog.json', import.meta.url),
): Promise<Catalog> {
  return catalogSchema.parse(JSON.parse(await readFile(file, 'utf8')));
}
