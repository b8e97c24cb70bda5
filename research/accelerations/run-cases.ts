import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DiffusionPipeline, loadPipeline } from '../../src/diffusion/pipeline.ts';
import { UserError } from '../../src/errors.ts';
import { deviceOptions } from '../../src/openvino/device-options.ts';
import { openRuntime } from '../../src/openvino/open-runtime.ts';
import { parseSpectrogramParams, RIFFUSION_PARAMS } from '../../src/spectrogram/params.ts';
import { decodedToMel, decodedToPicture } from '../../src/spectrogram/picture.ts';
import { encodePng } from '../../src/spectrogram/png.ts';
import { writeFileAtomically } from '../../src/system/atomic-file.ts';
import { type AccelerationCase, CASES } from './cases.ts';
import { type AccelerationFigures, type DrawnCase, measureAccelerations } from './measure.ts';
import { type MelSpectrogram, measurePhase, type PhaseFigures } from './phase.ts';

export interface BenchOptions {
  readonly modelFolder: string;
  readonly device: string;
  readonly steps?: number;
  /** A text file with a prompt on each line. */
  readonly promptsPath?: string;
  /** Where pictures go, a folder for each case, and the figures so far after every prompt (figures.json). */
  readonly picturesFolder?: string;
  /** A folder with the same model's weights in 32 bits: one more case. */
  readonly fullWeights?: string;
  /** Names of cases; all of them where absent. */
  readonly only?: readonly string[];
  readonly signal: AbortSignal;
}

export interface AccelerationReport {
  readonly model: string;
  readonly version: string;
  readonly device: string;
  readonly steps: number;
  readonly prompts: number;
  readonly figures: readonly AccelerationFigures[];
  /** Of the first exact pictures. */
  readonly phase: readonly PhaseFigures[];
}

const PROMPTS = ['jazz with piano and drums', 'ambient synth pad', 'rock guitar solo', 'techno drum beat'];

/** Phase recovery hardly differs between pictures. */
const HEARD_PICTURES = 4;

/** Every case and the exact run at equal prompts and seeds, on the pipeline alone; then fewer phase iterations. */
export async function benchAccelerations(options: BenchOptions): Promise<AccelerationReport> {
  const { modelFolder, device, picturesFolder, fullWeights, signal } = options;
  const prompts = options.promptsPath === undefined ? PROMPTS : await readPrompts(options.promptsPath);
  const cases = casesNamed(options.only);
  const runtime = await openRuntime();
  try {
    const load = (folder: string) => loadPipeline(runtime, folder, deviceOptions(device));
    const pipeline = await load(modelFolder);
    const { name, version, device: ranOn, defaults, width, spectrogram } = pipeline.describe;
    const params = parseSpectrogramParams(spectrogram ?? {});
    const steps = options.steps ?? defaults.steps;
    const about = { model: name, version, device: ranOn, steps };
    const heard: MelSpectrogram[] = [];
    const figures = await measureAccelerations(pipeline, {
      prompts,
      defaults: { steps, guidanceScale: defaults.guidanceScale, scheduler: defaults.scheduler },
      cases,
      signal,
      ...(fullWeights !== undefined && { other: { name: 'weights-f32', pipeline: await load(fullWeights) } }),
      async onPicture(drawn) {
        if (drawn.name === 'exact' && heard.length < HEARD_PICTURES) {
          const decoded = decodedOf(drawn, pipeline);
          heard.push({ melMagnitudes: decodedToMel(decoded, params), frames: width });
        }
        if (picturesFolder !== undefined) await savePicture(picturesFolder, drawn, pipeline);
      },
      async onPrompt(figures, count) {
        if (picturesFolder === undefined) return;
        const soFar = JSON.stringify({ ...about, prompts: count, figures, phase: [] }, null, 2);
        await writeFileAtomically(join(picturesFolder, 'figures.json'), soFar);
      },
    });
    const phase = await measurePhase(params, heard, signal);
    return { ...about, prompts: prompts.length, figures, phase };
  } finally {
    await runtime.dispose();
  }
}

function casesNamed(names: readonly string[] | undefined): readonly AccelerationCase[] {
  const unknown = names?.find((name) => !CASES.some((known) => known.name === name));
  if (unknown === undefined) return CASES.filter(({ name }) => names?.includes(name) ?? true);
  const known = CASES.map(({ name }) => name).join(', ');
  throw new UserError(`CASE: expected names among ${known}, got ${JSON.stringify(unknown)}`);
}

function decodedOf({ picture }: DrawnCase, { describe: { width, height } }: DiffusionPipeline) {
  return { planes: picture, width, height };
}

async function savePicture(folder: string, drawn: DrawnCase, pipeline: DiffusionPipeline): Promise<void> {
  await mkdir(join(folder, drawn.name), { recursive: true });
  const picture = decodedToPicture(decodedOf(drawn, pipeline));
  const png = await encodePng(picture, RIFFUSION_PARAMS, JSON.stringify(drawn.request));
  await writeFile(join(folder, drawn.name, `${String(drawn.index).padStart(4, '0')}.png`), png);
}

async function readPrompts(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UserError(`--prompts: expected a text file with a prompt on each line, got ${error.message}`);
  });
  const prompts = text.split('\n').filter((line) => line.trim() !== '');
  if (prompts.length > 0) return prompts;
  throw new UserError(`--prompts: expected a prompt on each line of ${path}, got an empty file`);
}

/** Two Markdown tables. */
export function renderTable({
  model,
  version,
  device,
  steps,
  prompts,
  figures,
  phase,
}: AccelerationReport): string {
  const rows = figures.map(
    ({ name, timeRatio, latentsError, psnrDb }) =>
      `| ${name} | ${timeRatio.toFixed(2)} | ${latentsError.toFixed(3)} | ${psnrDb.toFixed(1)} |`,
  );
  const recoveries = phase.map(
    ({ name, tookMs, convergenceDb }) => `| ${name} | ${tookMs.toFixed(0)} | ${convergenceDb.toFixed(1)} |`,
  );
  return [
    `${model} ${version} on ${device}: ${prompts} prompts, each against ${steps} exact steps`,
    '',
    '| acceleration | time | error of the latents | PSNR of the picture, dB |',
    '| --- | ---: | ---: | ---: |',
    ...rows,
    '',
    '| phase recovery, iterations | ms | distance from the picture, dB |',
    '| --- | ---: | ---: |',
    ...recoveries,
  ].join('\n');
}
