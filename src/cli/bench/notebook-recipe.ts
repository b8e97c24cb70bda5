import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type LineProcess, openLineProcess } from './line-process.ts';

const SCRIPT = fileURLToPath(new URL('../../../research/notebook_recipe.py', import.meta.url));

/** `optimum`: Optimum Intel's pipeline. `loop`: diffusers' scheduler and OpenVINO, as the notebook writes it out. */
export const RECIPE_ENGINES = ['optimum', 'loop'] as const;
export type RecipeEngine = (typeof RECIPE_ENGINES)[number];

/** The script's input. */
export interface RecipeSpec {
  readonly modelFolder: string;
  readonly device: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly steps: number;
  readonly guidanceScale: number;
  readonly engine: RecipeEngine;
}

const milliseconds = z.number().nonnegative();
const renderSchema = z.object({
  engine: z.string(),
  /** Why another engine was used than the one asked for. */
  notes: z.string().nullable(),
  denoiseMs: milliseconds,
  decodeMs: milliseconds,
  phaseMs: milliseconds,
  totalMs: milliseconds,
  /** Processor time of all cores. */
  cpu: z.object({ denoiseMs: milliseconds, totalMs: milliseconds }),
});
export type RecipeRender = z.infer<typeof renderSchema>;

/** Runs the Riffusion notebook's recipe with the same model, from prompt to waveform; each answer is one render. */
export function notebookRecipe(python: string, spec: RecipeSpec): LineProcess<RecipeRender> {
  return openLineProcess(python, ['-W', 'ignore', SCRIPT, JSON.stringify(spec)], renderSchema);
}
