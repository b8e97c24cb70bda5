import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { UnetModel } from '../stages/unet-step.ts';
import { type LineProcess, openLineProcess } from './line-process.ts';

const run = promisify(execFile);
const TORCHAUDIO = fileURLToPath(
  new URL('../../../../test/golden/audio/torchaudio_decode.py', import.meta.url),
);
const OPENVINO = fileURLToPath(new URL('./openvino_steps.py', import.meta.url));
const RECIPE = fileURLToPath(new URL('./reference_recipe.py', import.meta.url));
const TIMEOUT_MS = 300_000;

const milliseconds = z.number().nonnegative();
const torchaudioResult = z.object({ seconds: z.number().positive(), melSC: z.number() });
const openvinoResult = z.object({
  msPerStep: z.number().positive(),
  version: z.string(),
  threads: z.string(),
});
const recipeResult = z.object({
  engine: z.string(),
  notes: z.string().nullable(),
  denoiseMs: milliseconds,
  unetCalls: z.number().int().positive(),
  decodeMs: milliseconds,
  phaseMs: milliseconds,
  totalMs: milliseconds,
  /** Of all cores: what else a machine does changes it little. */
  cpu: z.object({ denoiseMs: milliseconds, totalMs: milliseconds }),
  peakRssBytes: z.number(),
});

export type TorchaudioResult = z.infer<typeof torchaudioResult>;
export type OpenvinoResult = z.infer<typeof openvinoResult>;
export type RecipeResult = z.infer<typeof recipeResult>;

/** What a Python reference measured, or why there is none. */
export type Reference<T> =
  | { readonly kind: 'measured'; readonly value: T }
  | { readonly kind: 'absent'; readonly reason: string };

/** `optimum`: Optimum Intel's pipeline. `loop`: diffusers' scheduler and OpenVINO, as the notebook writes it out. */
export const RECIPE_ENGINES = ['optimum', 'loop'] as const;
export type RecipeEngine = (typeof RECIPE_ENGINES)[number];

export interface RecipeSpec {
  readonly modelFolder: string;
  readonly device: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly steps: number;
  readonly guidanceScale: number;
  readonly engine: RecipeEngine;
}

/** torchaudio's 32 random-phase Griffin-Lim iterations on that picture, without imports. */
export async function torchaudioDecode(
  python: string,
  picturePath: string,
): Promise<Reference<TorchaudioResult>> {
  return await orAbsent(async () => {
    const { stdout } = await run(python, [TORCHAUDIO, picturePath], { timeout: TIMEOUT_MS });
    return torchaudioResult.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  });
}

/** Python OpenVINO on the same U-Net with the same shapes and properties; each answer is one step. */
export function openvinoSteps(python: string, model: UnetModel): LineProcess<OpenvinoResult> {
  return openLineProcess(python, ['-W', 'ignore', OPENVINO, JSON.stringify(model)], openvinoResult);
}

/** The notebook's recipe on the same folder; each answer is one render from prompt to waveform. */
export function recipeRenders(python: string, spec: RecipeSpec): LineProcess<RecipeResult> {
  return openLineProcess(python, ['-W', 'ignore', RECIPE, JSON.stringify(spec)], recipeResult);
}

export async function orAbsent<T>(work: () => Promise<T>): Promise<Reference<T>> {
  try {
    return { kind: 'measured', value: await work() };
  } catch (thrown) {
    return { kind: 'absent', reason: lastLine(thrown) };
  }
}

/** Python puts the error into the last line of its traceback. */
function lastLine(thrown: unknown): string {
  const { stderr, message } = thrown as { stderr?: string; message?: string };
  return (stderr?.trim() || message || String(thrown)).split('\n').at(-1) ?? '';
}
