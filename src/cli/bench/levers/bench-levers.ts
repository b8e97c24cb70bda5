import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadPipeline } from '../../../diffusion/pipeline.ts';
import { UserError } from '../../../errors.ts';
import { deviceOptions } from '../../../openvino/device-options.ts';
import { openRuntime } from '../../../openvino/open-runtime.ts';
import { decodedToPicture } from '../../../spectrogram/picture.ts';
import { encodePng } from '../../../spectrogram/png.ts';
import { LEVER_CASES } from './cases.ts';
import { type DrawnCase, type LeverFigures, measureLevers } from './measure.ts';

export interface BenchLeversOptions {
  readonly modelFolder: string;
  readonly device: string;
  readonly steps?: number;
  /** A text file with a prompt on each line. */
  readonly promptsPath?: string;
  /** Where pictures go, a folder for each case. */
  readonly picturesFolder?: string;
  /** Names of cases; all of them where absent. */
  readonly only?: readonly string[];
  readonly signal: AbortSignal;
}

export interface LeverReport {
  readonly model: string;
  readonly version: string;
  readonly device: string;
  readonly steps: number;
  readonly prompts: number;
  readonly figures: readonly LeverFigures[];
}

const PROMPTS = ['jazz with piano and drums', 'ambient synth pad', 'rock guitar solo', 'techno drum beat'];

/** Every lever on and off at equal prompts and seeds, on the pipeline alone. */
export async function benchLevers(options: BenchLeversOptions): Promise<LeverReport> {
  const { modelFolder, device, picturesFolder, signal } = options;
  const prompts = options.promptsPath === undefined ? PROMPTS : await readPrompts(options.promptsPath);
  const cases = LEVER_CASES.filter(({ name }) => options.only?.includes(name) ?? true);
  const runtime = await openRuntime();
  try {
    const pipeline = await loadPipeline(runtime, modelFolder, deviceOptions(device));
    const { name, version, device: ranOn, defaults, width, height } = pipeline.describe;
    const steps = options.steps ?? defaults.steps;
    const save = async ({ name: folder, index, request, picture }: DrawnCase): Promise<void> => {
      if (picturesFolder === undefined) return;
      await mkdir(join(picturesFolder, folder), { recursive: true });
      const png = await encodePng(
        decodedToPicture({ planes: picture, width, height }),
        JSON.stringify(request),
      );
      await writeFile(join(picturesFolder, folder, `${String(index).padStart(4, '0')}.png`), png);
    };
    const figures = await measureLevers(pipeline, {
      prompts,
      defaults: { ...defaults, steps },
      cases,
      signal,
      onPicture: save,
    });
    return { model: name, version, device: ranOn, steps, prompts: prompts.length, figures };
  } finally {
    await runtime.dispose();
  }
}

async function readPrompts(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UserError(`--prompts: expected a text file with a prompt on each line, got ${error.message}`);
  });
  const prompts = text.split('\n').filter((line) => line.trim() !== '');
  if (prompts.length > 0) return prompts;
  throw new UserError(`--prompts: expected a prompt on each line of ${path}, got an empty file`);
}

/** A Markdown table. */
export function renderLevers({ model, version, device, steps, prompts, figures }: LeverReport): string {
  const rows = figures.map(
    ({ name, timeRatio, latentsError, psnrDb }) =>
      `| ${name} | ${timeRatio.toFixed(2)} | ${latentsError.toFixed(3)} | ${psnrDb.toFixed(1)} |`,
  );
  return [
    `${model} ${version} on ${device}: ${prompts} prompts, each against ${steps} exact steps`,
    '',
    '| lever | time | error of the latents | PSNR of the picture, dB |',
    '| --- | ---: | ---: | ---: |',
    ...rows,
  ].join('\n');
}
