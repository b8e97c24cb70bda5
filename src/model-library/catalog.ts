import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { SCHEDULER_NAMES } from '../riff/request.ts';

const licenceSchema = z.object({ name: z.string(), url: z.url() });

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
});

const catalogSchema = z.object({
  models: z.record(z.string(), entrySchema),
  /** For folders that came without one. */
  clipTokenizer: z.object({
    hub: z.string(),
    revision: z.string(),
    licence: licenceSchema,
    files: z.array(z.string()),
  }),
});

export type CatalogEntry = z.infer<typeof entrySchema>;
export type Catalog = z.infer<typeof catalogSchema>;

/** models/catalog.json. Throws what reading and checking it throws: the file belongs to the project. */
export async function readCatalog(
  file: URL = new URL('../../models/catalog.json', import.meta.url),
): Promise<Catalog> {
  return catalogSchema.parse(JSON.parse(await readFile(file, 'utf8')));
}
