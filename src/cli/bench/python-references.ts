import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { UnetStep } from './unet-step.ts';

const run = promisify(execFile);
const TORCHAUDIO = fileURLToPath(new URL('../../../test/golden/audio/torchaudio_decode.py', import.meta.url));
const OPENVINO = fileURLToPath(new URL('./openvino_steps.py', import.meta.url));
const TIMEOUT_MS = 300_000;

const torchaudioResult = z.object({ seconds: z.number().positive(), melSC: z.number() });
const openvinoResult = z.object({
  msPerStep: z.number().positive(),
  version: z.string(),
  threads: z.string(),
});

export type TorchaudioResult = z.infer<typeof torchaudioResult>;
export type OpenvinoResult = z.infer<typeof openvinoResult>;

/** What a Python reference measured, or why there is none. */
export type Reference<T> =
  | { readonly kind: 'measured'; readonly value: T }
  | { readonly kind: 'absent'; readonly reason: string };

/** torchaudio's 32 random-phase Griffin-Lim iterations on that picture, without imports. */
export function torchaudioDecode(python: string, picturePath: string): Promise<Reference<TorchaudioResult>> {
  return ask(python, [TORCHAUDIO, picturePath], torchaudioResult);
}

/** Python OpenVINO on the same U-Net with the same shapes and properties: median milliseconds of one run. */
export function openvinoSteps(python: string, model: UnetStep['model']): Promise<Reference<OpenvinoResult>> {
  return ask(python, [OPENVINO, JSON.stringify(model)], openvinoResult);
}

async function ask<T>(python: string, args: readonly string[], schema: z.ZodType<T>): Promise<Reference<T>> {
  try {
    const { stdout } = await run(python, args, { timeout: TIMEOUT_MS });
    return { kind: 'measured', value: schema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')) };
  } catch (thrown) {
    return { kind: 'absent', reason: lastLine(thrown) };
  }
}

/** Python puts the error into the last line of its traceback. */
function lastLine(thrown: unknown): string {
  const { stderr, message } = thrown as { stderr?: string; message?: string };
  return (stderr?.trim() || message || String(thrown)).split('\n').at(-1) ?? '';
}
